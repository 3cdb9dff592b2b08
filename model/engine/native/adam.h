// Adam's update of one weight, and the norm that clipping needs, each in one pass.
#ifndef MARN_ADAM_H_
#define MARN_ADAM_H_

#include <cmath>
#include <vector>

#include "gate.h"

namespace marn {

static inline vec square_root(vec x) {
  for (int i = 0; i < kWidth; i++) x[i] = std::sqrt(x[i]);
  return x;
}

// Σ x², in double, over the same ranges in every run.
static inline double squared_sum(const float* x, long size, Pool& pool) {
  const long block = 1 << 12, blocks = (size + block - 1) / block;
  std::vector<double> sums(pool.size());
  pool.run_parts(blocks, [&](long part, long begin, long end) {
    for (long b = begin; b < end; b++) {
      vec sum{};
      for_lanes(std::min(block, size - b * block), [&](Lanes at) {
        vec value = at.get(x + b * block);
        sum += value * value;
      });
      for (int i = 0; i < kWidth; i++) sums[part] += sum[i];
    }
  });
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

// As model/train/optimizer.ts has them.
struct AdamFactors {
  float beta1, rest1, beta2, rest2, epsilon, keep, step_size, root_correction;
};

struct AdamState {
  const float *value, *first, *second;
};

// `scale` is what clipping multiplies the gradient by.
static inline void adam(const AdamState& now, const float* gradient, float scale,
                        const AdamFactors& f, float* value, float* first, float* second, long size,
                        Pool& pool) {
  for_elements(size, pool, [&](Lanes at) {
    vec g = at.get(gradient) * scale;
    vec m = at.get(now.first) * f.beta1 + g * f.rest1;
    vec v = at.get(now.second) * f.beta2 + g * g * f.rest2;
    vec deviation = square_root(v) / f.root_correction + f.epsilon;
    at.put(first, m);
    at.put(second, v);
    at.put(value, at.get(now.value) * f.keep - m / deviation * f.step_size);
  });
}

}  // namespace marn

#endif  // MARN_ADAM_H_

// Adam's update of one weight, and the norm that clipping needs, each in one pass.
#ifndef MARN_ADAM_H_
#define MARN_ADAM_H_

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "elementwise.h"

namespace marn {

// Σ x², in double, over the same ranges in every run.
static inline double squared_sum(const float* x, long size, Pool& pool) {
  const long block = 1 << 12;  // summed in float
  std::vector<double> sums(pool.size());
  pool.run_parts((size + block - 1) / block, [&](long part, long begin, long end) {
    for (long b = begin; b < end; b++) {
      vec sum{};
      for_lanes(std::min(block, size - b * block), [&](Lanes at) {
        const vec value = at.get(x + b * block);
        sum += value * value;
      });
      for (int i = 0; i < kWidth; i++) sums[part] += sum[i];
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// As model/train/optimizer.ts has them.
struct AdamFactors {
  float beta1;
  float rest1;  // 1 − β₁, rounded from double
  float beta2;
  float rest2;  // 1 − β₂, rounded from double
  float epsilon;
  float keep;             // what weight decay leaves of a weight
  float step_size;        // learning rate over the first moment's bias correction
  float root_correction;  // root of the second moment's bias correction
};

// A weight and its two moments, each [size].
template <class Float>
struct AdamState {
  Float* value;
  Float* first;
  Float* second;
};

static inline vec square_root(vec x) {
  for (int i = 0; i < kWidth; i++) x[i] = std::sqrt(x[i]);
  return x;
}

// `scale` is what clipping multiplies the gradient by.
static inline void adam(const AdamState<const float>& now, const float* gradient, float scale,
                        const AdamFactors& factors, const AdamState<float>& next, long size,
                        Pool& pool) {
  for_elements(size, pool, [&](Lanes at) {
    const vec g = at.get(gradient) * scale;
    const vec m = at.get(now.first) * factors.beta1 + g * factors.rest1;
    const vec v = at.get(now.second) * factors.beta2 + g * g * factors.rest2;
    const vec deviation = square_root(v) / factors.root_correction + factors.epsilon;
    at.put(next.first, m);
    at.put(next.second, v);
    at.put(next.value, at.get(now.value) * factors.keep - m / deviation * factors.step_size);
  });
}

}  // namespace marn

#endif  // MARN_ADAM_H_

// Batch normalisation over the rows whose mask is set, with tanh in the same pass if wanted.
#ifndef MARN_BATCH_NORM_H_
#define MARN_BATCH_NORM_H_

#include <vector>

#include "pool.h"
#include "vector.h"

namespace marn {

struct Norm {
  long rows, channels;
  const float* mask;  // [rows]: 0 on padding
  bool tanh;

  bool real(long row) const { return mask[row] != 0.0f; }
};

// Sums of two per-channel quantities over all real rows: f(row, lanes, a, b) sets them for one vector.
// Blocks are summed in float, then in double.
template <class F>
static inline void sum_rows(const Norm& norm, double* first, double* second, Pool& pool, F f) {
  const long block = 128, c = norm.channels;
  std::vector<std::vector<double>> sums(pool.size());
  pool.run_parts((norm.rows + block - 1) / block, [&](long part, long begin, long end) {
    std::vector<double>& total = sums[part];
    total.resize(2 * c);
    std::vector<float> partial(2 * c);
    for (long b = begin; b < end; b++) {
      std::fill(partial.begin(), partial.end(), 0.0f);
      for (long row = b * block; row < std::min(norm.rows, (b + 1) * block); row++) {
        if (!norm.real(row)) continue;
        for_lanes(c, [&](Lanes at) {
          vec p, q;
          f(row, at, p, q);
          at.add(partial.data(), p);
          at.add(partial.data() + c, q);
        });
      }
      for (long i = 0; i < 2 * c; i++) total[i] += partial[i];
    }
  });
  for (long i = 0; i < c; i++) {
    first[i] = second[i] = 0;
    for (const std::vector<double>& total : sums) {
      first[i] += total[i];
      second[i] += total[c + i];
    }
  }
}

static inline long real_rows(const Norm& norm) {
  long count = 0;
  for (long row = 0; row < norm.rows; row++) count += norm.real(row);
  return count;
}

// Mean and biased variance [channels] of the real rows; zeros when there is none.
static inline void statistics(const Norm& norm, const float* x, float* mean, float* variance,
                              Pool& pool) {
  const long c = norm.channels;
  long first = 0;
  while (first < norm.rows && !norm.real(first)) first++;
  long count = real_rows(norm);
  std::vector<float> shift(c);  // near the mean, so that squares do not cancel
  if (count > 0) shift.assign(x + first * c, x + (first + 1) * c);
  std::vector<double> sum(c), squares(c);
  sum_rows(norm, sum.data(), squares.data(), pool, [&](long row, Lanes at, vec& p, vec& q) {
    p = at.get(x + row * c) - at.get(shift.data());
    q = p * p;
  });
  for (long i = 0; i < c; i++) {
    double centre = count ? sum[i] / count : 0;
    mean[i] = static_cast<float>(shift[i] + centre);
    variance[i] = count ? static_cast<float>(std::max(0.0, squares[i] / count - centre * centre)) : 0;
  }
}

// Calls f(row) for every row, in parallel; rows of padding get zeros in y instead.
template <class F>
static inline void for_rows(const Norm& norm, float* y, Pool& pool, F f) {
  const long block = 64;
  pool.run((norm.rows + block - 1) / block, [&](int, long task) {
    for (long row = task * block; row < std::min(norm.rows, (task + 1) * block); row++) {
      if (norm.real(row)) {
        f(row);
      } else {
        std::fill(y + row * norm.channels, y + (row + 1) * norm.channels, 0.0f);
      }
    }
  });
}

// y = [tanh]((x − mean) · deviation · weight + bias); deviation is 1 / √(variance + ε).
static inline void normalize(const Norm& norm, const float* x, const float* weight,
                             const float* bias, const float* mean, const float* deviation, float* y,
                             Pool& pool) {
  const long c = norm.channels;
  for_rows(norm, y, pool, [&](long row) {
    for_lanes(c, [&](Lanes at) {
      vec scale = at.get(weight) * at.get(deviation);
      vec value = (at.get(x + row * c) - at.get(mean)) * scale + at.get(bias);
      at.put(y + row * c, norm.tanh ? tanh(value) : value);
    });
  });
}

// Gradients of x, weight and bias. With `training`, also through the mean and the variance.
static inline void differentiate_norm(const Norm& norm, bool training, const float* dy,
                                      const float* x, const float* weight, const float* bias,
                                      const float* mean, const float* deviation, float* dx,
                                      float* d_weight, float* d_bias, Pool& pool) {
  const long c = norm.channels;
  auto upstream = [&](long row, Lanes at, vec& gradient, vec& normal) {
    normal = (at.get(x + row * c) - at.get(mean)) * at.get(deviation);
    gradient = at.get(dy + row * c);
    if (!norm.tanh) return;
    vec value = tanh(normal * at.get(weight) + at.get(bias));
    gradient *= 1.0f - value * value;
  };
  std::vector<double> sum(c), product(c);
  sum_rows(norm, sum.data(), product.data(), pool, [&](long row, Lanes at, vec& p, vec& q) {
    upstream(row, at, p, q);
    q *= p;
  });
  double count = std::max(1L, real_rows(norm));
  std::vector<float> drift(c), slope(c), scale(c);
  for (long i = 0; i < c; i++) {
    d_bias[i] = static_cast<float>(sum[i]);
    d_weight[i] = static_cast<float>(product[i]);
    scale[i] = weight[i] * deviation[i];
    if (!training) continue;
    drift[i] = static_cast<float>(sum[i] / count);
    slope[i] = static_cast<float>(product[i] / count);
  }
  for_rows(norm, dx, pool, [&](long row) {
    for_lanes(c, [&](Lanes at) {
      vec gradient, normal;
      upstream(row, at, gradient, normal);
      vec centred = gradient - at.get(drift.data()) - normal * at.get(slope.data());
      at.put(dx + row * c, centred * at.get(scale.data()));
    });
  });
}

}  // namespace marn

#endif  // MARN_BATCH_NORM_H_

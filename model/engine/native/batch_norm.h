// Batch normalisation over the rows whose mask is set, with tanh in the same pass if wanted.
#ifndef MARN_BATCH_NORM_H_
#define MARN_BATCH_NORM_H_

#include <algorithm>
#include <vector>

#include "pool.h"
#include "vector.h"

namespace marn {

struct Norm {
  long rows;
  long channels;
  const float* mask;  // [rows]: 0 on padding
  bool tanh;

  bool real(long row) const { return mask[row] != 0.0f; }

  long real_rows() const { return rows - std::count(mask, mask + rows, 0.0f); }
};

// Each [channels].
struct NormTerms {
  const float* weight;
  const float* bias;
  const float* mean;
  const float* deviation;  // 1 / √(variance + ε)
};

struct NormGradients {
  float* dx;        // [rows, channels]
  float* d_weight;  // [channels]
  float* d_bias;    // [channels]
};

// Two quantities of one vector of channels.
struct VecPair {
  vec first;
  vec second;
};

// Sums [channels] over the real rows.
struct SumPair {
  std::vector<double> first;
  std::vector<double> second;
};

// Sums what f(row, lanes) returns for a vector of channels of a real row: in float within a block
// of rows, then in double.
template <class F>
static inline SumPair sum_rows(const Norm& norm, Pool& pool, F f) {
  const long block = 128;
  const long c = norm.channels;
  std::vector<SumPair> sums(pool.size());
  pool.run_parts((norm.rows + block - 1) / block, [&](long part, long begin, long end) {
    SumPair& total = sums[part];
    total = {std::vector<double>(c), std::vector<double>(c)};
    std::vector<float> first(c);
    std::vector<float> second(c);
    for (long b = begin; b < end; b++) {
      std::fill(first.begin(), first.end(), 0.0f);
      std::fill(second.begin(), second.end(), 0.0f);
      for (long row = b * block; row < std::min(norm.rows, (b + 1) * block); row++) {
        if (!norm.real(row)) continue;
        for_lanes(c, [&](Lanes at) {
          const VecPair terms = f(row, at);
          at.add(first.data(), terms.first);
          at.add(second.data(), terms.second);
        });
      }
      for (long i = 0; i < c; i++) total.first[i] += first[i];
      for (long i = 0; i < c; i++) total.second[i] += second[i];
    }
  });
  SumPair all = {std::vector<double>(c), std::vector<double>(c)};
  for (const SumPair& total : sums) {
    for (long i = 0; i < c; i++) all.first[i] += total.first[i];
    for (long i = 0; i < c; i++) all.second[i] += total.second[i];
  }
  return all;
}

// Mean and biased variance [channels] of the real rows; zeros when there is none.
static inline void statistics(const Norm& norm, const float* x, float* mean, float* variance,
                              Pool& pool) {
  const long c = norm.channels;
  const long count = norm.real_rows();
  std::vector<float> shift(c);  // near the mean, so that squares do not cancel
  if (count > 0) {
    long first = 0;
    while (!norm.real(first)) first++;
    shift.assign(x + first * c, x + (first + 1) * c);
  }
  const SumPair sums = sum_rows(norm, pool, [&](long row, Lanes at) -> VecPair {
    const vec centred = at.get(x + row * c) - at.get(shift.data());
    return {centred, centred * centred};
  });
  for (long i = 0; i < c; i++) {
    const double centre = count ? sums.first[i] / count : 0;
    const double spread = count ? sums.second[i] / count - centre * centre : 0;
    mean[i] = static_cast<float>(shift[i] + centre);
    variance[i] = static_cast<float>(std::max(0.0, spread));
  }
}

// Calls f(row) for every real row, in parallel; rows of padding get zeros in y instead.
template <class F>
static inline void for_real_rows(const Norm& norm, float* y, Pool& pool, F f) {
  const long block = 64;
  pool.run((norm.rows + block - 1) / block, [&](int, long task) {
    for (long row = task * block; row < std::min(norm.rows, (task + 1) * block); row++) {
      if (norm.real(row)) {
        f(row);
      } else {
        std::fill_n(y + row * norm.channels, norm.channels, 0.0f);
      }
    }
  });
}

// y = [tanh]((x − mean) · deviation · weight + bias).
static inline void normalize(const Norm& norm, const NormTerms& terms, const float* x, float* y,
                             Pool& pool) {
  const long c = norm.channels;
  for_real_rows(norm, y, pool, [&](long row) {
    for_lanes(c, [&](Lanes at) {
      const vec scale = at.get(terms.weight) * at.get(terms.deviation);
      const vec value = (at.get(x + row * c) - at.get(terms.mean)) * scale + at.get(terms.bias);
      at.put(y + row * c, norm.tanh ? tanh(value) : value);
    });
  });
}

static inline vec through_tanh(vec gradient, vec x) {
  const vec y = tanh(x);
  return gradient * (1.0f - y * y);
}

// With `training`, dx goes through the mean and the variance too.
static inline void differentiate_norm(const Norm& norm, const NormTerms& terms, bool training,
                                      const float* dy, const float* x,
                                      const NormGradients& gradients, Pool& pool) {
  const long c = norm.channels;
  const auto normal_at = [&](long row, Lanes at) {
    return (at.get(x + row * c) - at.get(terms.mean)) * at.get(terms.deviation);
  };
  const SumPair sums = sum_rows(norm, pool, [&](long row, Lanes at) -> VecPair {
    const vec normal = normal_at(row, at);
    vec gradient = at.get(dy + row * c);
    if (norm.tanh) {
      gradient = through_tanh(gradient, normal * at.get(terms.weight) + at.get(terms.bias));
    }
    return {gradient, normal * gradient};
  });
  const double count = std::max(1L, norm.real_rows());
  std::vector<float> drifts(c);
  std::vector<float> slopes(c);
  std::vector<float> scales(c);
  for (long i = 0; i < c; i++) {
    gradients.d_bias[i] = static_cast<float>(sums.first[i]);
    gradients.d_weight[i] = static_cast<float>(sums.second[i]);
    scales[i] = terms.weight[i] * terms.deviation[i];
    if (!training) continue;
    drifts[i] = static_cast<float>(sums.first[i] / count);
    slopes[i] = static_cast<float>(sums.second[i] / count);
  }
  for_real_rows(norm, gradients.dx, pool, [&](long row) {
    for_lanes(c, [&](Lanes at) {
      const vec normal = normal_at(row, at);
      vec gradient = at.get(dy + row * c);
      if (norm.tanh) {
        const vec weight = at.get(terms.weight);
        const vec bias = at.get(terms.bias);
        gradient = through_tanh(gradient, normal * weight + bias);
      }
      const vec drift = at.get(drifts.data());
      const vec slope = at.get(slopes.data());
      const vec scale = at.get(scales.data());
      at.put(gradients.dx + row * c, (gradient - drift - normal * slope) * scale);
    });
  });
}

}  // namespace marn

#endif  // MARN_BATCH_NORM_H_

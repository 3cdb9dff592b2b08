// The focal loss of one logit (model/loss.ts has the formulas).
#ifndef MARN_FOCAL_H_
#define MARN_FOCAL_H_

#include <algorithm>
#include <cmath>

namespace marn {

struct FocalTerms {
  float positive;  // weight of a target of 1
  float negative;  // weight of a target of 0
  float gamma;     // exponent of the probability that was missed
};

// w (1 − p_t)^γ softplus(−z) with z = (2y − 1)·logit; its derivative goes to *gradient. Finite for
// any finite logit.
static inline float focal(const FocalTerms& terms, float logit, float target, float* gradient) {
  const float sign = 2 * target - 1;
  const float z = sign * logit;
  const float tail = std::exp(-std::fabs(z));  // never overflows
  const float near = 1 / (1 + tail);
  const float far = tail / (1 + tail);
  const float hit = z < 0 ? far : near;   // p_t
  const float miss = z < 0 ? near : far;  // 1 − p_t, without its cancellation
  const float cost = std::max(-z, 0.0f) + std::log1p(tail);
  float weight = terms.negative + target * (terms.positive - terms.negative);
  if (terms.gamma != 0) weight *= std::pow(miss, terms.gamma);
  *gradient = -weight * sign * (terms.gamma * hit * cost + miss);
  return weight * cost;
}

}  // namespace marn

#endif  // MARN_FOCAL_H_

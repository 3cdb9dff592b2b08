// The focal loss of one logit (model/loss.ts has the formulas).
#ifndef MARN_FOCAL_H_
#define MARN_FOCAL_H_

#include <algorithm>
#include <cmath>

namespace marn {

// Weights of a target of 1 and of 0, and the exponent of the probability that was missed.
struct FocalTerms {
  float positive, negative, gamma;
};

// w (1 − p_t)^γ softplus(−z) with z = (2y − 1)·logit; its derivative goes to *gradient. Finite for any
// finite logit.
static inline float focal(const FocalTerms& terms, float logit, float target, float* gradient) {
  float sign = 2 * target - 1, z = sign * logit, tail = std::exp(-std::fabs(z));
  float far = tail / (1 + tail), near = 1 / (1 + tail);
  float hit = z < 0 ? far : near, miss = z < 0 ? near : far;
  float cost = std::max(-z, 0.0f) + std::log1p(tail);
  float weight = terms.negative + target * (terms.positive - terms.negative);
  if (terms.gamma != 0) weight *= std::pow(miss, terms.gamma);
  *gradient = -weight * sign * (terms.gamma * hit * cost + miss);
  return weight * cost;
}

}  // namespace marn

#endif  // MARN_FOCAL_H_

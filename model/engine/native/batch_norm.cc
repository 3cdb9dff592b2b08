// Batch normalisation's operations; model/layers/batch_norm.ts calls them.
#include "batch_norm.h"

#include "op.h"

namespace marn {
namespace {

// The normalisation of x [documents, tokens, channels], whose mask is input i.
Norm norm_of(Call& call, const Input<float, 3>& x, int i, bool tanh) {
  const auto [documents, tokens, channels] = x.shape;
  const auto mask = call.floats<2>(i);
  call.expect(mask.shape == Shape<2>{documents, tokens}, "a mask of x's tokens");
  return {documents * tokens, channels, mask.values, tanh};
}

// Inputs first … first + 3: weight, bias, mean and deviation.
NormTerms norm_terms(Call& call, const Norm& norm, int first) {
  const auto read = [&](int i) {
    const auto values = call.floats<1>(i);
    call.expect(values.shape[0] == norm.channels, "one value a channel");
    return values.values;
  };
  return {read(first), read(first + 1), read(first + 2), read(first + 3)};
}

void compute_statistics(Call& call) {
  const auto x = call.floats<3>(0);
  const Norm norm = norm_of(call, x, 1, false);
  float* mean = call.output(0, {norm.channels});
  float* variance = call.output(1, {norm.channels});
  statistics(norm, x.values, mean, variance, Pool::shared());
}

const Op kStatistics = {
    "MarnBatchNormStatistics",
    {"x: float", "mask: float"},
    {"mean: float", "variance: float"},
    {},
    compute_statistics,
};

void compute_norm(Call& call) {
  const auto x = call.floats<3>(0);
  const Norm norm = norm_of(call, x, 1, call.attribute(0) != 0);
  const NormTerms terms = norm_terms(call, norm, 2);
  normalize(norm, terms, x.values, call.output(0, x.shape), Pool::shared());
}

const Op kNorm = {
    "MarnBatchNorm",
    {"x: float", "mask: float", "weight: float", "bias: float", "mean: float", "deviation: float"},
    {"y: float"},
    {"tanh"},
    compute_norm,
};

void compute_norm_gradient(Call& call) {
  const auto dy = call.floats<3>(0);
  const auto x = call.floats<3>(1);
  call.expect(dy.shape == x.shape, "inputs of one shape");
  const Norm norm = norm_of(call, x, 2, call.attribute(0) != 0);
  const NormTerms terms = norm_terms(call, norm, 3);
  const bool training = call.attribute(1) != 0;
  const NormGradients gradients = {
      call.output(0, x.shape), call.output(1, {norm.channels}), call.output(2, {norm.channels})};
  differentiate_norm(norm, terms, training, dy.values, x.values, gradients, Pool::shared());
}

const Op kNormGradient = {
    "MarnBatchNormGradient",
    {"dy: float",
     "x: float",
     "mask: float",
     "weight: float",
     "bias: float",
     "mean: float",
     "deviation: float"},
    {"dx: float", "d_weight: float", "d_bias: float"},
    {"tanh", "training"},
    compute_norm_gradient,
};

const bool registered = register_ops<kStatistics, kNorm, kNormGradient>();

}  // namespace
}  // namespace marn

// The optimiser's operations; model/train/optimizer.ts calls them.
#include "adam.h"

#include "op.h"

namespace marn {
namespace {

void compute_squared_sum(Call& call) {
  const auto x = call.floats<1>(0);
  const double sum = squared_sum(x.values, x.shape[0], Pool::shared());
  *call.output(0, {}) = static_cast<float>(sum);
}

const Op kSquaredSum = {
    "MarnSquaredSum",
    {"x: float"},
    {"sum: float"},
    {},
    compute_squared_sum,
};

void compute_adam(Call& call) {
  const auto value = call.floats<1>(0);
  const auto first = call.floats<1>(1);
  const auto second = call.floats<1>(2);
  const auto gradient = call.floats<1>(3);
  const float scale = *call.floats<0>(4).values;
  const auto given = call.floats<1>(5);
  for (const auto& shape : {first.shape, second.shape, gradient.shape}) {
    call.expect(shape == value.shape, "inputs of one size");
  }
  call.expect(given.shape[0] == 8, "eight factors");
  const float* f = given.values;
  const AdamFactors factors = {f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]};
  const AdamState<const float> now = {value.values, first.values, second.values};
  const AdamState<float> next = {
      call.output(0, value.shape), call.output(1, value.shape), call.output(2, value.shape)};
  adam(now, gradient.values, scale, factors, next, value.shape[0], Pool::shared());
}

const Op kAdam = {
    "MarnAdam",
    {"value: float",
     "first: float",
     "second: float",
     "gradient: float",
     "scale: float",
     "factors: float"},
    {"next_value: float", "next_first: float", "next_second: float"},
    {},
    compute_adam,
};

const bool registered = register_ops<kSquaredSum, kAdam>();

}  // namespace
}  // namespace marn

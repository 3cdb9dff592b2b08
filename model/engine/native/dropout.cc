// Dropout's operation; model/layers/dropout.ts calls it.
#include "dropout.h"

#include "op.h"

namespace marn {
namespace {

void compute_dropout(Call& call) {
  const auto x = call.floats<2>(0);
  const auto [rows, size] = x.shape;
  const auto seeds = call.integers<1>(1);
  call.expect(seeds.shape[0] == rows, "a seed for every row");
  const float rate = call.attribute(0);
  dropout(x.values, call.output(0, x.shape), rows, size, rate, seeds.values, Pool::shared());
}

const Op kDropout = {
    "MarnDropout",
    {"x: float", "seeds: int32"},
    {"y: float"},
    {"rate"},
    compute_dropout,
};

const bool registered = register_ops<kDropout>();

}  // namespace
}  // namespace marn

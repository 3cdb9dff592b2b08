// Dropout's operation; model/layers/dropout.ts calls it.
#include "dropout.h"

#include "op.h"

namespace marn {
namespace {

void compute_dropout(Call& call) {
  const auto x = call.floats<1>(0);
  const uint32_t seed = *call.integers<0>(1).values;
  const float rate = call.attribute(0);
  dropout(x.values, call.output(0, x.shape), x.shape[0], rate, seed, Pool::shared());
}

const Op kDropout = {
    "MarnDropout",
    {"x: float", "seed: int32"},
    {"y: float"},
    {"rate"},
    compute_dropout,
};

const bool registered = register_ops<kDropout>();

}  // namespace
}  // namespace marn

// The optimiser's kernels as TensorFlow operations; the caller is model/train/optimizer.ts.
#include <cstdio>

#include "adam.h"
#include "op.h"

namespace marn {
namespace {

const Op kSquaredSum = {"MarnSquaredSum", {"x: float"}, {"sum: float"}, {}, [](Call& call) {
  const float* x = call.floats(0, 1);
  *call.output(0, {}) = static_cast<float>(squared_sum(x, call.dimension(0, 0), Pool::shared()));
}};

const Op kAdam = {
    "MarnAdam",
    {"value: float", "first: float", "second: float", "gradient: float", "scale: float",
     "factors: float"},
    {"next_value: float", "next_first: float", "next_second: float"},
    {},
    [](Call& call) {
      const float* in[4];
      for (int i = 0; i < 4; i++) in[i] = call.floats(i, 1);
      const float *scale = call.floats(4, 0), *f = call.floats(5, 1);
      long size = call.dimension(0, 0);
      for (int i = 1; i < 4; i++) call.expect(call.dimension(i, 0) == size, "inputs of one size");
      call.expect(call.dimension(5, 0) == 8, "eight factors");
      float *value = call.output(0, {size}), *first = call.output(1, {size});
      adam({in[0], in[1], in[2]}, in[3], *scale, {f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]},
           value, first, call.output(2, {size}), size, Pool::shared());
    }};

const bool registered = [] {
  try {
    register_op<kSquaredSum>();
    register_op<kAdam>();
    return true;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "marn: the optimiser's kernels not registered: %s\n", error.what());
    return false;
  }
}();

}  // namespace
}  // namespace marn

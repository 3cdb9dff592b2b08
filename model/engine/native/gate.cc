// The gate's operations; model/layers/norm_gate.ts calls them.
#include "gate.h"

#include "op.h"

namespace marn {
namespace {

long size_of(const Shape<3>& shape) { return shape[0] * shape[1] * shape[2]; }

void compute_gate(Call& call) {
  const auto a = call.floats<3>(0);
  const auto b = call.floats<3>(1);
  call.expect(b.shape == a.shape, "inputs of one shape");
  gate(a.values, b.values, call.output(0, a.shape), size_of(a.shape), Pool::shared());
}

const Op kGate = {
    "MarnGate",
    {"a: float", "b: float"},
    {"y: float"},
    {},
    compute_gate,
};

void compute_gate_gradient(Call& call) {
  const auto dy = call.floats<3>(0);
  const auto a = call.floats<3>(1);
  const auto b = call.floats<3>(2);
  call.expect(a.shape == dy.shape && b.shape == dy.shape, "inputs of one shape");
  float* da = call.output(0, dy.shape);
  float* db = call.output(1, dy.shape);
  differentiate_gate(dy.values, a.values, b.values, da, db, size_of(dy.shape), Pool::shared());
}

const Op kGateGradient = {
    "MarnGateGradient",
    {"dy: float", "a: float", "b: float"},
    {"da: float", "db: float"},
    {},
    compute_gate_gradient,
};

const bool registered = register_ops<kGate, kGateGradient>();

}  // namespace
}  // namespace marn

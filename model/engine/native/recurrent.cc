// The operations of GRU and LSTM; model/layers/recurrence/native.ts calls them.
#include "recurrent.h"

#include "op.h"

namespace marn {
namespace {

struct Operands {
  const float* x;
  RecurrentWeights weights;
  RecurrentShape shape;
};

// Inputs 0 … 5: x, lengths and the stacked weights.
Operands read_operands(Call& call, long gates) {
  const auto x = call.floats<3>(0);
  const auto input = call.floats<3>(2);
  const auto hidden = call.floats<3>(3);
  const auto input_bias = call.floats<2>(4);
  const auto hidden_bias = call.floats<2>(5);
  RecurrentShape shape;
  shape.documents = x.shape[0];
  shape.width = x.shape[1];
  shape.inputs = x.shape[2];
  shape.hidden = hidden.shape[2];
  shape.directions = input.shape[0];
  shape.lengths = call.lengths(1, shape.documents, shape.width);
  const Shape<2> rows = {shape.directions, gates * shape.hidden};
  call.expect(input.shape == Shape<3>{rows[0], rows[1], shape.inputs}, "input weights that fit x");
  call.expect(hidden.shape == Shape<3>{rows[0], rows[1], shape.hidden} &&
                  input_bias.shape == rows && hidden_bias.shape == rows && shape.directions <= 2,
              "weights of all gates and directions");
  return {x.values, {input.values, hidden.values, input_bias.values, hidden_bias.values}, shape};
}

template <class Cell>
void compute_recurrent(Call& call) {
  const auto [x, weights, shape] = read_operands(call, Cell::kGates);
  const bool save = call.attribute(0) != 0;
  float* y = call.output(0, {shape.documents, shape.width, shape.directions * shape.hidden});
  float* saved = call.output(1, {save ? packed_rows(shape) : 0, Cell::kColumns * shape.hidden});
  run_recurrent<Cell>(shape, weights, x, y, save ? saved : nullptr, Pool::shared());
}

// Inputs 6 … 8: y, its gradient, and what the forward pass saved.
template <class Cell>
RecurrentTrace read_trace(Call& call, const RecurrentShape& shape, const float* x) {
  const auto y = call.floats<3>(6);
  const auto dy = call.floats<3>(7);
  const auto saved = call.floats<2>(8);
  const Shape<3> states = {shape.documents, shape.width, shape.directions * shape.hidden};
  const Shape<2> rows = {packed_rows(shape), Cell::kColumns * shape.hidden};
  call.expect(y.shape == states && dy.shape == states, "states of the forward pass");
  call.expect(saved.shape == rows, "what the forward pass saved");
  return {x, y.values, dy.values, saved.values};
}

// Outputs 1 … 4.
RecurrentGradients allocate_gradients(Call& call, const RecurrentShape& shape, long gates) {
  const Shape<2> rows = {shape.directions, gates * shape.hidden};
  return {
      call.output(1, {rows[0], rows[1], shape.inputs}),
      call.output(2, {rows[0], rows[1], shape.hidden}),
      call.output(3, rows),
      call.output(4, rows),
  };
}

template <class Cell>
void compute_recurrent_gradient(Call& call) {
  const auto [x, weights, shape] = read_operands(call, Cell::kGates);
  const RecurrentTrace trace = read_trace<Cell>(call, shape, x);
  const bool wanted = call.attribute(0) != 0;
  float* dx = call.output(0, {wanted ? shape.documents : 0, shape.width, shape.inputs});
  const RecurrentGradients gradients = allocate_gradients(call, shape, Cell::kGates);
  differentiate_recurrent<Cell>(
      shape, weights, trace, wanted ? dx : nullptr, gradients, Pool::shared());
}

template <class Cell>
Op recurrent_op(const char* name) {
  return {
      name,
      {"x: float",
       "lengths: int32",
       "weight_input: float",
       "weight_hidden: float",
       "bias_input: float",
       "bias_hidden: float"},
      {"y: float", "saved: float"},
      {"save"},
      compute_recurrent<Cell>,
  };
}

template <class Cell>
Op recurrent_gradient_op(const char* name) {
  return {
      name,
      {"x: float",
       "lengths: int32",
       "weight_input: float",
       "weight_hidden: float",
       "bias_input: float",
       "bias_hidden: float",
       "y: float",
       "dy: float",
       "saved: float"},
      {"dx: float",
       "d_weight_input: float",
       "d_weight_hidden: float",
       "d_bias_input: float",
       "d_bias_hidden: float"},
      {"input_gradient"},
      compute_recurrent_gradient<Cell>,
  };
}

const Op kGru = recurrent_op<Gru>("MarnGru");
const Op kLstm = recurrent_op<Lstm>("MarnLstm");
const Op kGruGradient = recurrent_gradient_op<Gru>("MarnGruGradient");
const Op kLstmGradient = recurrent_gradient_op<Lstm>("MarnLstmGradient");

const bool registered = register_ops<kGru, kLstm, kGruGradient, kLstmGradient>();

}  // namespace
}  // namespace marn

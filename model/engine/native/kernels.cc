// The kernels as TensorFlow operations, registered when the addon is loaded. Shapes are documented in
// the headers; the callers are in model/layers/.
#include <cstdio>

#include "batch_norm.h"
#include "conv.h"
#include "dropout.h"
#include "gate.h"
#include "label_attention.h"
#include "op.h"
#include "recurrent.h"

namespace marn {
namespace {

// model/engine/kernels.ts asks for this version.
const Op kVersion = {"MarnKernels", {}, {"version: float"}, {}, [](Call& call) {
  *call.output(0, {}) = 2;
}};

const Op kDropout = {
    "MarnDropout", {"x: float", "seed: int32"}, {"y: float"}, {"rate"}, [](Call& call) {
      const float* x = call.floats(0, 1);
      uint32_t seed = *call.integers(1, 0);
      long size = call.dimension(0, 0);
      dropout(x, call.output(0, {size}), size, call.attribute(0), seed, Pool::shared());
    }};

// Shape of input 0, [documents, tokens, channels], which inputs 1 … last share.
std::vector<int64_t> common_shape(Call& call, int last) {
  std::vector<int64_t> shape;
  for (int axis = 0; axis < 3; axis++) {
    shape.push_back(call.dimension(0, axis));
    for (int i = 1; i <= last; i++) {
      call.expect(call.dimension(i, axis) == shape[axis], "inputs of one shape");
    }
  }
  return shape;
}

const Op kGate = {"MarnGate", {"a: float", "b: float"}, {"y: float"}, {}, [](Call& call) {
  const float *a = call.floats(0, 3), *b = call.floats(1, 3);
  std::vector<int64_t> shape = common_shape(call, 1);
  gate(a, b, call.output(0, shape), shape[0] * shape[1] * shape[2], Pool::shared());
}};

const Op kGateGradient = {
    "MarnGateGradient",
    {"dy: float", "a: float", "b: float"},
    {"da: float", "db: float"},
    {},
    [](Call& call) {
      const float *dy = call.floats(0, 3), *a = call.floats(1, 3), *b = call.floats(2, 3);
      std::vector<int64_t> shape = common_shape(call, 2);
      float* da = call.output(0, shape);
      differentiate_gate(dy, a, b, da, call.output(1, shape), shape[0] * shape[1] * shape[2],
                         Pool::shared());
    }};

Norm norm_of(Call& call, int x, int mask, bool tanh) {
  const float* values = call.floats(mask, 2);
  long rows = call.dimension(x, 0) * call.dimension(x, 1);
  call.expect(call.dimension(mask, 0) * call.dimension(mask, 1) == rows, "a mask of x's tokens");
  return {rows, call.dimension(x, 2), values, tanh};
}

const float* channel_values(Call& call, const Norm& norm, int i) {
  const float* values = call.floats(i, 1);
  call.expect(call.dimension(i, 0) == norm.channels, "one value a channel");
  return values;
}

const Op kStatistics = {"MarnBatchNormStatistics",
                        {"x: float", "mask: float"},
                        {"mean: float", "variance: float"},
                        {},
                        [](Call& call) {
                          const float* x = call.floats(0, 3);
                          Norm norm = norm_of(call, 0, 1, false);
                          float* mean = call.output(0, {norm.channels});
                          statistics(norm, x, mean, call.output(1, {norm.channels}), Pool::shared());
                        }};

const Op kNorm = {
    "MarnBatchNorm",
    {"x: float", "mask: float", "weight: float", "bias: float", "mean: float", "deviation: float"},
    {"y: float"},
    {"tanh"},
    [](Call& call) {
      const float* x = call.floats(0, 3);
      Norm norm = norm_of(call, 0, 1, call.attribute(0) != 0);
      const float* of[4];
      for (int i = 0; i < 4; i++) of[i] = channel_values(call, norm, 2 + i);
      float* y = call.output(0, {call.dimension(0, 0), call.dimension(0, 1), norm.channels});
      normalize(norm, x, of[0], of[1], of[2], of[3], y, Pool::shared());
    }};

const Op kNormGradient = {
    "MarnBatchNormGradient",
    {"dy: float", "x: float", "mask: float", "weight: float", "bias: float", "mean: float",
     "deviation: float"},
    {"dx: float", "d_weight: float", "d_bias: float"},
    {"tanh", "training"},
    [](Call& call) {
      const float *dy = call.floats(0, 3), *x = call.floats(1, 3);
      std::vector<int64_t> shape = common_shape(call, 1);
      Norm norm = norm_of(call, 1, 2, call.attribute(0) != 0);
      const float* of[4];
      for (int i = 0; i < 4; i++) of[i] = channel_values(call, norm, 3 + i);
      float* dx = call.output(0, shape);
      float* d_weight = call.output(1, {norm.channels});
      differentiate_norm(norm, call.attribute(1) != 0, dy, x, of[0], of[1], of[2], of[3], dx,
                         d_weight, call.output(2, {norm.channels}), Pool::shared());
    }};

// Lengths of input i, [documents], clamped to the padded width.
std::vector<int32_t> lengths_of(Call& call, int i, long documents, long width) {
  const int32_t* values = call.integers(i, 1);
  call.expect(call.dimension(i, 0) == documents, "one length a document");
  std::vector<int32_t> lengths(values, values + documents);
  for (int32_t& length : lengths) length = std::clamp<long>(length, 0, width);
  return lengths;
}

const Op kConvolve = {
    "MarnConvolve",
    {"x: float", "taps: float", "in_lengths: int32", "out_lengths: int32"},
    {"y: float"},
    {"padding"},
    [](Call& call) {
      const float *x = call.floats(0, 3), *taps = call.floats(1, 3);
      long documents = call.dimension(0, 0), width = call.dimension(0, 1);
      long kernel = call.dimension(1, 0), padding = static_cast<long>(call.attribute(0));
      long out_width = width + 2 * padding - kernel + 1;
      call.expect(out_width >= 0 && call.dimension(1, 1) == call.dimension(0, 2), "taps that fit x");
      auto in = lengths_of(call, 2, documents, width), out = lengths_of(call, 3, documents, out_width);
      ConvShape shape{documents, width, out_width, call.dimension(0, 2), call.dimension(1, 2),
                      kernel, padding, in.data(), out.data()};
      convolve(shape, x, taps, call.output(0, {documents, out_width, shape.outputs}), Pool::shared());
    }};

const Op kConvolveTaps = {
    "MarnConvolveTapsGradient",
    {"x: float", "dy: float", "in_lengths: int32", "out_lengths: int32"},
    {"d_taps: float"},
    {"kernel", "padding"},
    [](Call& call) {
      const float *x = call.floats(0, 3), *dy = call.floats(1, 3);
      long documents = call.dimension(0, 0), width = call.dimension(0, 1);
      long kernel = static_cast<long>(call.attribute(0)), padding = static_cast<long>(call.attribute(1));
      long out_width = width + 2 * padding - kernel + 1;
      call.expect(call.dimension(1, 0) == documents && call.dimension(1, 1) == out_width,
                  "dy of the convolution's shape");
      auto in = lengths_of(call, 2, documents, width), out = lengths_of(call, 3, documents, out_width);
      ConvShape shape{documents, width, out_width, call.dimension(0, 2), call.dimension(1, 2),
                      kernel, padding, in.data(), out.data()};
      float* d_taps = call.output(0, {kernel, shape.inputs, shape.outputs});
      differentiate_taps(shape, x, dy, d_taps, Pool::shared());
    }};

// Inputs first … first + 3: features, queries, scores and mask. `lengths` must outlive the result.
AttentionShape attention_shape(Call& call, int first, std::vector<int32_t>& lengths) {
  const float *o = call.floats(first, 3), *q = call.floats(first + 1, 2);
  const float *w = call.floats(first + 2, 2), *mask = call.floats(first + 3, 2);
  long documents = call.dimension(first, 0), width = call.dimension(first, 1);
  long features = call.dimension(first, 2), labels = call.dimension(first + 1, 0);
  call.expect(call.dimension(first + 1, 1) == features && call.dimension(first + 2, 1) == features &&
                  call.dimension(first + 2, 0) == labels,
              "a query and a score row for every label");
  call.expect(call.dimension(first + 3, 0) == documents && call.dimension(first + 3, 1) == width,
              "a mask of the features' tokens");
  lengths.assign(documents, 0);
  for (long i = 0; i < documents * width; i++) lengths[i / width] += mask[i] != 0.0f;
  return {documents, width, features, labels, lengths.data(), o, q, w};
}

const Op kAttention = {
    "MarnLabelAttention",
    {"features: float", "query: float", "score: float", "mask: float"},
    {"means: float", "normalizers: float"},
    {},
    [](Call& call) {
      std::vector<int32_t> lengths;
      AttentionShape shape = attention_shape(call, 0, lengths);
      float* means = call.output(0, {shape.documents, shape.labels});
      attend(shape, means, call.output(1, {shape.documents, shape.labels}), Pool::shared());
    }};

// Input i is one value for each document and label.
const float* logit_values(Call& call, const AttentionShape& shape, int i) {
  const float* values = call.floats(i, 2);
  call.expect(call.dimension(i, 0) == shape.documents && call.dimension(i, 1) == shape.labels,
              "one value a document and label");
  return values;
}

// Outputs first … first + 2: the gradients of features, queries and scores.
template <class Upstream>
void attention_gradients(Call& call, const AttentionShape& shape, const Upstream& upstream, int first) {
  float* d_o = call.output(first, {shape.documents, shape.width, shape.features});
  float* d_q = call.output(first + 1, {shape.labels, shape.features});
  float* d_w = call.output(first + 2, {shape.labels, shape.features});
  differentiate_attention(shape, upstream, d_o, d_q, d_w, Pool::shared());
}

const Op kAttentionGradient = {
    "MarnLabelAttentionGradient",
    {"features: float", "query: float", "score: float", "mask: float", "dy: float", "means: float",
     "normalizers: float"},
    {"d_features: float", "d_query: float", "d_score: float"},
    {},
    [](Call& call) {
      std::vector<int32_t> lengths;
      AttentionShape shape = attention_shape(call, 0, lengths);
      GivenGradient given = {logit_values(call, shape, 4), logit_values(call, shape, 5),
                             logit_values(call, shape, 6)};
      attention_gradients(call, shape, given, 0);
    }};

const Op kAttentionLoss = {
    "MarnLabelAttentionLoss",
    {"features: float", "query: float", "score: float", "mask: float", "bias: float",
     "targets: float", "terms: float"},
    {"costs: float", "d_logits: float", "d_features: float", "d_query: float", "d_score: float"},
    {},
    [](Call& call) {
      std::vector<int32_t> lengths;
      AttentionShape shape = attention_shape(call, 0, lengths);
      const float *bias = call.floats(4, 1), *terms = call.floats(6, 1);
      call.expect(call.dimension(4, 0) == shape.labels, "one bias a label");
      call.expect(call.dimension(6, 0) == 3, "weights of a 1 and of a 0, and γ");
      const float* targets = logit_values(call, shape, 5);
      float* costs = call.output(0, {shape.documents, shape.labels});
      float* d_logits = call.output(1, {shape.documents, shape.labels});
      LossGradient loss = {bias, targets, {terms[0], terms[1], terms[2]}, costs, d_logits};
      attention_gradients(call, shape, loss, 2);
    }};

struct RecurrentCall {
  const float* x;
  RecurrentWeights weights;
  std::vector<int32_t> lengths;
  RecurrentShape shape;
};

// Inputs 0 … 5: x, lengths and the stacked weights.
RecurrentCall recurrent_call(Call& call, long gates) {
  RecurrentCall r;
  r.x = call.floats(0, 3);
  r.lengths = lengths_of(call, 1, call.dimension(0, 0), call.dimension(0, 1));
  r.weights = {call.floats(2, 3), call.floats(3, 3), call.floats(4, 2), call.floats(5, 2)};
  long directions = call.dimension(2, 0), hidden = call.dimension(3, 2);
  r.shape = {call.dimension(0, 0), call.dimension(0, 1), call.dimension(0, 2), hidden, directions,
             nullptr};
  for (int i = 2; i < 6; i++) {
    call.expect(call.dimension(i, 0) == directions && call.dimension(i, 1) == gates * hidden,
                "weights of all gates and directions");
  }
  call.expect(directions <= 2 && call.dimension(2, 2) == r.shape.inputs, "input weights that fit x");
  return r;
}

template <class Cell>
void compute_recurrent(Call& call) {
  RecurrentCall r = recurrent_call(call, Cell::kGates);
  r.shape.lengths = r.lengths.data();
  const RecurrentShape& s = r.shape;
  bool save = call.attribute(0) != 0;
  float* y = call.output(0, {s.documents, s.width, s.directions * s.hidden});
  float* saved = call.output(1, {save ? packed_rows(s) : 0, Cell::kRow * s.hidden});
  run_recurrent<Cell>(s, r.weights, r.x, y, save ? saved : nullptr, Pool::shared());
}

template <class Cell>
void compute_recurrent_gradient(Call& call) {
  RecurrentCall r = recurrent_call(call, Cell::kGates);
  r.shape.lengths = r.lengths.data();
  const RecurrentShape& s = r.shape;
  const float *y = call.floats(6, 3), *dy = call.floats(7, 3), *saved = call.floats(8, 2);
  for (int i : {6, 7}) {
    call.expect(call.dimension(i, 0) == s.documents && call.dimension(i, 1) == s.width &&
                    call.dimension(i, 2) == s.directions * s.hidden,
                "states of the forward pass");
  }
  call.expect(call.dimension(8, 0) == packed_rows(s) && call.dimension(8, 1) == Cell::kRow * s.hidden,
              "what the forward pass saved");
  bool wanted = call.attribute(0) != 0;
  float* dx = call.output(0, {wanted ? s.documents : 0, s.width, s.inputs});
  const int64_t d = s.directions, gates = Cell::kGates * s.hidden;
  float* d_input = call.output(1, {d, gates, s.inputs});
  float* d_hidden = call.output(2, {d, gates, s.hidden});
  float* d_input_bias = call.output(3, {d, gates});
  differentiate_recurrent<Cell>(s, r.weights, r.x, y, dy, saved, wanted ? dx : nullptr, d_input,
                                d_hidden, d_input_bias, call.output(4, {d, gates}), Pool::shared());
}

#define RECURRENT_INPUTS                                                               \
  "x: float", "lengths: int32", "weight_input: float", "weight_hidden: float",         \
      "bias_input: float", "bias_hidden: float"
#define RECURRENT_GRADIENTS                                                            \
  "dx: float", "d_weight_input: float", "d_weight_hidden: float", "d_bias_input: float", \
      "d_bias_hidden: float"

const Op kGru = {"MarnGru", {RECURRENT_INPUTS}, {"y: float", "saved: float"}, {"save"},
                 compute_recurrent<Gru>};
const Op kLstm = {"MarnLstm", {RECURRENT_INPUTS}, {"y: float", "saved: float"}, {"save"},
                  compute_recurrent<Lstm>};
const Op kGruGradient = {"MarnGruGradient",
                         {RECURRENT_INPUTS, "y: float", "dy: float", "saved: float"},
                         {RECURRENT_GRADIENTS},
                         {"input_gradient"},
                         compute_recurrent_gradient<Gru>};
const Op kLstmGradient = {"MarnLstmGradient",
                          {RECURRENT_INPUTS, "y: float", "dy: float", "saved: float"},
                          {RECURRENT_GRADIENTS},
                          {"input_gradient"},
                          compute_recurrent_gradient<Lstm>};

const bool registered = [] {
  try {
    register_op<kVersion>();
    register_op<kDropout>();
    register_op<kGate>();
    register_op<kGateGradient>();
    register_op<kStatistics>();
    register_op<kNorm>();
    register_op<kNormGradient>();
    register_op<kConvolve>();
    register_op<kConvolveTaps>();
    register_op<kAttention>();
    register_op<kAttentionGradient>();
    register_op<kAttentionLoss>();
    register_op<kGru>();
    register_op<kGruGradient>();
    register_op<kLstm>();
    register_op<kLstmGradient>();
    return true;
  } catch (const std::exception& error) {  // the layers' twins run instead
    std::fprintf(stderr, "marn: kernels not registered: %s\n", error.what());
    return false;
  }
}();

}  // namespace
}  // namespace marn

// Label attention's operations; model/layers/label_attention.ts calls them.
#include "label_attention.h"

#include "op.h"

namespace marn {
namespace {

// Inputs 0 … 3: features, query, score and mask.
LabelAttention read_operands(Call& call) {
  const auto features = call.floats<3>(0);
  const auto query = call.floats<2>(1);
  const auto score = call.floats<2>(2);
  const auto mask = call.floats<2>(3);
  LabelAttention attention;
  attention.documents = features.shape[0];
  attention.width = features.shape[1];
  attention.features = features.shape[2];
  attention.labels = query.shape[0];
  attention.o = features.values;
  attention.q = query.values;
  attention.w = score.values;
  call.expect(query.shape[1] == attention.features && score.shape == query.shape,
              "a query and a score row for every label");
  call.expect(mask.shape == Shape<2>{attention.documents, attention.width},
              "a mask of the features' tokens");
  std::vector<int32_t> lengths;
  for (long d = 0; d < attention.documents; d++) {
    const float* row = mask.values + d * attention.width;
    const long padding = std::count(row, row + attention.width, 0.0f);
    lengths.push_back(attention.width - padding);
  }
  attention.lengths = call.keep(std::move(lengths));
  return attention;
}

// Input i, one value for each document and label.
const float* read_logits(Call& call, const LabelAttention& attention, int i) {
  const auto logits = call.floats<2>(i);
  call.expect(logits.shape == Shape<2>{attention.documents, attention.labels},
              "one value a document and label");
  return logits.values;
}

float* allocate_logits(Call& call, const LabelAttention& attention, int i) {
  return call.output(i, {attention.documents, attention.labels});
}

// Outputs first … first + 2: the gradients of features, query and score.
LabelAttentionGradients allocate_gradients(Call& call, const LabelAttention& attention, int first) {
  const Shape<2> rows = {attention.labels, attention.features};
  return {call.output(first, {attention.documents, attention.width, attention.features}),
          call.output(first + 1, rows),
          call.output(first + 2, rows)};
}

void compute_attention(Call& call) {
  const LabelAttention attention = read_operands(call);
  float* means = allocate_logits(call, attention, 0);
  float* normalizers = allocate_logits(call, attention, 1);
  attend(attention, means, normalizers, Pool::shared());
}

const Op kAttention = {
    "MarnLabelAttention",
    {"features: float", "query: float", "score: float", "mask: float"},
    {"means: float", "normalizers: float"},
    {},
    compute_attention,
};

void compute_attention_gradient(Call& call) {
  const LabelAttention attention = read_operands(call);
  const GivenGradient upstream = {
      read_logits(call, attention, 4),
      read_logits(call, attention, 5),
      read_logits(call, attention, 6),
  };
  const LabelAttentionGradients gradients = allocate_gradients(call, attention, 0);
  differentiate_attention(attention, upstream, gradients, Pool::shared());
}

const Op kAttentionGradient = {
    "MarnLabelAttentionGradient",
    {"features: float",
     "query: float",
     "score: float",
     "mask: float",
     "dy: float",
     "means: float",
     "normalizers: float"},
    {"d_features: float", "d_query: float", "d_score: float"},
    {},
    compute_attention_gradient,
};

void compute_attention_loss(Call& call) {
  const LabelAttention attention = read_operands(call);
  const auto bias = call.floats<1>(4);
  const float* targets = read_logits(call, attention, 5);
  const auto terms = call.floats<1>(6);
  call.expect(bias.shape[0] == attention.labels, "one bias a label");
  call.expect(terms.shape[0] == 3, "weights of a 1 and of a 0, and γ");
  const LossGradient upstream = {
      bias.values,
      targets,
      {terms.values[0], terms.values[1], terms.values[2]},
      allocate_logits(call, attention, 0),
      allocate_logits(call, attention, 1),
  };
  const LabelAttentionGradients gradients = allocate_gradients(call, attention, 2);
  differentiate_attention(attention, upstream, gradients, Pool::shared());
}

const Op kAttentionLoss = {
    "MarnLabelAttentionLoss",
    {"features: float",
     "query: float",
     "score: float",
     "mask: float",
     "bias: float",
     "targets: float",
     "terms: float"},
    {"costs: float", "d_logits: float", "d_features: float", "d_query: float", "d_score: float"},
    {},
    compute_attention_loss,
};

const bool registered = register_ops<kAttention, kAttentionGradient, kAttentionLoss>();

}  // namespace
}  // namespace marn

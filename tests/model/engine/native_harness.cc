// Runs the kernels on odd sizes, without TensorFlow, in buffers of exactly the right size:
// native_memory_test.ts builds it with -fsanitize=address,undefined. Outputs start as NaN, so that
// an element that is not written, or computed from one, shows. Prints a weighted sum of each
// output.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "../../../model/engine/native/adam.h"
#include "../../../model/engine/native/batch_norm.h"
#include "../../../model/engine/native/conv.h"
#include "../../../model/engine/native/dropout.h"
#include "../../../model/engine/native/gate.h"
#include "../../../model/engine/native/label_attention.h"
#include "../../../model/engine/native/recurrent.h"

using namespace marn;

using Floats = std::vector<float>;
using Lengths = std::vector<int32_t>;

static Pool& pool = *new Pool(3);  // never destroyed: its threads wait for ever
static std::string current;

// Names the kernel that runs, and its sizes.
template <class... Size>
static void announce(const char* kernel, Size... sizes) {
  current = kernel;
  ((current += " " + std::to_string(sizes)), ...);
}

static Floats noise(long size) {
  static uint32_t state = 1;
  Floats values(size);
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / (1 << 23) - 1.0f;
  }
  return values;
}

static Floats unwritten(long size) { return Floats(size, std::numeric_limits<float>::quiet_NaN()); }

static void report(const char* output, const Floats& values) {
  double sum = 0;
  for (size_t i = 0; i < values.size(); i++) sum += values[i] * (1.0 + 0.1 * (i % 7));
  std::printf("%s %s\t%.9g\n", current.c_str(), output, sum);
  if (!std::isfinite(sum)) std::exit(1);
}

static long longest(const Lengths& lengths) {
  return *std::max_element(lengths.begin(), lengths.end());
}

static void run_conv(const Lengths& lengths, long inputs, long outputs, long kernel, long padding) {
  const long documents = lengths.size();
  const long width = longest(lengths) + 1;
  const long out_width = width + 2 * padding - kernel + 1;
  if (out_width < 0) return;
  announce("conv", inputs, outputs, kernel, padding, width);
  Lengths out_lengths;
  for (long length : lengths) out_lengths.push_back(std::max(0L, length + out_width - width));
  ConvShape shape;
  shape.documents = documents;
  shape.in_width = width;
  shape.out_width = out_width;
  shape.inputs = inputs;
  shape.outputs = outputs;
  shape.kernel = kernel;
  shape.padding = padding;
  shape.in_lengths = lengths.data();
  shape.out_lengths = out_lengths.data();
  const Floats x = noise(documents * width * inputs);
  const Floats taps = noise(kernel * inputs * outputs);
  const Floats dy = noise(documents * out_width * outputs);
  Floats y = unwritten(dy.size());
  Floats d_taps = unwritten(taps.size());
  convolve(shape, x.data(), taps.data(), y.data(), pool);
  differentiate_taps(shape, x.data(), dy.data(), d_taps.data(), pool);
  report("y", y);
  report("d_taps", d_taps);
}

static void run_norm(const Lengths& lengths, long channels, bool tanh) {
  const long width = 9;
  const long rows = lengths.size() * width;
  announce("norm", lengths.size(), channels);
  Floats mask(rows);
  for (long row = 0; row < rows; row++) mask[row] = row % width < lengths[row / width];
  const Norm norm = {rows, channels, mask.data(), tanh};
  const Floats x = noise(rows * channels);
  const Floats dy = noise(x.size());
  const Floats weight = noise(channels);
  const Floats bias = noise(channels);
  Floats mean = unwritten(channels);
  Floats variance = unwritten(channels);
  Floats y = unwritten(x.size());
  Floats dx = unwritten(x.size());
  Floats d_weight = unwritten(channels);
  Floats d_bias = unwritten(channels);
  statistics(norm, x.data(), mean.data(), variance.data(), pool);
  Floats deviation;
  for (float v : variance) deviation.push_back(1 / std::sqrt(v + 0.1f));
  const NormTerms terms = {weight.data(), bias.data(), mean.data(), deviation.data()};
  normalize(norm, terms, x.data(), y.data(), pool);
  differentiate_norm(
      norm, terms, true, dy.data(), x.data(), {dx.data(), d_weight.data(), d_bias.data()}, pool);
  report("mean", mean);
  report("variance", variance);
  report("y", y);
  report("dx", dx);
  report("d_weight", d_weight);
  report("d_bias", d_bias);
}

template <class Cell>
static void run_cell(const char* name, const Lengths& lengths, long inputs, long hidden,
                     long directions) {
  const long documents = lengths.size();
  const long width = longest(lengths) + 1;
  const long gates = directions * Cell::kGates * hidden;
  announce(name, documents, width, inputs, hidden, directions);
  const RecurrentShape shape = {documents, width, inputs, hidden, directions, lengths.data()};
  const Floats x = noise(documents * width * inputs);
  const Floats input = noise(gates * inputs);
  Floats recurrent = noise(gates * hidden);
  for (float& weight : recurrent) weight *= 0.3f;
  const Floats input_bias = noise(gates);
  const Floats hidden_bias = noise(gates);
  const RecurrentWeights weights = {
      input.data(), recurrent.data(), input_bias.data(), hidden_bias.data()};
  Floats y = unwritten(documents * width * directions * hidden);
  Floats alone = unwritten(y.size());
  Floats saved = unwritten(packed_rows(shape) * Cell::kColumns * hidden);
  run_recurrent<Cell>(shape, weights, x.data(), y.data(), saved.data(), pool);
  run_recurrent<Cell>(shape, weights, x.data(), alone.data(), nullptr, pool);
  if (y != alone) std::exit(1);
  const Floats dy = noise(y.size());
  Floats dx = unwritten(x.size());
  Floats d_input = unwritten(input.size());
  Floats d_hidden = unwritten(recurrent.size());
  Floats d_input_bias = unwritten(gates);
  Floats d_hidden_bias = unwritten(gates);
  const RecurrentTrace trace = {x.data(), y.data(), dy.data(), saved.data()};
  const RecurrentGradients gradients = {
      d_input.data(), d_hidden.data(), d_input_bias.data(), d_hidden_bias.data()};
  differentiate_recurrent<Cell>(shape, weights, trace, dx.data(), gradients, pool);
  report("y", y);
  report("dx", dx);
  report("d_input", d_input);
  report("d_hidden", d_hidden);
  report("d_input_bias", d_input_bias);
  report("d_hidden_bias", d_hidden_bias);
}

template <class Upstream>
static void run_attention_gradient(const LabelAttention& attention, const Upstream& upstream) {
  Floats d_o = unwritten(attention.documents * attention.width * attention.features);
  Floats d_q = unwritten(attention.labels * attention.features);
  Floats d_w = unwritten(d_q.size());
  differentiate_attention(attention, upstream, {d_o.data(), d_q.data(), d_w.data()}, pool);
  report("d_o", d_o);
  report("d_q", d_q);
  report("d_w", d_w);
}

static void run_attention(const Lengths& lengths, long features, long labels) {
  const long documents = lengths.size();
  const long width = longest(lengths);
  const Floats o = noise(documents * width * features);
  const Floats q = noise(labels * features);
  const Floats w = noise(q.size());
  LabelAttention attention;
  attention.documents = documents;
  attention.width = width;
  attention.features = features;
  attention.labels = labels;
  attention.lengths = lengths.data();
  attention.o = o.data();
  attention.q = q.data();
  attention.w = w.data();

  announce("attention", width, features, labels);
  Floats means = unwritten(documents * labels);
  Floats normalizers = unwritten(means.size());
  attend(attention, means.data(), normalizers.data(), pool);
  report("means", means);
  report("normalizers", normalizers);
  const Floats dy = noise(means.size());
  run_attention_gradient(attention, GivenGradient{dy.data(), means.data(), normalizers.data()});

  announce("attention with the loss", width, features, labels);
  const Floats bias = noise(labels);
  Floats targets = noise(means.size());
  for (float& target : targets) target = target > 0;
  Floats costs = unwritten(means.size());
  Floats d_logits = unwritten(means.size());
  const FocalTerms terms = {0.7f, 0.3f, 1.5f};
  run_attention_gradient(
      attention, LossGradient{bias.data(), targets.data(), terms, costs.data(), d_logits.data()});
  report("costs", costs);
  report("d_logits", d_logits);
}

static void run_adam(long size) {
  announce("adam", size);
  const Floats value = noise(size);
  const Floats first = noise(size);
  Floats second = noise(size);
  for (float& v : second) v *= v;  // never negative
  const Floats gradient = noise(size);
  Floats next_value = unwritten(size);
  Floats next_first = unwritten(size);
  Floats next_second = unwritten(size);
  const AdamFactors factors = {0.9f, 0.1f, 0.99f, 0.01f, 1e-3f, 0.9f, 0.1f, 0.3f};
  const AdamState<const float> now = {value.data(), first.data(), second.data()};
  const AdamState<float> next = {next_value.data(), next_first.data(), next_second.data()};
  adam(now, gradient.data(), 0.5f, factors, next, size, pool);
  report("value", next_value);
  report("first", next_first);
  report("second", next_second);
  report("squared sum", {static_cast<float>(squared_sum(gradient.data(), size, pool))});
}

static void run_gate(long size) {
  announce("gate", size);
  const Floats a = noise(size);
  const Floats b = noise(size);
  const Floats dy = noise(size);
  Floats y = unwritten(size);
  Floats da = unwritten(size);
  Floats db = unwritten(size);
  gate(a.data(), b.data(), y.data(), size, pool);
  differentiate_gate(dy.data(), a.data(), b.data(), da.data(), db.data(), size, pool);
  report("y", y);
  report("da", da);
  report("db", db);
}

static void run_dropout(long size) {
  announce("dropout", size);
  const Floats x = noise(2 * size);
  Floats y = unwritten(2 * size);
  const int32_t seeds[] = {7, -3};
  dropout(x.data(), y.data(), 2, size, 0.3f, seeds, pool);
  report("y", y);
}

int main() {
  for (const Lengths& lengths : {Lengths{1}, Lengths{3, 8, 1, 4}, Lengths{2, 7, 1}}) {
    for (long kernel : {1, 3, 4}) {
      for (long padding : {0, 1, 2}) {
        run_conv(lengths, 1, 1, kernel, padding);
        run_conv(lengths, 5, 19, kernel, padding);
        run_conv(lengths, 33, 37, kernel, padding);
      }
    }
    for (long channels : {1, 17, 35}) run_norm(lengths, channels, channels != 17);
    for (long directions : {1, 2}) {
      for (long hidden : {1, 7, 17}) {
        run_cell<Gru>("gru", lengths, 3, hidden, directions);
        run_cell<Lstm>("lstm", lengths, 3, hidden, directions);
      }
    }
  }
  run_conv({130, 250, 3}, 5, 3, 9, 4);           // more than one block of rows
  run_conv({500, 700, 3}, 33, 40, 3, 1);         // more than one block of tiles
  run_cell<Gru>("gru", {200, 150, 1}, 4, 6, 2);  // more than one chunk of steps
  run_cell<Lstm>("lstm", {200, 150, 1}, 4, 6, 2);
  run_attention({1}, 1, 1);
  run_attention({3, 8, 1, 4}, 19, 70);
  run_attention({200, 1, 130}, 33, 131);  // more than one block of tokens and chunk of labels
  for (long size : {1L, 15L, 70000L}) {
    run_gate(size);
    run_adam(size);
    run_dropout(size);
  }
}

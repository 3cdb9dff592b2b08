// Runs the kernels on odd sizes, without TensorFlow, in buffers of exactly the right size: built with
// -fsanitize=address,undefined by native_memory_test.ts. Outputs start as NaN, so that an element
// that is not written, or computed from one, shows. Prints a weighted sum of each output.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "../../../model/engine/native/adam.h"
#include "../../../model/engine/native/batch_norm.h"
#include "../../../model/engine/native/conv.h"
#include "../../../model/engine/native/dropout.h"
#include "../../../model/engine/native/gate.h"
#include "../../../model/engine/native/label_attention.h"
#include "../../../model/engine/native/recurrent.h"

using namespace marn;

static Pool& pool = *new Pool(3);  // never destroyed: its threads wait for ever
static std::string current;

static std::vector<float> noise(long size) {
  static uint32_t state = 1;
  std::vector<float> values(size);
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / (1 << 23) - 1.0f;
  }
  return values;
}

static std::vector<float> unwritten(long size) {
  return std::vector<float>(size, std::numeric_limits<float>::quiet_NaN());
}

static void report(const char* output, const std::vector<float>& values) {
  double sum = 0;
  for (size_t i = 0; i < values.size(); i++) sum += values[i] * (1.0 + 0.1 * (i % 7));
  std::printf("%s %s\t%.9g\n", current.c_str(), output, sum);
  if (!std::isfinite(sum)) std::exit(1);
}

static void run_conv(const std::vector<int32_t>& lengths, long inputs, long outputs, long kernel,
                     long padding) {
  long documents = lengths.size(), width = *std::max_element(lengths.begin(), lengths.end()) + 1;
  long out_width = width + 2 * padding - kernel + 1;
  if (out_width < 0) return;
  std::vector<int32_t> out_lengths;
  for (int32_t length : lengths) out_lengths.push_back(std::max<long>(0, length + out_width - width));
  current = "conv " + std::to_string(inputs) + " " + std::to_string(outputs) + " " +
            std::to_string(kernel) + " " + std::to_string(padding) + " " + std::to_string(width);
  ConvShape shape{documents, width, out_width, inputs, outputs, kernel, padding, lengths.data(),
                  out_lengths.data()};
  std::vector<float> x = noise(documents * width * inputs), taps = noise(kernel * inputs * outputs);
  std::vector<float> dy = noise(documents * out_width * outputs), y = unwritten(dy.size());
  std::vector<float> d_taps = unwritten(taps.size());
  convolve(shape, x.data(), taps.data(), y.data(), pool);
  differentiate_taps(shape, x.data(), dy.data(), d_taps.data(), pool);
  report("y", y);
  report("d_taps", d_taps);
}

static void run_norm(const std::vector<int32_t>& lengths, long channels, bool tanh) {
  long width = 9, rows = lengths.size() * width;
  current = "norm " + std::to_string(lengths.size()) + " " + std::to_string(channels);
  std::vector<float> mask(rows);
  for (long row = 0; row < rows; row++) mask[row] = row % width < lengths[row / width];
  Norm norm{rows, channels, mask.data(), tanh};
  std::vector<float> x = noise(rows * channels), dy = noise(x.size()), weight = noise(channels);
  std::vector<float> bias = noise(channels), mean = unwritten(channels), variance = mean;
  std::vector<float> y = unwritten(x.size()), dx = y, d_weight = mean, d_bias = mean;
  statistics(norm, x.data(), mean.data(), variance.data(), pool);
  std::vector<float> deviation;
  for (float v : variance) deviation.push_back(1 / std::sqrt(v + 0.1f));
  normalize(norm, x.data(), weight.data(), bias.data(), mean.data(), deviation.data(), y.data(), pool);
  differentiate_norm(norm, true, dy.data(), x.data(), weight.data(), bias.data(), mean.data(),
                     deviation.data(), dx.data(), d_weight.data(), d_bias.data(), pool);
  report("mean", mean);
  report("variance", variance);
  report("y", y);
  report("dx", dx);
  report("d_weight", d_weight);
}

template <class Cell>
static void run_cell(const char* name, const std::vector<int32_t>& lengths, long inputs, long hidden,
                     long directions) {
  long documents = lengths.size(), width = *std::max_element(lengths.begin(), lengths.end()) + 1;
  current = std::string(name) + " " + std::to_string(documents) + " " + std::to_string(width) + " " +
            std::to_string(inputs) + " " + std::to_string(hidden) + " " + std::to_string(directions);
  RecurrentShape shape{documents, width, inputs, hidden, directions, lengths.data()};
  long gates = directions * Cell::kGates * hidden;
  std::vector<float> x = noise(documents * width * inputs), wi = noise(gates * inputs);
  std::vector<float> wh = noise(gates * hidden), bi = noise(gates), bh = noise(gates);
  for (float& w : wh) w *= 0.3f;
  RecurrentWeights weights{wi.data(), wh.data(), bi.data(), bh.data()};
  std::vector<float> dy = noise(documents * width * directions * hidden), y = unwritten(dy.size());
  std::vector<float> saved = unwritten(packed_rows(shape) * Cell::kRow * hidden), alone = y;
  std::vector<float> dx = unwritten(x.size()), dwi = unwritten(wi.size()), dwh = unwritten(wh.size());
  std::vector<float> dbi = unwritten(gates), dbh = unwritten(gates);
  run_recurrent<Cell>(shape, weights, x.data(), y.data(), saved.data(), pool);
  run_recurrent<Cell>(shape, weights, x.data(), alone.data(), nullptr, pool);
  differentiate_recurrent<Cell>(shape, weights, x.data(), y.data(), dy.data(), saved.data(), dx.data(),
                                dwi.data(), dwh.data(), dbi.data(), dbh.data(), pool);
  if (y != alone) std::exit(1);
  report("y", y);
  report("dx", dx);
  report("d_input", dwi);
  report("d_hidden", dwh);
  report("d_input_bias", dbi);
  report("d_hidden_bias", dbh);
}

static void run_attention(const std::vector<int32_t>& lengths, long features, long labels) {
  long documents = lengths.size(), width = *std::max_element(lengths.begin(), lengths.end());
  current = "attention " + std::to_string(width) + " " + std::to_string(features) + " " +
            std::to_string(labels);
  std::vector<float> o = noise(documents * width * features), q = noise(labels * features);
  std::vector<float> w = noise(q.size()), dy = noise(documents * labels);
  std::vector<float> means = unwritten(dy.size()), normalizers = means, d_o = unwritten(o.size());
  std::vector<float> d_q = unwritten(q.size()), d_w = d_q;
  AttentionShape shape{documents, width, features, labels, lengths.data(), o.data(), q.data(), w.data()};
  attend(shape, means.data(), normalizers.data(), pool);
  GivenGradient given{dy.data(), means.data(), normalizers.data()};
  differentiate_attention(shape, given, d_o.data(), d_q.data(), d_w.data(), pool);
  report("means", means);
  report("d_o", d_o);
  report("d_q", d_q);
  report("d_w", d_w);
  std::vector<float> bias = noise(labels), targets = noise(dy.size());
  std::vector<float> costs = unwritten(dy.size()), d_logits = costs;
  for (float& target : targets) target = target > 0;
  LossGradient loss{bias.data(), targets.data(), {0.7f, 0.3f, 1.5f}, costs.data(), d_logits.data()};
  d_o = unwritten(o.size());
  d_w = d_q = unwritten(q.size());
  differentiate_attention(shape, loss, d_o.data(), d_q.data(), d_w.data(), pool);
  report("costs", costs);
  report("d_logits", d_logits);
  report("d_o with the loss", d_o);
  report("d_q with the loss", d_q);
  report("d_w with the loss", d_w);
}

static void run_adam(long size) {
  current = "adam " + std::to_string(size);
  std::vector<float> value = noise(size), first = noise(size), second = noise(size);
  for (float& v : second) v *= v;  // never negative
  std::vector<float> gradient = noise(size), next_value = unwritten(size);
  std::vector<float> next_first = next_value, next_second = next_value;
  adam({value.data(), first.data(), second.data()}, gradient.data(), 0.5f,
       {0.9f, 0.1f, 0.99f, 0.01f, 1e-3f, 0.9f, 0.1f, 0.3f}, next_value.data(), next_first.data(),
       next_second.data(), size, pool);
  report("value", next_value);
  report("first", next_first);
  report("second", next_second);
  report("squared sum", {static_cast<float>(squared_sum(gradient.data(), size, pool))});
}

static void run_gate(long size) {
  current = "gate " + std::to_string(size);
  std::vector<float> a = noise(size), b = noise(size), dy = noise(size);
  std::vector<float> y = unwritten(size), da = y, db = y;
  gate(a.data(), b.data(), y.data(), size, pool);
  differentiate_gate(dy.data(), a.data(), b.data(), da.data(), db.data(), size, pool);
  report("y", y);
  report("da", da);
  report("db", db);
}

int main() {
  const std::vector<std::vector<int32_t>> lengths = {{1}, {3, 8, 1, 4}, {2, 7, 1}};
  for (const auto& of : lengths) {
    for (long kernel : {1, 3, 4}) {
      for (long padding : {0, 1, 2}) {
        run_conv(of, 1, 1, kernel, padding);
        run_conv(of, 5, 19, kernel, padding);
        run_conv(of, 33, 37, kernel, padding);
      }
    }
    for (long channels : {1, 17, 35}) run_norm(of, channels, channels != 17);
    for (long directions : {1, 2}) {
      for (long hidden : {1, 7, 17}) {
        run_cell<Gru>("gru", of, 3, hidden, directions);
        run_cell<Lstm>("lstm", of, 3, hidden, directions);
      }
    }
  }
  run_conv({130, 250, 3}, 5, 3, 9, 4);       // more than one block of rows
  run_conv({500, 700, 3}, 33, 40, 3, 1);     // more than one block of tiles
  run_cell<Gru>("gru", {200, 150, 1}, 4, 6, 2);  // more than one chunk of steps
  run_cell<Lstm>("lstm", {200, 150, 1}, 4, 6, 2);
  run_attention({1}, 1, 1);
  run_attention({3, 8, 1, 4}, 19, 70);
  run_attention({200, 1, 130}, 33, 131);  // more than one block of tokens and chunk of labels
  for (long size : {1L, 15L, 70000L}) {
    run_gate(size);
    run_adam(size);
    current = "dropout " + std::to_string(size);
    std::vector<float> x = noise(size), y = unwritten(size);
    dropout(x.data(), y.data(), size, 0.3f, 7, pool);
    report("y", y);
  }
}

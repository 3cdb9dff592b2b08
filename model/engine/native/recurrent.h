// GRU and LSTM over whole sequences, in one or both directions, honouring each document's length.
//
// Documents are sorted by length, so that those that have token t are the first active(t) rows of the
// state. What the backward pass needs is saved in packed rows: one per real token, time-major.
#ifndef MARN_RECURRENT_H_
#define MARN_RECURRENT_H_

#include <algorithm>
#include <vector>

#include "gemm.h"
#include "pool.h"

namespace marn {

struct RecurrentShape {
  long documents, width, inputs, hidden, directions;
  const int32_t* lengths;
};

// One direction's weights, PyTorch's layout.
struct RecurrentWeights {
  const float *input, *hidden, *input_bias, *hidden_bias;
};

// Rows of a step: [input side | …]. A cell says which columns the products of the input and of the
// state go to, and in which order the input's gates stand there.
struct Gru {
  static constexpr int kGates = 3;
  static constexpr int kRow = 4;            // n, r, z, and the new gate's recurrent product q
  static constexpr int kHiddenColumn = 1;   // r, z, q
  static constexpr int kInputGate[] = {2, 0, 1};

  static void bias(const RecurrentWeights& w, long h, float* row) {
    for (long j = 0; j < h; j++) {
      row[j] = w.input_bias[2 * h + j];
      row[h + j] = w.input_bias[j] + w.hidden_bias[j];
      row[2 * h + j] = w.input_bias[h + j] + w.hidden_bias[h + j];
      row[3 * h + j] = w.hidden_bias[2 * h + j];
    }
  }

  static void forward(long h, float* row, float* state, float*) {
    for_lanes(h, [&](Lanes at) {
      vec r = sigmoid(at.get(row + h)), z = sigmoid(at.get(row + 2 * h));
      vec n = tanh(at.get(row) + r * at.get(row + 3 * h));
      at.put(row, n);
      at.put(row + h, r);
      at.put(row + 2 * h, z);
      at.put(state, n + z * (at.get(state) - n));
    });
  }

  // From the state's gradient `carry`: the row's, and the part of the carry that bypasses the gates.
  static void backward(long h, const float* row, const float* before, const float*, float* carry,
                       float*, float* gradient) {
    for_lanes(h, [&](Lanes at) {
      vec n = at.get(row), r = at.get(row + h), z = at.get(row + 2 * h), q = at.get(row + 3 * h);
      vec d = at.get(carry), dn = d * (1.0f - z) * (1.0f - n * n), dq = dn * r;
      at.put(gradient, dn);
      at.put(gradient + h, dq * q * (1.0f - r));
      at.put(gradient + 2 * h, d * (at.get(before) - n) * z * (1.0f - z));
      at.put(gradient + 3 * h, dq);
      at.put(carry, d * z);
    });
  }
};

struct Lstm {
  static constexpr int kGates = 4;
  static constexpr int kRow = 5;  // i, f, g, o, and the cell state after the step
  static constexpr int kHiddenColumn = 0;
  static constexpr int kInputGate[] = {0, 1, 2, 3};

  static void bias(const RecurrentWeights& w, long h, float* row) {
    for (long j = 0; j < 4 * h; j++) row[j] = w.input_bias[j] + w.hidden_bias[j];
    std::fill(row + 4 * h, row + 5 * h, 0.0f);
  }

  static void forward(long h, float* row, float* state, float* memory) {
    for_lanes(h, [&](Lanes at) {
      vec i = sigmoid(at.get(row)), f = sigmoid(at.get(row + h));
      vec g = tanh(at.get(row + 2 * h)), o = sigmoid(at.get(row + 3 * h));
      vec c = f * at.get(memory) + i * g;
      at.put(row, i);
      at.put(row + h, f);
      at.put(row + 2 * h, g);
      at.put(row + 3 * h, o);
      at.put(row + 4 * h, c);
      at.put(memory, c);
      at.put(state, o * tanh(c));
    });
  }

  static void backward(long h, const float* row, const float*, const float* row_before,
                       float* carry, float* memory, float* gradient) {
    for_lanes(h, [&](Lanes at) {
      vec i = at.get(row), f = at.get(row + h), g = at.get(row + 2 * h), o = at.get(row + 3 * h);
      vec c = tanh(at.get(row + 4 * h)), before = row_before ? at.get(row_before + 4 * h) : vec{};
      vec d = at.get(carry), dc = at.get(memory) + d * o * (1.0f - c * c);
      at.put(gradient, dc * g * i * (1.0f - i));
      at.put(gradient + h, dc * before * f * (1.0f - f));
      at.put(gradient + 2 * h, dc * i * (1.0f - g * g));
      at.put(gradient + 3 * h, d * c * o * (1.0f - o));
      at.put(memory, dc * f);
      at.put(carry, vec{});
    });
  }
};

// One thread's share: some documents in one direction.
struct Sweep {
  long direction;
  std::vector<long> documents;  // longest first
  std::vector<long> offsets;    // packed row of token t's first document; [width + 1]

  long active(long t) const { return offsets[t + 1] - offsets[t]; }
};

static inline std::vector<Sweep> plan_sweeps(const RecurrentShape& shape, int threads) {
  std::vector<long> order(shape.documents);
  for (long d = 0; d < shape.documents; d++) order[d] = d;
  std::stable_sort(order.begin(), order.end(),
                   [&](long a, long b) { return shape.lengths[a] > shape.lengths[b]; });
  long groups = std::max(1L, std::min(shape.documents, threads / shape.directions));
  std::vector<Sweep> sweeps;
  long row = 0;
  for (long direction = 0; direction < shape.directions; direction++) {
    for (long group = 0; group < groups; group++) {
      Sweep sweep{direction, {}, {row}};
      for (long i = group; i < shape.documents; i += groups) sweep.documents.push_back(order[i]);
      for (long t = 0; t < shape.width; t++) {
        for (long d : sweep.documents) row += shape.lengths[d] > t;
        sweep.offsets.push_back(row);
      }
      sweeps.push_back(sweep);
    }
  }
  return sweeps;
}

// Packed rows that the forward pass saves.
static inline long packed_rows(const RecurrentShape& shape) {
  long rows = 0;
  for (long d = 0; d < shape.documents; d++) rows += shape.lengths[d];
  return rows * shape.directions;
}

constexpr long kChunkRows = 256;  // rows of a chunk of steps: the depth of the weights' gradient

// Chunks [from, to) of the steps 0 … longest − 1, of about kChunkRows packed rows each.
static inline std::vector<std::pair<long, long>> chunks_of(const Sweep& sweep) {
  std::vector<std::pair<long, long>> chunks;
  long width = sweep.offsets.size() - 1, from = 0;
  for (long t = 0; t < width && sweep.active(t) > 0; t++) {
    bool last = t + 1 == width || sweep.active(t + 1) == 0;
    if (last || sweep.offsets[t + 1] - sweep.offsets[from] >= kChunkRows) {
      chunks.push_back({from, t + 1});
      from = t + 1;
    }
  }
  return chunks;
}

template <class Cell>
class Recurrence {
 public:
  Recurrence(const RecurrentShape& shape, const RecurrentWeights& weights, const Sweep& sweep,
             const float* x)
      : s_(shape), w_(weights), sweep_(sweep), x_(x), h_(shape.hidden),
        row_(Cell::kRow * shape.hidden), chunks_(chunks_of(sweep)) {
    for (auto [from, to] : chunks_) {
      chunk_rows_ = std::max(chunk_rows_, sweep.offsets[to] - sweep.offsets[from]);
    }
  }

  // Writes the states y [documents, width, directions·hidden]. `saved` holds a row per real token of
  // all sweeps, or is null when no gradient will be asked for.
  void forward(float* y, float* saved) {
    Panels input, hidden;
    pack_input(input, true);
    hidden.pack(w_.hidden, h_, Cell::kGates * h_, 1, h_);
    std::vector<float> bias(row_), xs(chunk_rows_ * s_.inputs), scratch;
    std::vector<float> state(sweep_.documents.size() * h_), memory(state.size());
    Cell::bias(w_, h_, bias.data());
    if (!saved) scratch.resize(chunk_rows_ * row_);
    for (size_t c = 0; c < chunks_.size(); c++) {
      auto [from, to] = chunks_[reversed() ? chunks_.size() - 1 - c : c];
      long first = sweep_.offsets[from], rows = sweep_.offsets[to] - first;
      float* gates = saved ? saved + first * row_ : scratch.data();
      gather_inputs(from, to, xs.data(), s_.inputs);
      for (long r = 0; r < rows; r++) std::copy(bias.begin(), bias.end(), gates + r * row_);
      multiply(rows, Cell::kGates * h_, xs.data(), s_.inputs, input, gates, row_, true);
      for (long i = 0; i < to - from; i++) {
        long t = reversed() ? to - 1 - i : from + i;
        float* step = gates + (sweep_.offsets[t] - first) * row_;
        long active = sweep_.active(t);
        multiply(active, Cell::kGates * h_, state.data(), h_, hidden,
                 step + Cell::kHiddenColumn * h_, row_, true);
        for (long d = 0; d < active; d++) {
          Cell::forward(h_, step + d * row_, &state[d * h_], &memory[d * h_]);
          std::copy(&state[d * h_], &state[d * h_] + h_, y + state_at(d, t));
        }
      }
    }
  }

  // Adds the weights' gradients to PyTorch-shaped arrays and, unless dx is null, sets this direction's
  // share of the input's gradient.
  void backward(const float* y, const float* dy, const float* saved, float* dx, float* d_input,
                float* d_hidden, float* d_input_bias, float* d_hidden_bias) {
    const long gates = Cell::kGates * h_, width = 4 * h_;
    const long ldh = round_up(h_, kPanel), ldx = round_up(s_.inputs, kPanel);
    Panels hidden, input;
    hidden.pack(w_.hidden, gates, h_, h_, 1);
    if (dx) pack_input(input, false);
    std::vector<float> carry(sweep_.documents.size() * h_), memory(carry.size());
    std::vector<float> gradient(chunk_rows_ * width), before(chunk_rows_ * ldh);
    std::vector<float> xs(chunk_rows_ * ldx), dxs(dx ? chunk_rows_ * s_.inputs : 0);
    std::vector<float> by_input(gates * s_.inputs), bias(width);
    for (size_t c = 0; c < chunks_.size(); c++) {
      auto [from, to] = chunks_[reversed() ? c : chunks_.size() - 1 - c];
      long first = sweep_.offsets[from], rows = sweep_.offsets[to] - first;
      gather_inputs(from, to, xs.data(), ldx);
      for (long i = 0; i < to - from; i++) {
        long t = reversed() ? from + i : to - 1 - i;
        step_back(t, y, dy, saved, carry, memory, &gradient[(sweep_.offsets[t] - first) * width],
                  &before[(sweep_.offsets[t] - first) * ldh], ldh, hidden);
      }
      const float* right = gradient.data() + Cell::kHiddenColumn * h_;
      multiply<true>(gates, h_, rows, right, width, before.data(), ldh, kPanel, d_hidden, h_, true);
      multiply<true>(gates, s_.inputs, rows, gradient.data(), width, xs.data(), ldx, kPanel,
                     by_input.data(), s_.inputs, true);
      for (long r = 0; r < rows; r++) {
        for_lanes(width, [&](Lanes at) { at.add(bias.data(), at.get(&gradient[r * width])); });
      }
      if (!dx) continue;
      multiply(rows, s_.inputs, gradient.data(), width, input, dxs.data(), s_.inputs, false);
      scatter_inputs(from, to, dxs.data(), dx);
    }
    for (int g = 0; g < Cell::kGates; g++) {
      long target = Cell::kInputGate[g] * h_, hidden_column = (Cell::kHiddenColumn + g) * h_;
      add(&by_input[g * h_ * s_.inputs], h_ * s_.inputs, d_input + target * s_.inputs);
      add(&bias[g * h_], h_, d_input_bias + target);
      add(&bias[hidden_column], h_, d_hidden_bias + g * h_);
    }
  }

 private:
  bool reversed() const { return sweep_.direction == 1; }

  // Offset of document d's state at token t.
  long state_at(long d, long t) const {
    return ((sweep_.documents[d] * s_.width + t) * s_.directions + sweep_.direction) * h_;
  }

  // The input's weights as panels: [inputs × gates] forward, [gates × inputs] backward.
  void pack_input(Panels& panels, bool forward) const {
    const long gates = Cell::kGates * h_, e = s_.inputs;
    panels.reset(forward ? e : gates, forward ? gates : e);
    for (long g = 0; g < gates; g++) {
      const float* source = w_.input + (Cell::kInputGate[g / h_] * h_ + g % h_) * e;
      for (long k = 0; k < e; k++) *(forward ? panels.at(k, g) : panels.at(g, k)) = source[k];
    }
  }

  void gather_inputs(long from, long to, float* xs, long ldx) const {
    for (long t = from; t < to; t++) {
      for (long d = 0; d < sweep_.active(t); d++, xs += ldx) {
        const float* source = x_ + (sweep_.documents[d] * s_.width + t) * s_.inputs;
        std::copy(source, source + s_.inputs, xs);
      }
    }
  }

  void scatter_inputs(long from, long to, const float* dxs, float* dx) const {
    for (long t = from; t < to; t++) {
      for (long d = 0; d < sweep_.active(t); d++, dxs += s_.inputs) {
        std::copy(dxs, dxs + s_.inputs, dx + (sweep_.documents[d] * s_.width + t) * s_.inputs);
      }
    }
  }

  void step_back(long t, const float* y, const float* dy, const float* saved,
                 std::vector<float>& carry, std::vector<float>& memory, float* gradient,
                 float* before, long ldh, const Panels& hidden) const {
    const long active = sweep_.active(t), width = 4 * h_, previous = reversed() ? t + 1 : t - 1;
    for (long d = 0; d < active; d++) {
      bool first = previous < 0 || previous >= s_.lengths[sweep_.documents[d]];
      float* state = before + d * ldh;
      if (first) {
        std::fill(state, state + h_, 0.0f);
      } else {
        std::copy(y + state_at(d, previous), y + state_at(d, previous) + h_, state);
      }
      const float* row = saved + (sweep_.offsets[t] + d) * row_;
      const float* row_before = first ? nullptr : saved + (sweep_.offsets[previous] + d) * row_;
      add(dy + state_at(d, t), h_, &carry[d * h_]);
      Cell::backward(h_, row, state, row_before, &carry[d * h_], &memory[d * h_], gradient + d * width);
    }
    multiply(active, h_, gradient + Cell::kHiddenColumn * h_, width, hidden, carry.data(), h_, true);
  }

  static void add(const float* source, long size, float* target) {
    for_lanes(size, [&](Lanes at) { at.add(target, at.get(source)); });
  }

  const RecurrentShape& s_;
  const RecurrentWeights w_;
  const Sweep& sweep_;
  const float* x_;
  const long h_, row_;
  const std::vector<std::pair<long, long>> chunks_;
  long chunk_rows_ = 0;
};

// All weights of both directions, stacked: [directions, …].
static inline RecurrentWeights direction_weights(const RecurrentShape& shape, long gates,
                                                 const RecurrentWeights& all, long direction) {
  long rows = direction * gates * shape.hidden;
  return {all.input + rows * shape.inputs, all.hidden + rows * shape.hidden,
          all.input_bias + rows, all.hidden_bias + rows};
}

template <class Cell>
static inline void run_recurrent(const RecurrentShape& shape, const RecurrentWeights& weights,
                                 const float* x, float* y, float* saved, Pool& pool) {
  std::vector<Sweep> sweeps = plan_sweeps(shape, pool.size());
  const long row = shape.directions * shape.hidden;
  for (long d = 0; d < shape.documents; d++) {
    std::fill(y + (d * shape.width + shape.lengths[d]) * row, y + (d + 1) * shape.width * row, 0.0f);
  }
  pool.run(sweeps.size(), [&](int, long i) {
    RecurrentWeights own = direction_weights(shape, Cell::kGates, weights, sweeps[i].direction);
    Recurrence<Cell>(shape, own, sweeps[i], x).forward(y, saved);
  });
}

// Gradients, each stacked by direction like the weights; dx [documents, width, inputs] may be null.
template <class Cell>
static inline void differentiate_recurrent(const RecurrentShape& shape,
                                           const RecurrentWeights& weights, const float* x,
                                           const float* y, const float* dy, const float* saved,
                                           float* dx, float* d_input, float* d_hidden,
                                           float* d_input_bias, float* d_hidden_bias, Pool& pool) {
  std::vector<Sweep> sweeps = plan_sweeps(shape, pool.size());
  const long gates = Cell::kGates * shape.hidden;
  const long sizes[] = {gates * shape.inputs, gates * shape.hidden, gates, gates};
  const long total = sizes[0] + sizes[1] + sizes[2] + sizes[3];
  const long x_size = shape.documents * shape.width * shape.inputs;
  std::vector<std::vector<float>> sums(sweeps.size());
  std::vector<float> reverse_dx(dx && shape.directions == 2 ? x_size : 0);
  if (dx) std::fill(dx, dx + x_size, 0.0f);
  pool.run(sweeps.size(), [&](int, long i) {
    long direction = sweeps[i].direction;
    RecurrentWeights own = direction_weights(shape, Cell::kGates, weights, direction);
    sums[i].resize(total);
    float* p = sums[i].data();
    Recurrence<Cell>(shape, own, sweeps[i], x)
        .backward(y, dy, saved, !dx ? nullptr : direction ? reverse_dx.data() : dx, p, p + sizes[0],
                  p + sizes[0] + sizes[1], p + sizes[0] + sizes[1] + sizes[2]);
  });
  float* const targets[] = {d_input, d_hidden, d_input_bias, d_hidden_bias};
  for (int part = 0; part < 4; part++) {
    std::fill(targets[part], targets[part] + shape.directions * sizes[part], 0.0f);
  }
  for (size_t i = 0; i < sweeps.size(); i++) {
    const float* p = sums[i].data();
    for (int part = 0; part < 4; p += sizes[part++]) {
      float* target = targets[part] + sweeps[i].direction * sizes[part];
      for (long k = 0; k < sizes[part]; k++) target[k] += p[k];
    }
  }
  for (size_t k = 0; k < reverse_dx.size(); k++) dx[k] += reverse_dx[k];
}

}  // namespace marn

#endif  // MARN_RECURRENT_H_

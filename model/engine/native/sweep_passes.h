// The forward and the backward pass of a GRU or an LSTM over one sweep.
#ifndef MARN_SWEEP_PASSES_H_
#define MARN_SWEEP_PASSES_H_

#include <algorithm>
#include <vector>

#include "cells.h"
#include "gemm.h"
#include "sweeps.h"

namespace marn {

// Weights or their gradients in PyTorch's layout, of one direction or stacked [directions, …].
template <class Float>
struct RecurrentArrays {
  Float* input;        // [gates·hidden, inputs]
  Float* hidden;       // [gates·hidden, hidden]
  Float* input_bias;   // [gates·hidden]
  Float* hidden_bias;  // [gates·hidden]

  // Those of one direction of a stack.
  RecurrentArrays of(long direction, const RecurrentShape& shape, long gates) const {
    const long row = direction * gates * shape.hidden;
    return {input + row * shape.inputs,
            hidden + row * shape.hidden,
            input_bias + row,
            hidden_bias + row};
  }
};

using RecurrentWeights = RecurrentArrays<const float>;
using RecurrentGradients = RecurrentArrays<float>;

// What the gradients are computed from.
struct RecurrentTrace {
  const float* x;      // [documents, width, inputs]
  const float* y;      // [documents, width, directions·hidden]
  const float* dy;     // as y
  const float* saved;  // [packed rows, kColumns·hidden]
};

// What the passes over one sweep share: where its rows lie in arrays of documents and tokens.
class SweepPass {
 protected:
  SweepPass(const RecurrentShape& shape, const Sweep& sweep)
      : shape_(shape), sweep_(sweep), h_(shape.hidden) {}

  // Row of the sweep's document d at token t in [documents, width].
  long token_at(long d, long t) const { return sweep_.documents[d] * shape_.width + t; }

  // Offset of its hidden state in [documents, width, directions, hidden].
  long state_at(long d, long t) const {
    return (token_at(d, t) * shape_.directions + sweep_.direction) * h_;
  }

  // Calls f(row, token) for the rows of a chunk, counted from its first.
  template <class F>
  void for_rows(const Chunk& chunk, F f) const {
    for (long t = chunk.from, row = 0; t < chunk.to; t++) {
      for (long d = 0; d < sweep_.active(t); d++) f(row++, token_at(d, t));
    }
  }

  // The input's weights [inputs] for value j of a row: unit j % h of column j / h.
  template <class Cell>
  const float* input_weights(const float* weights, long j) const {
    const long gate = Cell::kInputGate[j / h_];
    return weights + (gate * h_ + j % h_) * shape_.inputs;
  }

  void gather_inputs(const Chunk& chunk, const float* x, MutableRows inputs) const {
    for_rows(chunk, [&](long row, long token) {
      std::copy_n(x + token * shape_.inputs, shape_.inputs, inputs[row]);
    });
  }

  const RecurrentShape& shape_;
  const Sweep& sweep_;
  const long h_;
};

template <class Cell>
class ForwardPass : SweepPass {
 public:
  ForwardPass(const RecurrentShape& shape, const RecurrentWeights& weights, const Sweep& sweep)
      : SweepPass(shape, sweep),
        input_(shape.inputs, gates_),
        hidden_(pack_transposed({weights.hidden, h_}, h_, gates_)),
        bias_(row_),
        state_(sweep.documents.size(), h_),
        cell_(sweep.documents.size(), h_) {
    for (long j = 0; j < gates_; j++) {
      const float* row = input_weights<Cell>(weights.input, j);
      for (long k = 0; k < shape.inputs; k++) input_(k, j) = row[k];
    }
    for (int g = 0; g < Cell::kGates; g++) {
      add_to(&bias_[g * h_], weights.input_bias + Cell::kInputGate[g] * h_, h_);
      add_to(&bias_[(Cell::kHiddenColumn + g) * h_], weights.hidden_bias + g * h_, h_);
    }
  }

  // Writes the direction's states to y [documents, width, directions·hidden]. `saved` takes the
  // rows of all sweeps; it is null when no gradient will be asked for.
  void run(const float* x, float* y, float* saved) {
    const long chunks = sweep_.chunks.size();
    Matrix inputs(sweep_.longest_chunk(), shape_.inputs);
    Matrix scratch(saved ? 0 : sweep_.longest_chunk(), row_);
    for (long i = 0; i < chunks; i++) {
      const Chunk& chunk = sweep_.chunks[sweep_.nth(i, 0, chunks)];
      const MutableRows rows = saved ? MutableRows{saved + chunk.first_row * row_, row_} : scratch;
      gather_inputs(chunk, x, inputs);
      for (long r = 0; r < chunk.rows; r++) std::copy(bias_.begin(), bias_.end(), rows[r]);
      multiply_add(chunk.rows, inputs, input_, rows);
      for (long j = 0; j < chunk.to - chunk.from; j++) {
        const long t = sweep_.nth(j, chunk.from, chunk.to);
        step(t, rows.from(sweep_.offsets[t] - chunk.first_row), y);
      }
    }
  }

 private:
  void step(long t, MutableRows rows, float* y) {
    multiply_add(sweep_.active(t), state_, hidden_, rows.columns_from(Cell::kHiddenColumn * h_));
    for (long d = 0; d < sweep_.active(t); d++) {
      Cell::forward(h_, rows[d], state_[d], cell_[d]);
      std::copy_n(state_[d], h_, y + state_at(d, t));
    }
  }

  const long gates_ = Cell::kGates * h_;
  const long row_ = Cell::kColumns * h_;
  PackedMatrix input_;       // [inputs × gates]
  PackedMatrix hidden_;      // [hidden × gates]
  std::vector<float> bias_;  // [row]
  Matrix state_;             // [documents × hidden]
  Matrix cell_;              // [documents × hidden]
};

template <class Cell>
class BackwardPass : SweepPass {
 public:
  BackwardPass(const RecurrentShape& shape, const RecurrentWeights& weights, const Sweep& sweep)
      : SweepPass(shape, sweep),
        input_(gates_, shape.inputs),
        hidden_(pack({weights.hidden, h_}, gates_, h_)),
        d_state_(sweep.documents.size(), h_),
        d_cell_(sweep.documents.size(), h_),
        d_rows_(sweep.longest_chunk(), Cell::kProducts * h_),
        states_(sweep.longest_chunk(), round_up(h_, kPanel)),
        inputs_(sweep.longest_chunk(), round_up(shape.inputs, kPanel)),
        d_inputs_(sweep.longest_chunk(), shape.inputs),
        d_input_weights_(gates_, shape.inputs),
        d_bias_(Cell::kProducts * h_) {
    for (long j = 0; j < gates_; j++) {
      const float* row = input_weights<Cell>(weights.input, j);
      for (long k = 0; k < shape.inputs; k++) input_(j, k) = row[k];
    }
  }

  // Adds to the weights' gradients and, unless dx is null, sets the direction's share of x's.
  void run(const RecurrentTrace& trace, float* dx, const RecurrentGradients& gradients) {
    const long chunks = sweep_.chunks.size();
    for (long i = chunks; i-- > 0;) {
      const Chunk& chunk = sweep_.chunks[sweep_.nth(i, 0, chunks)];
      for (long j = chunk.to - chunk.from; j-- > 0;) {
        const long t = sweep_.nth(j, chunk.from, chunk.to);
        step(t, sweep_.offsets[t] - chunk.first_row, trace);
      }
      add_weight_gradients(chunk, trace.x, gradients.hidden);
      if (dx) set_input_gradients(chunk, dx);
    }
    add_ordered_gradients(gradients);
  }

 private:
  // Step t, whose first document has row `first` of the chunk.
  void step(long t, long first, const RecurrentTrace& trace) {
    const long before = sweep_.before(t);
    for (long d = 0; d < sweep_.active(t); d++) {
      const bool starts = before < 0 || before >= shape_.lengths[sweep_.documents[d]];
      float* state = states_[first + d];
      if (starts) {
        std::fill_n(state, h_, 0.0f);
      } else {
        std::copy_n(trace.y + state_at(d, before), h_, state);
      }
      add_to(d_state_[d], trace.dy + state_at(d, t), h_);
      Cell::backward(h_,
                     {saved_row(trace, d, t),
                      starts ? nullptr : saved_row(trace, d, before),
                      state,
                      d_rows_[first + d],
                      d_state_[d],
                      d_cell_[d]});
    }
    multiply_add(sweep_.active(t), hidden_columns().from(first), hidden_, d_state_);
  }

  const float* saved_row(const RecurrentTrace& trace, long d, long t) const {
    return trace.saved + (sweep_.offsets[t] + d) * Cell::kColumns * h_;
  }

  // Gradients of the products of the hidden state.
  Rows hidden_columns() { return Rows(d_rows_).columns_from(Cell::kHiddenColumn * h_); }

  void add_weight_gradients(const Chunk& chunk, const float* x, float* d_hidden) {
    gather_inputs(chunk, x, inputs_);
    multiply_transposed_add(
        gates_, hidden_columns(), padded_rows(states_, chunk.rows, h_), {d_hidden, h_});
    multiply_transposed_add(
        gates_, d_rows_, padded_rows(inputs_, chunk.rows, shape_.inputs), d_input_weights_);
    for (long r = 0; r < chunk.rows; r++) add_to(d_bias_.data(), d_rows_[r], d_bias_.size());
  }

  void set_input_gradients(const Chunk& chunk, float* dx) {
    multiply(chunk.rows, d_rows_, input_, d_inputs_);
    for_rows(chunk, [&](long row, long token) {
      std::copy_n(d_inputs_[row], shape_.inputs, dx + token * shape_.inputs);
    });
  }

  // From the order of a row's columns to PyTorch's.
  void add_ordered_gradients(const RecurrentGradients& gradients) {
    for (int g = 0; g < Cell::kGates; g++) {
      const long gate = Cell::kInputGate[g] * h_;
      const float* d_hidden_bias = &d_bias_[(Cell::kHiddenColumn + g) * h_];
      add_to(gradients.input + gate * shape_.inputs, d_input_weights_[g * h_], h_ * shape_.inputs);
      add_to(gradients.input_bias + gate, &d_bias_[g * h_], h_);
      add_to(gradients.hidden_bias + g * h_, d_hidden_bias, h_);
    }
  }

  const long gates_ = Cell::kGates * h_;
  PackedMatrix input_;         // [gates × inputs]
  PackedMatrix hidden_;        // [gates × hidden]
  Matrix d_state_;             // [documents × hidden]
  Matrix d_cell_;              // [documents × hidden]
  Matrix d_rows_;              // of a chunk: [rows × kProducts·hidden]
  Matrix states_;              // of a chunk, before each step: [rows × hidden], padded
  Matrix inputs_;              // of a chunk: [rows × inputs], padded
  Matrix d_inputs_;            // of a chunk: [rows × inputs]
  Matrix d_input_weights_;     // [gates × inputs]
  std::vector<float> d_bias_;  // [kProducts·hidden]
};

}  // namespace marn

#endif  // MARN_SWEEP_PASSES_H_

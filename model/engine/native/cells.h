// One step of a GRU and of an LSTM as PyTorch defines them, forward and backward, for one document
// of `h` hidden units.
//
// A step has a row of kColumns columns, each of h floats. To the biases there, the products of the
// input and its weights are added in columns 0 … kGates − 1, those of PyTorch's gate kInputGate[g]
// in column g; the products of the hidden state in the kGates columns from kHiddenColumn on, in
// PyTorch's order. The forward step replaces all that by what the backward step needs.
#ifndef MARN_CELLS_H_
#define MARN_CELLS_H_

#include "vector.h"

namespace marn {

// One document at one step on the way back.
struct BackwardStep {
  const float* row;         // as the forward step left it
  const float* row_before;  // of the step before; null at the document's first
  const float* state;       // hidden state before the step
  float* d_row;             // gradient of the row's first kProducts columns
  float* d_state;           // of the hidden state after the step; leaves what bypasses the products
  float* d_cell;            // of the cell state after the step; leaves that before it
};

struct Gru {
  // The new gate needs the products of input and state apart: r multiplies the latter only.
  enum Column { kNew, kReset, kUpdate, kNewOfState, kColumns };
  static constexpr int kGates = 3;  // reset, update, new
  static constexpr int kInputGate[] = {2, 0, 1};
  static constexpr int kHiddenColumn = kReset;
  static constexpr int kProducts = kHiddenColumn + kGates;

  static void forward(long h, float* row, float* state, float*) {
    for_lanes(h, [&](Lanes at) {
      const vec r = sigmoid(at.get(row + kReset * h));
      const vec z = sigmoid(at.get(row + kUpdate * h));
      const vec n = tanh(at.get(row + kNew * h) + r * at.get(row + kNewOfState * h));
      at.put(row + kNew * h, n);
      at.put(row + kReset * h, r);
      at.put(row + kUpdate * h, z);
      at.put(state, n + z * (at.get(state) - n));
    });
  }

  static void backward(long h, const BackwardStep& step) {
    for_lanes(h, [&](Lanes at) {
      const vec n = at.get(step.row + kNew * h);
      const vec r = at.get(step.row + kReset * h);
      const vec z = at.get(step.row + kUpdate * h);
      const vec q = at.get(step.row + kNewOfState * h);
      const vec d = at.get(step.d_state);
      const vec dn = d * (1.0f - z) * (1.0f - n * n);
      const vec dq = dn * r;
      at.put(step.d_row + kNew * h, dn);
      at.put(step.d_row + kReset * h, dq * q * (1.0f - r));
      at.put(step.d_row + kUpdate * h, d * (at.get(step.state) - n) * z * (1.0f - z));
      at.put(step.d_row + kNewOfState * h, dq);
      at.put(step.d_state, d * z);
    });
  }
};

struct Lstm {
  enum Column { kInput, kForget, kCandidate, kOutput, kCell, kColumns };  // kCell: after the step
  static constexpr int kGates = 4;  // input, forget, candidate ("cell" or "g"), output
  static constexpr int kInputGate[] = {0, 1, 2, 3};
  static constexpr int kHiddenColumn = kInput;
  static constexpr int kProducts = kHiddenColumn + kGates;

  static void forward(long h, float* row, float* state, float* cell) {
    for_lanes(h, [&](Lanes at) {
      const vec i = sigmoid(at.get(row + kInput * h));
      const vec f = sigmoid(at.get(row + kForget * h));
      const vec g = tanh(at.get(row + kCandidate * h));
      const vec o = sigmoid(at.get(row + kOutput * h));
      const vec c = f * at.get(cell) + i * g;
      at.put(row + kInput * h, i);
      at.put(row + kForget * h, f);
      at.put(row + kCandidate * h, g);
      at.put(row + kOutput * h, o);
      at.put(row + kCell * h, c);
      at.put(cell, c);
      at.put(state, o * tanh(c));
    });
  }

  static void backward(long h, const BackwardStep& step) {
    for_lanes(h, [&](Lanes at) {
      const vec i = at.get(step.row + kInput * h);
      const vec f = at.get(step.row + kForget * h);
      const vec g = at.get(step.row + kCandidate * h);
      const vec o = at.get(step.row + kOutput * h);
      const vec c = tanh(at.get(step.row + kCell * h));
      const vec before = step.row_before ? at.get(step.row_before + kCell * h) : vec{};
      const vec d = at.get(step.d_state);
      const vec dc = at.get(step.d_cell) + d * o * (1.0f - c * c);
      at.put(step.d_row + kInput * h, dc * g * i * (1.0f - i));
      at.put(step.d_row + kForget * h, dc * before * f * (1.0f - f));
      at.put(step.d_row + kCandidate * h, dc * i * (1.0f - g * g));
      at.put(step.d_row + kOutput * h, d * c * o * (1.0f - o));
      at.put(step.d_cell, dc * f);
      at.put(step.d_state, vec{});
    });
  }
};

}  // namespace marn

#endif  // MARN_CELLS_H_

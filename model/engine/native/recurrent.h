// GRU and LSTM over whole sequences, in one or both directions, honouring each document's length.
#ifndef MARN_RECURRENT_H_
#define MARN_RECURRENT_H_

#include <algorithm>
#include <vector>

#include "pool.h"
#include "sweep_passes.h"
#include "sweeps.h"

namespace marn {

// Writes the states y [documents, width, directions·hidden], zeros on padding, and unless it is
// null `saved` [packed rows, kColumns·hidden].
template <class Cell>
static inline void run_recurrent(const RecurrentShape& shape, const RecurrentWeights& weights,
                                 const float* x, float* y, float* saved, Pool& pool) {
  const std::vector<Sweep> sweeps = plan_sweeps(shape, pool.size());
  const long row = shape.directions * shape.hidden;
  for (long d = 0; d < shape.documents; d++) {
    const long length = shape.lengths[d];
    std::fill_n(y + (d * shape.width + length) * row, (shape.width - length) * row, 0.0f);
  }
  pool.run(sweeps.size(), [&](int, long i) {
    const RecurrentWeights own = weights.of(sweeps[i].direction, shape, Cell::kGates);
    ForwardPass<Cell>(shape, own, sweeps[i]).run(x, y, saved);
  });
}

// One direction's weights' gradients with values of their own, zeros at first.
class RecurrentSums {
 public:
  RecurrentSums() = default;
  RecurrentSums(const RecurrentShape& shape, long gates)
      : input_(gates * shape.hidden * shape.inputs),
        hidden_(gates * shape.hidden * shape.hidden),
        input_bias_(gates * shape.hidden),
        hidden_bias_(gates * shape.hidden) {}

  RecurrentGradients arrays() {
    return {input_.data(), hidden_.data(), input_bias_.data(), hidden_bias_.data()};
  }

  void add(const RecurrentSums& other) {
    add_to(input_.data(), other.input_.data(), input_.size());
    add_to(hidden_.data(), other.hidden_.data(), hidden_.size());
    add_to(input_bias_.data(), other.input_bias_.data(), input_bias_.size());
    add_to(hidden_bias_.data(), other.hidden_bias_.data(), hidden_bias_.size());
  }

  void copy_to(const RecurrentGradients& target) const {
    std::copy(input_.begin(), input_.end(), target.input);
    std::copy(hidden_.begin(), hidden_.end(), target.hidden);
    std::copy(input_bias_.begin(), input_bias_.end(), target.input_bias);
    std::copy(hidden_bias_.begin(), hidden_bias_.end(), target.hidden_bias);
  }

 private:
  std::vector<float> input_;
  std::vector<float> hidden_;
  std::vector<float> input_bias_;
  std::vector<float> hidden_bias_;
};

// Writes the gradients of the stacked weights, and unless it is null dx [documents, width, inputs].
template <class Cell>
static inline void differentiate_recurrent(const RecurrentShape& shape,
                                           const RecurrentWeights& weights,
                                           const RecurrentTrace& trace, float* dx,
                                           const RecurrentGradients& gradients, Pool& pool) {
  const std::vector<Sweep> sweeps = plan_sweeps(shape, pool.size());
  const long size = dx ? shape.documents * shape.width * shape.inputs : 0;
  std::fill_n(dx, size, 0.0f);
  std::vector<float> reverse_dx(shape.directions == 2 ? size : 0);
  std::vector<RecurrentSums> sums(sweeps.size());
  pool.run(sweeps.size(), [&](int, long i) {
    const Sweep& sweep = sweeps[i];
    const RecurrentWeights own = weights.of(sweep.direction, shape, Cell::kGates);
    float* own_dx = dx && sweep.reversed() ? reverse_dx.data() : dx;
    sums[i] = RecurrentSums(shape, Cell::kGates);
    BackwardPass<Cell>(shape, own, sweep).run(trace, own_dx, sums[i].arrays());
  });
  for (long direction = 0; direction < shape.directions; direction++) {
    RecurrentSums total(shape, Cell::kGates);
    for (size_t i = 0; i < sweeps.size(); i++) {
      if (sweeps[i].direction == direction) total.add(sums[i]);
    }
    total.copy_to(gradients.of(direction, shape, Cell::kGates));
  }
  add_to(dx, reverse_dx.data(), reverse_dx.size());
}

}  // namespace marn

#endif  // MARN_RECURRENT_H_

// One-dimensional convolution of a padded batch.
#ifndef MARN_CONV_H_
#define MARN_CONV_H_

#include "conv_direct.h"
#include "conv_shape.h"
#include "conv_winograd.h"
#include "pool.h"

namespace marn {

// Below this many channels the transforms cost more than they save.
constexpr long kWinogradChannels = 32;

static inline bool takes_winograd(const ConvShape& shape) {
  return shape.kernel == 3 && shape.inputs >= kWinogradChannels &&
         shape.outputs >= kWinogradChannels;
}

// y [documents, out_width, outputs] from x [documents, in_width, inputs] and taps [kernel, inputs,
// outputs].
static inline void convolve(const ConvShape& shape, const float* x, const float* taps, float* y,
                            Pool& pool) {
  const auto run = takes_winograd(shape) ? convolve_winograd : convolve_direct;
  run(shape, x, taps, y, pool);
}

// d_taps [kernel, inputs, outputs] from x and the output's gradient dy.
static inline void differentiate_taps(const ConvShape& shape, const float* x, const float* dy,
                                      float* d_taps, Pool& pool) {
  const auto run = takes_winograd(shape) ? differentiate_taps_winograd : differentiate_taps_direct;
  run(shape, x, dy, d_taps, pool);
}

}  // namespace marn

#endif  // MARN_CONV_H_

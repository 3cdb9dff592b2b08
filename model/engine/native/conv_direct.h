// Convolution with any kernel: the tokens under an output position are neighbours in memory, so
// that windows are the overlapping rows of a matrix, and the convolution is one product.
#ifndef MARN_CONV_DIRECT_H_
#define MARN_CONV_DIRECT_H_

#include <algorithm>
#include <vector>

#include "conv_shape.h"
#include "gemm.h"
#include "pool.h"

namespace marn {

constexpr long kDirectRows = 8 * kTileRows;  // output positions of a task

// Copies the input rows under `count` output positions, zeros outside of the document.
static inline void copy_window(const ConvShape& shape, const float* x, Span span, long count,
                               MutableRows window) {
  for (long r = 0; r < count + shape.kernel - 1; r++) {
    const float* source = shape.in_row(x, span.document, span.from + r - shape.padding);
    if (source) {
      std::copy_n(source, shape.inputs, window[r]);
    } else {
      std::fill_n(window[r], shape.inputs, 0.0f);
    }
  }
}

static inline void convolve_direct(const ConvShape& shape, const float* x, const float* taps,
                                   float* y, Pool& pool) {
  const PackedMatrix right =
      pack({taps, shape.outputs}, shape.kernel * shape.inputs, shape.outputs);
  const std::vector<Span> spans = spans_of(shape, kDirectRows);
  clear_padding(shape, y);
  std::vector<Matrix> windows(pool.size());
  pool.run(spans.size(), [&](int worker, long task) {
    const Span span = spans[task];
    const long count = std::min(kDirectRows, shape.out_length(span.document) - span.from);
    Matrix& window = windows[worker];
    window.resize(kDirectRows + shape.kernel, shape.inputs);
    copy_window(shape, x, span, count, window);
    multiply(count, window, right, {y + shape.out_offset(span), shape.outputs});
  });
}

static inline void differentiate_taps_direct(const ConvShape& shape, const float* x,
                                             const float* dy, float* d_taps, Pool& pool) {
  const long rows = shape.kernel * shape.inputs;
  const std::vector<Span> spans = spans_of(shape, kDirectRows);
  std::vector<Matrix> sums(pool.size());
  pool.run_parts(spans.size(), [&](long part, long begin, long end) {
    Matrix window(kDirectRows + shape.kernel, shape.inputs);
    Matrix right(kDirectRows, round_up(shape.outputs, kPanel));
    sums[part].reset(rows, shape.outputs);
    for (long task = begin; task < end; task++) {
      const Span span = spans[task];
      const long count = std::min(kDirectRows, shape.out_length(span.document) - span.from);
      copy_window(shape, x, span, count, window);
      const Rows source = {dy + shape.out_offset(span), shape.outputs};
      for (long r = 0; r < count; r++) std::copy_n(source[r], shape.outputs, right[r]);
      multiply_transposed_add(rows, window, padded_rows(right, count, shape.outputs), sums[part]);
    }
  });
  std::fill_n(d_taps, rows * shape.outputs, 0.0f);
  for (const Matrix& sum : sums) add_to(d_taps, sum[0], sum.size());
}

}  // namespace marn

#endif  // MARN_CONV_DIRECT_H_

// Convolution with three taps by Winograd's minimal filtering F(4, 3) (Lavin and Gray 2016) at the
// points 0, ±1, ±2, ∞: four outputs with six products instead of twelve.
#ifndef MARN_CONV_WINOGRAD_H_
#define MARN_CONV_WINOGRAD_H_

#include <algorithm>
#include <vector>

#include "conv_shape.h"
#include "gemm.h"
#include "pool.h"

namespace marn {

constexpr long kTileOutputs = 4;
constexpr long kPoints = 6;  // input rows of a tile, and products
constexpr long kForwardTiles = 4 * kTileRows;
constexpr long kBackwardTiles = 96;

// A matrix for each point.
class PointMatrices {
 public:
  PointMatrices() = default;
  PointMatrices(long rows, long columns) { resize(rows, columns); }

  // Zeros at first; without work where they have the size.
  void resize(long rows, long columns) {
    rows_ = rows;
    all_.resize(kPoints * rows, columns);
  }

  MutableRows operator[](long point) { return MutableRows(all_).from(point * rows_); }

 private:
  long rows_ = 0;
  Matrix all_;
};

// Calls f(offset) for vectors that cover [0, n), the last one overlapping its neighbour; n ≥
// kWidth.
template <class F>
static inline void for_vectors(long n, F f) {
  for (long i = 0; i + kWidth <= n; i += kWidth) f(i);
  if (n % kWidth) f(n - kWidth);
}

// Six input rows of a tile to the six left factors.
static inline void transform_input(const vec d[kPoints], vec v[kPoints]) {
  const vec even = d[4] - 4.0f * d[2];
  const vec odd = d[3] - 4.0f * d[1];
  const vec far_even = d[4] - d[2];
  const vec far_odd = 2.0f * (d[3] - d[1]);
  v[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = far_even + far_odd;
  v[4] = far_even - far_odd;
  v[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

// Three taps to the six right factors.
static inline void transform_taps(const vec g[3], vec u[kPoints]) {
  const vec near = (g[0] + g[2]) * (-1.0f / 6);
  const vec far = g[0] * (1.0f / 24) + g[2] * (1.0f / 6);
  u[0] = g[0] * 0.25f;
  u[1] = near - g[1] * (1.0f / 6);
  u[2] = near + g[1] * (1.0f / 6);
  u[3] = far + g[1] * (1.0f / 12);
  u[4] = far - g[1] * (1.0f / 12);
  u[5] = g[2];
}

// Its transpose: gradients of the six right factors to those of the three taps.
static inline void transform_taps_gradient(const vec u[kPoints], vec d[3]) {
  const vec near = (u[1] + u[2]) * (-1.0f / 6);
  const vec far = u[3] + u[4];
  d[0] = u[0] * 0.25f + near + far * (1.0f / 24);
  d[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
  d[2] = near + far * (1.0f / 6) + u[5];
}

// The six products to four outputs.
static inline void transform_output(const vec m[kPoints], vec y[kTileOutputs]) {
  const vec sum12 = m[1] + m[2];
  const vec difference12 = m[1] - m[2];
  const vec sum34 = m[3] + m[4];
  const vec difference34 = m[3] - m[4];
  y[0] = m[0] + sum12 + sum34;
  y[1] = difference12 + 2.0f * difference34;
  y[2] = sum12 + 4.0f * sum34;
  y[3] = difference12 + 8.0f * difference34 + m[5];
}

// Its transpose: four outputs' gradients to those of the six products.
static inline void transform_output_gradient(const vec d[kTileOutputs], vec z[kPoints]) {
  const vec even = d[0] + d[2];
  const vec odd = d[1] + d[3];
  const vec far_even = d[0] + 4.0f * d[2];
  const vec far_odd = 2.0f * d[1] + 8.0f * d[3];
  z[0] = d[0];
  z[1] = even + odd;
  z[2] = even - odd;
  z[3] = far_even + far_odd;
  z[4] = far_even - far_odd;
  z[5] = d[3];
}

// taps [3, inputs, outputs] to the right factors [inputs × outputs].
static inline void pack_taps(const ConvShape& shape, const float* taps,
                             PackedMatrix right[kPoints]) {
  const long size = shape.inputs * shape.outputs;
  for (long e = 0; e < kPoints; e++) right[e].reset(shape.inputs, shape.outputs);
  for (long i = 0; i < shape.inputs; i++) {
    for_vectors(shape.outputs, [&](long o) {
      const float* p = taps + i * shape.outputs + o;
      const vec g[3] = {load(p), load(p + size), load(p + 2 * size)};
      vec u[kPoints];
      transform_taps(g, u);
      for (long e = 0; e < kPoints; e++) {
        for (int lane = 0; lane < kWidth; lane++) right[e](i, o + lane) = u[e][lane];
      }
    });
  }
}

// The left factors [count × inputs] of tiles. `zeros` stands for rows outside of the document.
static inline void transform_inputs(const ConvShape& shape, const float* x, const Span* tiles,
                                    long count, const float* zeros, PointMatrices& left) {
  for (long i = 0; i < count; i++) {
    const float* rows[kPoints];
    for (long r = 0; r < kPoints; r++) {
      const float* row = shape.in_row(x, tiles[i].document, tiles[i].from + r - shape.padding);
      rows[r] = row ? row : zeros;
    }
    for_vectors(shape.inputs, [&](long c) {
      vec d[kPoints];
      vec v[kPoints];
      for (long r = 0; r < kPoints; r++) d[r] = load(rows[r] + c);
      transform_input(d, v);
      for (long e = 0; e < kPoints; e++) store(left[e][i] + c, v[e]);
    });
  }
}

// The outputs of tiles from their products [count × outputs].
static inline void transform_products(const ConvShape& shape, PointMatrices& products,
                                      const Span* tiles, long count, float* y) {
  for (long i = 0; i < count; i++) {
    const MutableRows target = {y + shape.out_offset(tiles[i]), shape.outputs};
    const long rows = std::min(kTileOutputs, shape.out_length(tiles[i].document) - tiles[i].from);
    for_vectors(shape.outputs, [&](long o) {
      vec m[kPoints];
      vec out[kTileOutputs];
      for (long e = 0; e < kPoints; e++) m[e] = load(products[e][i] + o);
      transform_output(m, out);
      for (long r = 0; r < rows; r++) store(target[r] + o, out[r]);
    });
  }
}

static inline void convolve_winograd(const ConvShape& shape, const float* x, const float* taps,
                                     float* y, Pool& pool) {
  PackedMatrix right[kPoints];
  pack_taps(shape, taps, right);
  const std::vector<Span> tiles = spans_of(shape, kTileOutputs);
  const std::vector<float> zeros(shape.inputs);
  clear_padding(shape, y);
  const long total = tiles.size();
  std::vector<PointMatrices> lefts(pool.size());
  std::vector<PointMatrices> products(pool.size());
  pool.run((total + kForwardTiles - 1) / kForwardTiles, [&](int worker, long task) {
    PointMatrices& left = lefts[worker];
    PointMatrices& product = products[worker];
    left.resize(kForwardTiles, shape.inputs);
    product.resize(kForwardTiles, shape.outputs);
    const Span* first = &tiles[task * kForwardTiles];
    const long count = std::min(kForwardTiles, total - task * kForwardTiles);
    transform_inputs(shape, x, first, count, zeros.data(), left);
    for (long e = 0; e < kPoints; e++) multiply(count, left[e], right[e], product[e]);
    transform_products(shape, product, first, count, y);
  });
}

// The gradients [count × outputs, padded] of tiles' products.
static inline void transform_output_gradients(const ConvShape& shape, const float* dy,
                                              const Span* tiles, long count, const float* zeros,
                                              PointMatrices& right) {
  for (long i = 0; i < count; i++) {
    const Rows source = {dy + shape.out_offset(tiles[i]), shape.outputs};
    const long rows = shape.out_length(tiles[i].document) - tiles[i].from;
    for_vectors(shape.outputs, [&](long o) {
      vec d[kTileOutputs];
      vec z[kPoints];
      for (long r = 0; r < kTileOutputs; r++) d[r] = load((r < rows ? source[r] : zeros) + o);
      transform_output_gradient(d, z);
      for (long e = 0; e < kPoints; e++) store(right[e][i] + o, z[e]);
    });
  }
}

// d_taps [3, inputs, outputs] from the gradients of the right factors, one sum of them a thread.
static inline void combine_tap_gradients(std::vector<PointMatrices>& sums, long size,
                                         float* d_taps) {
  for_vectors(size, [&](long i) {
    vec u[kPoints] = {};
    vec d[3];
    for (PointMatrices& sum : sums) {
      for (long e = 0; e < kPoints; e++) u[e] += load(sum[e][0] + i);
    }
    transform_taps_gradient(u, d);
    for (long k = 0; k < 3; k++) store(d_taps + k * size + i, d[k]);
  });
}

static inline void differentiate_taps_winograd(const ConvShape& shape, const float* x,
                                               const float* dy, float* d_taps, Pool& pool) {
  const std::vector<Span> tiles = spans_of(shape, kTileOutputs);
  const std::vector<float> zeros(std::max(shape.inputs, shape.outputs));
  std::vector<PointMatrices> sums(pool.size());  // [inputs × outputs]
  pool.run_parts(tiles.size(), [&](long part, long begin, long end) {
    PointMatrices left(kBackwardTiles, shape.inputs);
    PointMatrices right(kBackwardTiles, round_up(shape.outputs, kPanel));
    PointMatrices& sum = sums[part];
    sum.resize(shape.inputs, shape.outputs);
    for (long first = begin; first < end; first += kBackwardTiles) {
      const long count = std::min(kBackwardTiles, end - first);
      transform_inputs(shape, x, &tiles[first], count, zeros.data(), left);
      transform_output_gradients(shape, dy, &tiles[first], count, zeros.data(), right);
      for (long e = 0; e < kPoints; e++) {
        multiply_transposed_add(
            shape.inputs, left[e], padded_rows(right[e], count, shape.outputs), sum[e]);
      }
    }
  });
  combine_tap_gradients(sums, shape.inputs * shape.outputs, d_taps);
}

}  // namespace marn

#endif  // MARN_CONV_WINOGRAD_H_

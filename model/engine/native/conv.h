// One-dimensional convolution of a padded batch: windows over tokens as overlapping rows of a matrix
// product, and for three taps Winograd's minimal filtering F(4, 3) (Lavin and Gray 2016), which makes
// four outputs with six products instead of twelve.
#ifndef MARN_CONV_H_
#define MARN_CONV_H_

#include "gemm.h"
#include "pool.h"

namespace marn {

struct ConvShape {
  long documents, in_width, out_width;  // padded tokens of a document's input and output
  long inputs, outputs;                 // channels
  long kernel, padding;
  const int32_t* in_lengths;   // rows past them count as zero, whatever they hold
  const int32_t* out_lengths;  // rows past them are zero

  long in_length(long document) const { return in_lengths[document]; }
  long out_length(long document) const { return std::max<long>(out_lengths[document], 0); }
};

// Consecutive output positions of one document.
struct Span {
  long document, from;
};

// All real output positions, cut into spans of `size`.
static inline std::vector<Span> spans_of(const ConvShape& shape, long size) {
  std::vector<Span> spans;
  for (long d = 0; d < shape.documents; d++) {
    for (long from = 0; from < shape.out_length(d); from += size) spans.push_back({d, from});
  }
  return spans;
}

static inline void clear_padding(const ConvShape& shape, float* y) {
  for (long d = 0; d < shape.documents; d++) {
    long from = shape.out_length(d);
    std::fill(y + (d * shape.out_width + from) * shape.outputs,
              y + (d + 1) * shape.out_width * shape.outputs, 0.0f);
  }
}

// Calls f(offset) for vectors that cover [0, n), the last one overlapping its neighbour; n ≥ kWidth.
template <class F>
static inline void for_vectors(long n, F f) {
  for (long i = 0; i + kWidth <= n; i += kWidth) f(i);
  if (n % kWidth) f(n - kWidth);
}

// ---- Direct -------------------------------------------------------------------------------------

constexpr long kDirectRows = 8 * kTileRows;

// Copies the input rows under `count` output positions, zeros outside the document.
static inline void copy_window(const ConvShape& shape, const float* x, Span span, long count,
                               float* window) {
  for (long r = 0; r < count + shape.kernel - 1; r++) {
    long t = span.from + r - shape.padding;
    float* row = window + r * shape.inputs;
    if (t >= 0 && t < shape.in_length(span.document)) {
      const float* source = x + (span.document * shape.in_width + t) * shape.inputs;
      std::copy(source, source + shape.inputs, row);
    } else {
      std::fill(row, row + shape.inputs, 0.0f);
    }
  }
}

// y [documents, out_width, outputs] from x [documents, in_width, inputs], taps [kernel·inputs, outputs].
static inline void convolve_direct(const ConvShape& shape, const float* x, const float* taps,
                                   float* y, Pool& pool) {
  Panels panels;
  panels.pack(taps, shape.kernel * shape.inputs, shape.outputs, shape.outputs, 1);
  std::vector<Span> spans = spans_of(shape, kDirectRows);
  clear_padding(shape, y);
  std::vector<std::vector<float>> windows(pool.size());
  pool.run(spans.size(), [&](int worker, long task) {
    Span span = spans[task];
    std::vector<float>& window = windows[worker];
    window.resize((kDirectRows + shape.kernel) * shape.inputs);
    long count = std::min(kDirectRows, shape.out_length(span.document) - span.from);
    copy_window(shape, x, span, count, window.data());
    float* target = y + (span.document * shape.out_width + span.from) * shape.outputs;
    multiply(count, shape.outputs, window.data(), shape.inputs, panels, target, shape.outputs, false);
  });
}

// d_taps [kernel·inputs, outputs] from x and the outputs' gradient dy.
static inline void differentiate_taps_direct(const ConvShape& shape, const float* x,
                                             const float* dy, float* d_taps, Pool& pool) {
  long rows = shape.kernel * shape.inputs, ldb = round_up(shape.outputs, kPanel);
  std::vector<Span> spans = spans_of(shape, kDirectRows);
  std::vector<std::vector<float>> sums(pool.size());
  pool.run_parts(spans.size(), [&](long part, long from, long to) {
    std::vector<float> window((kDirectRows + shape.kernel) * shape.inputs), right(kDirectRows * ldb);
    sums[part].resize(rows * shape.outputs);
    for (long task = from; task < to; task++) {
      Span span = spans[task];
      long count = std::min(kDirectRows, shape.out_length(span.document) - span.from);
      copy_window(shape, x, span, count, window.data());
      const float* source = dy + (span.document * shape.out_width + span.from) * shape.outputs;
      for (long r = 0; r < count; r++) {
        const float* row = source + r * shape.outputs;
        std::copy(row, row + shape.outputs, right.data() + r * ldb);
      }
      multiply<true>(rows, shape.outputs, count, window.data(), shape.inputs, right.data(), ldb,
                     kPanel, sums[part].data(), shape.outputs, true);
    }
  });
  std::fill(d_taps, d_taps + rows * shape.outputs, 0.0f);
  for (const std::vector<float>& sum : sums) {
    for (size_t i = 0; i < sum.size(); i++) d_taps[i] += sum[i];
  }
}

// ---- Winograd F(4, 3) at the points 0, ±1, ±2, ∞ --------------------------------------------------

constexpr long kOut = 4, kIn = 6;  // outputs of a tile, and products
constexpr long kForwardTiles = 4 * kTileRows, kBackwardTiles = 96;

// Six input rows of a tile to the six left factors.
static inline void transform_input(const vec d[kIn], vec v[kIn]) {
  vec even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
  vec far_even = d[4] - d[2], far_odd = 2.0f * (d[3] - d[1]);
  v[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = far_even + far_odd;
  v[4] = far_even - far_odd;
  v[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

// The six products to four outputs.
static inline void transform_output(const vec m[kIn], vec y[kOut]) {
  vec sum12 = m[1] + m[2], difference12 = m[1] - m[2];
  vec sum34 = m[3] + m[4], difference34 = m[3] - m[4];
  y[0] = m[0] + sum12 + sum34;
  y[1] = difference12 + 2.0f * difference34;
  y[2] = sum12 + 4.0f * sum34;
  y[3] = difference12 + 8.0f * difference34 + m[5];
}

// Its transpose: four output gradients to those of the six products.
static inline void transform_output_gradient(const vec d[kOut], vec z[kIn]) {
  vec even = d[0] + d[2], odd = d[1] + d[3];
  vec far_even = d[0] + 4.0f * d[2], far_odd = 2.0f * d[1] + 8.0f * d[3];
  z[0] = d[0];
  z[1] = even + odd;
  z[2] = even - odd;
  z[3] = far_even + far_odd;
  z[4] = far_even - far_odd;
  z[5] = d[3];
}

// The left factors of tiles [first, first + count): v[e] is [count × inputs].
static inline void transform_tiles(const ConvShape& shape, const float* x, const Span* tiles,
                                   long count, const float* zeros, float* const v[kIn], long ldv) {
  for (long i = 0; i < count; i++) {
    const float* rows[kIn];
    for (long r = 0; r < kIn; r++) {
      long t = tiles[i].from + r - shape.padding;
      bool inside = t >= 0 && t < shape.in_length(tiles[i].document);
      rows[r] = inside ? x + (tiles[i].document * shape.in_width + t) * shape.inputs : zeros;
    }
    for_vectors(shape.inputs, [&](long c) {
      vec d[kIn], out[kIn];
      for (long r = 0; r < kIn; r++) d[r] = load(rows[r] + c);
      transform_input(d, out);
      for (long e = 0; e < kIn; e++) store(v[e] + i * ldv + c, out[e]);
    });
  }
}

// taps [3, inputs, outputs] to six packed right factors.
static inline void transform_taps(const ConvShape& shape, const float* taps, Panels panels[kIn]) {
  long size = shape.inputs * shape.outputs;
  for (long e = 0; e < kIn; e++) panels[e].reset(shape.inputs, shape.outputs);
  for (long i = 0; i < shape.inputs; i++) {
    for_vectors(shape.outputs, [&](long o) {
      const float* p = taps + i * shape.outputs + o;
      vec g0 = load(p), g1 = load(p + size), g2 = load(p + 2 * size);
      vec near = (g0 + g2) * (-1.0f / 6), far = g0 * (1.0f / 24) + g2 * (1.0f / 6);
      vec u[kIn] = {g0 * 0.25f, near - g1 * (1.0f / 6), near + g1 * (1.0f / 6),
                    far + g1 * (1.0f / 12), far - g1 * (1.0f / 12), g2};
      for (long e = 0; e < kIn; e++) {
        for (int lane = 0; lane < kWidth; lane++) *panels[e].at(i, o + lane) = u[e][lane];
      }
    });
  }
}

static inline void convolve_winograd(const ConvShape& shape, const float* x, const float* taps,
                                     float* y, Pool& pool) {
  Panels panels[kIn];
  transform_taps(shape, taps, panels);
  std::vector<Span> tiles = spans_of(shape, kOut);
  clear_padding(shape, y);
  long total = tiles.size();
  std::vector<float> zeros(shape.inputs);
  std::vector<std::vector<float>> lefts(pool.size()), products(pool.size());
  pool.run((total + kForwardTiles - 1) / kForwardTiles, [&](int worker, long task) {
    lefts[worker].resize(kIn * kForwardTiles * shape.inputs);
    products[worker].resize(kIn * kForwardTiles * shape.outputs);
    long first = task * kForwardTiles, count = std::min(kForwardTiles, total - first);
    float *v[kIn], *m[kIn];
    for (long e = 0; e < kIn; e++) {
      v[e] = lefts[worker].data() + e * kForwardTiles * shape.inputs;
      m[e] = products[worker].data() + e * kForwardTiles * shape.outputs;
    }
    transform_tiles(shape, x, &tiles[first], count, zeros.data(), v, shape.inputs);
    for (long e = 0; e < kIn; e++) {
      multiply(count, shape.outputs, v[e], shape.inputs, panels[e], m[e], shape.outputs, false);
    }
    for (long i = 0; i < count; i++) {
      Span tile = tiles[first + i];
      float* target = y + (tile.document * shape.out_width + tile.from) * shape.outputs;
      long rows = std::min(kOut, shape.out_length(tile.document) - tile.from);
      for_vectors(shape.outputs, [&](long o) {
        vec in[kIn], out[kOut];
        for (long e = 0; e < kIn; e++) in[e] = load(m[e] + i * shape.outputs + o);
        transform_output(in, out);
        for (long r = 0; r < rows; r++) store(target + r * shape.outputs + o, out[r]);
      });
    }
  });
}

// The right factors' gradients, summed over workers, back to the taps'.
static inline void combine_tap_gradients(const std::vector<std::vector<float>>& sums, long size,
                                         float* d_taps) {
  for_vectors(size, [&](long i) {
    vec u[kIn] = {};
    for (const std::vector<float>& sum : sums) {
      for (long e = 0; e < kIn; e++) u[e] += load(sum.data() + e * size + i);
    }
    vec near = (u[1] + u[2]) * (-1.0f / 6), far = u[3] + u[4];
    store(d_taps + i, u[0] * 0.25f + near + far * (1.0f / 24));
    store(d_taps + size + i, (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12));
    store(d_taps + 2 * size + i, near + far * (1.0f / 6) + u[5]);
  });
}

// The right factors of the tap gradient for `count` tiles: z[e] is [count × outputs].
static inline void transform_tile_gradients(const ConvShape& shape, const float* dy,
                                            const Span* tiles, long count, const float* zeros,
                                            float* const z[kIn], long ldz) {
  for (long i = 0; i < count; i++) {
    const float* source = dy + (tiles[i].document * shape.out_width + tiles[i].from) * shape.outputs;
    long rows = shape.out_length(tiles[i].document) - tiles[i].from;
    for_vectors(shape.outputs, [&](long o) {
      vec in[kOut], out[kIn];
      for (long r = 0; r < kOut; r++) in[r] = load(r < rows ? source + r * shape.outputs + o : zeros + o);
      transform_output_gradient(in, out);
      for (long e = 0; e < kIn; e++) store(z[e] + i * ldz + o, out[e]);
    });
  }
}

static inline void differentiate_taps_winograd(const ConvShape& shape, const float* x,
                                               const float* dy, float* d_taps, Pool& pool) {
  std::vector<Span> tiles = spans_of(shape, kOut);
  long size = shape.inputs * shape.outputs, ldb = round_up(shape.outputs, kPanel);
  std::vector<float> zeros(std::max(shape.inputs, shape.outputs));
  std::vector<std::vector<float>> sums(pool.size());
  pool.run_parts(tiles.size(), [&](long part, long begin, long end) {
    std::vector<float> left(kIn * kBackwardTiles * shape.inputs), right(kIn * kBackwardTiles * ldb);
    sums[part].resize(kIn * size);
    float *v[kIn], *z[kIn];
    for (long e = 0; e < kIn; e++) {
      v[e] = left.data() + e * kBackwardTiles * shape.inputs;
      z[e] = right.data() + e * kBackwardTiles * ldb;
    }
    for (long first = begin; first < end; first += kBackwardTiles) {
      long count = std::min(kBackwardTiles, end - first);
      transform_tiles(shape, x, &tiles[first], count, zeros.data(), v, shape.inputs);
      transform_tile_gradients(shape, dy, &tiles[first], count, zeros.data(), z, ldb);
      for (long e = 0; e < kIn; e++) {
        multiply<true>(shape.inputs, shape.outputs, count, v[e], shape.inputs, z[e], ldb, kPanel,
                       sums[part].data() + e * size, shape.outputs, true);
      }
    }
  });
  combine_tap_gradients(sums, size, d_taps);
}

// ---- Choice -------------------------------------------------------------------------------------

// Below this many channels the transforms cost more than they save.
constexpr long kWinogradChannels = 32;

static inline bool takes_winograd(const ConvShape& shape) {
  return shape.kernel == 3 && shape.inputs >= kWinogradChannels &&
         shape.outputs >= kWinogradChannels;
}

static inline void convolve(const ConvShape& shape, const float* x, const float* taps, float* y,
                            Pool& pool) {
  (takes_winograd(shape) ? convolve_winograd : convolve_direct)(shape, x, taps, y, pool);
}

static inline void differentiate_taps(const ConvShape& shape, const float* x, const float* dy,
                                      float* d_taps, Pool& pool) {
  auto run = takes_winograd(shape) ? differentiate_taps_winograd : differentiate_taps_direct;
  run(shape, x, dy, d_taps, pool);
}

}  // namespace marn

#endif  // MARN_CONV_H_

// Matrix products C = A·B or C += A·B whose operands are views: A by rows (or by columns), B as packed panels or
// as rows padded to whole vectors. Row strides are free, so that overlapping rows (a convolution's
// window over tokens) need no copy.
#ifndef MARN_GEMM_H_
#define MARN_GEMM_H_

#include <algorithm>
#include <vector>

#include "vector.h"

namespace marn {

// A register tile is kTileRows × (2 vectors): as many accumulators as the register file holds.
#if defined(__AVX512F__)
constexpr int kTileRows = 14;
#else
constexpr int kTileRows = 6;
#endif
constexpr int kPanel = 2 * kWidth;

static inline long round_up(long n, long unit) { return (n + unit - 1) / unit * unit; }

// One tile: rows × (vectors·kWidth) of C. `a` holds element (row, k) at row·lda + k or, transposed,
// at k·lda + row; `b` holds row k at k·ldb. Only `cols` columns of C exist.
template <int rows, int vectors, bool transposed>
static inline void multiply_tile(long depth, const float* a, long lda, const float* b, long ldb,
                                 float* c, long ldc, int cols, bool add) {
  vec sum[rows][vectors] = {};
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) __builtin_prefetch(c + i * ldc, 1);  // there when the sums are
  for (long k = 0; k < depth; k++, b += ldb) {
    vec right[vectors];
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) right[j] = load(b + j * kWidth);
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
      float left = transposed ? a[k * lda + i] : a[i * lda + k];
#pragma GCC unroll 2
      for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      float* p = c + i * ldc + j * kWidth;
      int left = cols - j * kWidth;
      if (left >= kWidth) {
        store(p, add ? load(p) + sum[i][j] : sum[i][j]);
      } else if (left > 0) {
        store_part(p, add ? load_part(p, left) + sum[i][j] : sum[i][j], left);
      }
    }
  }
}

template <int vectors, bool transposed, int rows = kTileRows>
static inline void multiply_rows(int count, long depth, const float* a, long lda, const float* b,
                                 long ldb, float* c, long ldc, int cols, bool add) {
  if constexpr (rows > 0) {
    if (count == rows) {
      multiply_tile<rows, vectors, transposed>(depth, a, lda, b, ldb, c, ldc, cols, add);
    } else {
      multiply_rows<vectors, transposed, rows - 1>(count, depth, a, lda, b, ldb, c, ldc, cols, add);
    }
  }
}

// C[m × n] = A·B, or C += A·B when `add`. Panel p of B, columns p·kPanel and on, starts at b + p·panel_stride and has rows
// ldb apart; vectors past n must be readable (and finite), they are not written to C.
template <bool transposed>
static inline void multiply(long m, long n, long depth, const float* a, long lda, const float* b,
                            long ldb, long panel_stride, float* c, long ldc, bool add) {
  long blocks = (m + kTileRows - 1) / kTileRows;
  for (long column = 0, panel = 0; column < n; column += kPanel, panel++) {
    const float* right = b + panel * panel_stride;
    int cols = static_cast<int>(std::min<long>(kPanel, n - column));
    for (long block = 0; block < blocks; block++) {
      // Tiles of nearly equal height: 16 rows are 8 + 8, not 14 + 2.
      long from = m * block / blocks, count = m * (block + 1) / blocks - from;
      const float* left = a + (transposed ? from : from * lda);
      float* target = c + from * ldc + column;
      if (cols > kWidth) {
        multiply_rows<2, transposed>(count, depth, left, lda, right, ldb, target, ldc, cols, add);
      } else {
        multiply_rows<1, transposed>(count, depth, left, lda, right, ldb, target, ldc, cols, add);
      }
    }
  }
}

// B [depth × n], element (k, j) at k·row + j·column, as panels of kPanel columns, zero-padded.
struct Panels {
  long depth = 0;
  std::vector<float> values;

  // Rows of `depth` for n columns, all zero.
  void reset(long depth, long n) {
    this->depth = depth;
    values.assign(round_up(n, kPanel) * depth, 0.0f);
  }

  long stride() const { return depth * kPanel; }

  float* at(long k, long j) { return values.data() + j / kPanel * stride() + k * kPanel + j % kPanel; }

  void pack(const float* b, long depth, long n, long row, long column) {
    reset(depth, n);
    for (long k = 0; k < depth; k++) {
      for (long j = 0; j < n; j++) *at(k, j) = b[k * row + j * column];
    }
  }
};

// C[m × n] = A·B, or C += A·B when `add`, with B packed.
static inline void multiply(long m, long n, const float* a, long lda, const Panels& b, float* c,
                            long ldc, bool add) {
  multiply<false>(m, n, b.depth, a, lda, b.values.data(), kPanel, b.stride(), c, ldc, add);
}

}  // namespace marn

#endif  // MARN_GEMM_H_

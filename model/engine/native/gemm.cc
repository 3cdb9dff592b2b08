#include "gemm.h"

#include <algorithm>

namespace marn {
namespace {

// One tile: rows × (vectors·kWidth) of C, of whose columns only `columns` exist. Element (row, k)
// of the left operand is a[row][k] or, transposed, a[k][row].
template <int rows, int vectors, bool transposed>
void multiply_tile(long depth, Rows a, Rows b, MutableRows c, int columns, bool add) {
  vec sum[rows][vectors] = {};
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) __builtin_prefetch(c[i], 1);  // there when the sums are
  const float* row = b.values;
  const long stride = transposed ? b.stride : kPanel;  // of a packed matrix: known here
  for (long k = 0; k < depth; k++, row += stride) {
    vec right[vectors];
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) right[j] = load(row + j * kWidth);
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
      float left = transposed ? a[k][i] : a[i][k];
#pragma GCC unroll 2
      for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      float* p = c[i] + j * kWidth;
      int left = columns - j * kWidth;
      if (left >= kWidth) {
        store(p, add ? load(p) + sum[i][j] : sum[i][j]);
      } else if (left > 0) {
        store_part(p, add ? load_part(p, left) + sum[i][j] : sum[i][j], left);
      }
    }
  }
}

// A tile of `count` rows, at most `rows`: each height has code of its own, whose sums stay in
// registers.
template <int vectors, bool transposed, int rows = kTileRows>
void multiply_rows(int count, long depth, Rows a, Rows b, MutableRows c, int columns, bool add) {
  if constexpr (rows > 0) {
    if (count == rows) {
      multiply_tile<rows, vectors, transposed>(depth, a, b, c, columns, add);
    } else {
      multiply_rows<vectors, transposed, rows - 1>(count, depth, a, b, c, columns, add);
    }
  }
}

template <bool transposed>
void multiply_tiles(long rows, Rows a, const Panels& b, MutableRows c, bool add) {
  const long blocks = (rows + kTileRows - 1) / kTileRows;
  for (long column = 0, panel = 0; column < b.columns; column += kPanel, panel++) {
    const Rows right = {b.values + panel * b.panel_stride, b.row_stride};
    const int columns = static_cast<int>(std::min<long>(kPanel, b.columns - column));
    for (long block = 0; block < blocks; block++) {
      // Tiles of nearly equal height: 16 rows are 8 + 8, not 14 + 2.
      const long from = rows * block / blocks;
      const long count = rows * (block + 1) / blocks - from;
      const Rows left = transposed ? a.columns_from(from) : a.from(from);
      const MutableRows target = c.from(from).columns_from(column);
      if (columns > kWidth) {
        multiply_rows<2, transposed>(count, b.depth, left, right, target, columns, add);
      } else {
        multiply_rows<1, transposed>(count, b.depth, left, right, target, columns, add);
      }
    }
  }
}

}  // namespace

void multiply(long rows, Rows a, const PackedMatrix& b, MutableRows c) {
  multiply_tiles<false>(rows, a, b, c, false);
}

void multiply_add(long rows, Rows a, const PackedMatrix& b, MutableRows c) {
  multiply_tiles<false>(rows, a, b, c, true);
}

void multiply_transposed_add(long rows, Rows a, const Panels& b, MutableRows c) {
  multiply_tiles<true>(rows, a, b, c, true);
}

}  // namespace marn

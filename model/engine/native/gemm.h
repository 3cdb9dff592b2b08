// Matrix products whose operands are views: the left one by rows or by columns, the right one as
// panels. Strides are free, so that overlapping rows (a convolution's window over tokens) need no
// copy.
#ifndef MARN_GEMM_H_
#define MARN_GEMM_H_

#include <vector>

#include "vector.h"

namespace marn {

// A register tile is kTileRows × (2 vectors): as many accumulators as the register file holds.
#if defined(__AVX512F__)
constexpr int kTileRows = 14;
#else
constexpr int kTileRows = 6;
#endif
constexpr int kPanel = 2 * kWidth;  // columns of a panel

static inline long round_up(long n, long unit) { return (n + unit - 1) / unit * unit; }

// A matrix whose rows start `stride` floats apart.
struct Rows {
  const float* values;
  long stride;

  const float* operator[](long row) const { return values + row * stride; }
  Rows from(long row) const { return {values + row * stride, stride}; }
  Rows columns_from(long column) const { return {values + column, stride}; }
};

// One that is written.
struct MutableRows {
  float* values;
  long stride;

  operator Rows() const { return {values, stride}; }
  float* operator[](long row) const { return values + row * stride; }
  MutableRows from(long row) const { return {values + row * stride, stride}; }
  MutableRows columns_from(long column) const { return {values + column, stride}; }
};

// Rows next to each other, with values of their own.
class Matrix {
 public:
  Matrix() = default;
  Matrix(long rows, long columns) { reset(rows, columns); }

  // Makes it a matrix of zeros.
  void reset(long rows, long columns) {
    columns_ = columns;
    values_.assign(rows * columns, 0.0f);
  }

  // Makes it a matrix of any values, without work where it has the size.
  void resize(long rows, long columns) {
    columns_ = columns;
    values_.resize(rows * columns);
  }

  long size() const { return values_.size(); }
  float* operator[](long row) { return values_.data() + row * columns_; }
  const float* operator[](long row) const { return values_.data() + row * columns_; }
  operator MutableRows() { return {values_.data(), columns_}; }
  operator Rows() const { return {values_.data(), columns_}; }

 private:
  long columns_ = 0;
  std::vector<float> values_;
};

// The right operand [depth × columns] of a product, kPanel columns after another: panel p starts at
// p·panel_stride and its rows are row_stride apart. The last panel is as wide as the others: what
// lies past the last column is read, so it must be finite, and reaches no product.
struct Panels {
  const float* values;
  long depth;
  long columns;
  long row_stride;
  long panel_stride;
};

// Rows that are padded to whole panels, round_up(columns, kPanel) floats at least.
static inline Panels padded_rows(Rows rows, long depth, long columns) {
  return {rows.values, depth, columns, rows.stride, kPanel};
}

// Panels with values of their own, each panel's rows next to each other.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(long depth, long columns) { reset(depth, columns); }

  // Makes it a matrix of zeros.
  void reset(long depth, long columns) {
    depth_ = depth;
    columns_ = columns;
    values_.assign(round_up(columns, kPanel) * depth, 0.0f);
  }

  float& operator()(long k, long column) {
    return values_[(column / kPanel * depth_ + k) * kPanel + column % kPanel];
  }

  operator Panels() const { return {values_.data(), depth_, columns_, kPanel, depth_ * kPanel}; }

 private:
  long depth_ = 0;
  long columns_ = 0;
  std::vector<float> values_;
};

// B [depth × columns] as panels.
static inline PackedMatrix pack(Rows b, long depth, long columns) {
  PackedMatrix packed(depth, columns);
  for (long k = 0; k < depth; k++) {
    for (long j = 0; j < columns; j++) packed(k, j) = b[k][j];
  }
  return packed;
}

// Bᵀ [depth × columns] as panels, from B [columns × depth].
static inline PackedMatrix pack_transposed(Rows b, long depth, long columns) {
  PackedMatrix packed(depth, columns);
  for (long j = 0; j < columns; j++) {
    for (long k = 0; k < depth; k++) packed(k, j) = b[j][k];
  }
  return packed;
}

// C [rows × columns of B] = A·B.
void multiply(long rows, Rows a, const PackedMatrix& b, MutableRows c);

// C += A·B.
void multiply_add(long rows, Rows a, const PackedMatrix& b, MutableRows c);

// C += Aᵀ·B with A [depth of B × rows].
void multiply_transposed_add(long rows, Rows a, const Panels& b, MutableRows c);

}  // namespace marn

#endif  // MARN_GEMM_H_

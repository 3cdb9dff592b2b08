// Operations of TensorFlow, as far as the kernels need them: float32 and int32 tensors, attributes
// that are all floats, one CPU kernel. An operation's .h computes and knows nothing of TensorFlow,
// so that it can be tested alone; its .cc checks what TensorFlow passes in and registers the
// operation.
#ifndef MARN_OP_H_
#define MARN_OP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_tensor.h"

namespace marn {

template <size_t rank>
using Shape = std::array<long, rank>;

template <class T, size_t rank>
struct Input {
  const T* values;
  Shape<rank> shape;
};

// One call of an operation. What its methods throw becomes TensorFlow's status.
class Call {
 public:
  Call(TF_OpKernelContext* context, const std::vector<float>& attributes);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  float attribute(int i) const { return attributes_[i]; }

  // Input i; throws unless it has `rank` dimensions.
  template <size_t rank>
  Input<float, rank> floats(int i) {
    return input<float, rank>(i);
  }
  template <size_t rank>
  Input<int32_t, rank> integers(int i) {
    return input<int32_t, rank>(i);
  }

  // Input i, [documents], clamped to the padded width.
  const int32_t* lengths(int i, long documents, long width);

  // Keeps lengths until the call ends.
  const int32_t* keep(std::vector<int32_t> lengths);

  // Output i, of unset values.
  float* output(int i, std::initializer_list<long> shape) {
    return allocate(i, shape.begin(), shape.size());
  }
  template <size_t rank>
  float* output(int i, const Shape<rank>& shape) {
    return allocate(i, shape.data(), rank);
  }

  // Throws "expected …" unless it holds.
  void expect(bool holds, const char* what) const;

 private:
  template <class T, size_t rank>
  Input<T, rank> input(int i) {
    Input<T, rank> input;
    input.values = static_cast<const T*>(read(i, input.shape.data(), rank));
    return input;
  }

  const void* read(int i, long* shape, size_t rank);
  float* allocate(int i, const long* shape, size_t rank);

  TF_OpKernelContext* context_;
  const std::vector<float>& attributes_;
  std::vector<TF_Tensor*> tensors_;
  std::vector<std::vector<int32_t>> lengths_;
};

struct Op {
  const char* name;
  std::vector<const char*> inputs;   // as TensorFlow writes them: "x: float"
  std::vector<const char*> outputs;  // likewise
  std::vector<const char*> attributes;
  void (*compute)(Call&);
};

using CreateKernel = void* (*)(TF_OpKernelConstruction*);

void* create_kernel(const Op& op, TF_OpKernelConstruction* construction);
void register_op(const Op& op, CreateKernel create);

// TensorFlow creates a kernel by a function without context, so every operation has its own.
template <const Op& op>
void* create_kernel(TF_OpKernelConstruction* construction) {
  return create_kernel(op, construction);
}

// Adds operations, which must live for ever, to TensorFlow's registries. An operation's file calls
// it when the addon is loaded.
template <const Op&... ops>
bool register_ops() {
  (register_op(ops, create_kernel<ops>), ...);
  return true;
}

}  // namespace marn

#endif  // MARN_OP_H_

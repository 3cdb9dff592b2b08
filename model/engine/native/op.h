// TensorFlow's C API for custom operations, as far as the kernels need it: float32 and int32 tensors,
// attributes that are all floats, outputs allocated by TensorFlow.
#ifndef MARN_OP_H_
#define MARN_OP_H_

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace marn {

struct Status {
  TF_Status* value = TF_NewStatus();
  ~Status() { TF_DeleteStatus(value); }
  void check() const {
    if (TF_GetCode(value) != TF_OK) throw std::runtime_error(TF_Message(value));
  }
};

// One call of an operation. Its methods throw; run_op turns that into TensorFlow's status.
class Call {
 public:
  Call(TF_OpKernelContext* context, const std::vector<float>& attributes)
      : context_(context), attributes_(attributes) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
  }

  float attribute(int i) const { return attributes_[i]; }

  // Input i's values; throws unless it has `rank` dimensions.
  const float* floats(int i, int rank) { return static_cast<const float*>(values(i, rank)); }
  const int32_t* integers(int i, int rank) { return static_cast<const int32_t*>(values(i, rank)); }

  // A dimension of an input whose values have been asked for.
  long dimension(int i, int axis) const { return TF_Dim(inputs_[i], axis); }

  float* output(int i, const std::vector<int64_t>& shape, TF_DataType type = TF_FLOAT) {
    int64_t size = 4;
    for (int64_t d : shape) size *= d;
    Status status;
    TF_Tensor* tensor =
        TF_AllocateOutput(context_, i, type, shape.data(), shape.size(), size, status.value);
    status.check();
    tensors_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

  void expect(bool holds, const char* what) const {
    if (!holds) throw std::invalid_argument(std::string("expected ") + what);
  }

 private:
  const void* values(int i, int rank) {
    if (inputs_.size() <= static_cast<size_t>(i)) inputs_.resize(i + 1);
    Status status;
    TF_GetInput(context_, i, &inputs_[i], status.value);
    status.check();
    tensors_.push_back(inputs_[i]);
    expect(TF_NumDims(inputs_[i]) == rank, "inputs of the documented ranks");
    return TF_TensorData(inputs_[i]);
  }

  TF_OpKernelContext* context_;
  const std::vector<float>& attributes_;
  std::vector<TF_Tensor*> inputs_, tensors_;
};

// An operation: its signature as TensorFlow writes it ("x: float"), attribute names, and computation.
struct Op {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void (*compute)(Call&);
};

// Adds the operation and its CPU kernel to TensorFlow's registries. `op` must live forever.
template <const Op& op>
void register_op() {
  Status status;
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : op.attributes) {
    TF_OpDefinitionBuilderAddAttr(definition, (std::string(attribute) + ": float").c_str());
  }
  TF_RegisterOpDefinition(definition, status.value);
  status.check();
  auto create = [](TF_OpKernelConstruction* construction) -> void* {
    auto* values = new std::vector<float>(op.attributes.size());
    Status status;
    for (size_t i = 0; i < values->size(); i++) {
      TF_OpKernelConstruction_GetAttrFloat(construction, op.attributes[i], &(*values)[i], status.value);
      if (TF_GetCode(status.value) != TF_OK) {
        TF_OpKernelConstruction_Failure(construction, status.value);
      }
    }
    return values;
  };
  auto compute = [](void* kernel, TF_OpKernelContext* context) {
    try {
      Call call(context, *static_cast<std::vector<float>*>(kernel));
      op.compute(call);
    } catch (const std::exception& error) {
      Status status;
      TF_SetStatus(status.value, TF_INVALID_ARGUMENT, error.what());
      TF_OpKernelContext_Failure(context, status.value);
    }
  };
  auto destroy = [](void* kernel) { delete static_cast<std::vector<float>*>(kernel); };
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(op.name, "CPU", create, compute, destroy);
  TF_RegisterKernelBuilder(op.name, kernel, status.value);
  status.check();
}

}  // namespace marn

#endif  // MARN_OP_H_

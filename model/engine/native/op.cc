#include "op.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include "tensorflow/c/ops.h"

namespace marn {
namespace {

struct Status {
  TF_Status* value = TF_NewStatus();

  ~Status() { TF_DeleteStatus(value); }

  void check() const {
    if (TF_GetCode(value) != TF_OK) throw std::runtime_error(TF_Message(value));
  }
};

// What TensorFlow keeps of an operation for every set of attributes.
struct Kernel {
  const Op& op;
  std::vector<float> attributes;
};

void compute(void* data, TF_OpKernelContext* context) {
  const Kernel& kernel = *static_cast<Kernel*>(data);
  try {
    Call call(context, kernel.attributes);
    kernel.op.compute(call);
  } catch (const std::exception& error) {
    Status status;
    TF_SetStatus(status.value, TF_INVALID_ARGUMENT, error.what());
    TF_OpKernelContext_Failure(context, status.value);
  }
}

void destroy(void* data) { delete static_cast<Kernel*>(data); }

void define(const Op& op) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : op.attributes) {
    TF_OpDefinitionBuilderAddAttr(definition, (std::string(attribute) + ": float").c_str());
  }
  Status status;
  TF_RegisterOpDefinition(definition, status.value);
  status.check();
}

// Set before any operation is called.
bool incomplete = false;

// The version of the operations' interface, which model/engine/kernels.ts asks for; 0 where an
// operation could not be registered, so that plain tensor operations take the place of all.
const Op kVersion = {
    "MarnKernels",
    {},
    {"version: float"},
    {},
    [](Call& call) { *call.output(0, {}) = incomplete ? 0 : 3; },
};

const bool registered = register_ops<kVersion>();

}  // namespace

Call::Call(TF_OpKernelContext* context, const std::vector<float>& attributes)
    : context_(context), attributes_(attributes) {}

Call::~Call() {
  for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
}

void Call::expect(bool holds, const char* what) const {
  if (!holds) throw std::invalid_argument(std::string("expected ") + what);
}

const int32_t* Call::lengths(int i, long documents, long width) {
  const auto given = integers<1>(i);
  expect(given.shape[0] == documents, "one length a document");
  std::vector<int32_t> lengths(given.values, given.values + documents);
  for (int32_t& length : lengths) length = std::clamp<long>(length, 0, width);
  return keep(std::move(lengths));
}

const int32_t* Call::keep(std::vector<int32_t> lengths) {
  lengths_.push_back(std::move(lengths));
  return lengths_.back().data();
}

const void* Call::read(int i, long* shape, size_t rank) {
  TF_Tensor* tensor;
  Status status;
  TF_GetInput(context_, i, &tensor, status.value);
  status.check();
  tensors_.push_back(tensor);
  expect(TF_NumDims(tensor) == static_cast<int>(rank), "inputs of the documented ranks");
  for (size_t axis = 0; axis < rank; axis++) shape[axis] = TF_Dim(tensor, axis);
  return TF_TensorData(tensor);
}

float* Call::allocate(int i, const long* shape, size_t rank) {
  const std::vector<int64_t> dimensions(shape, shape + rank);
  size_t size = sizeof(float);
  for (int64_t dimension : dimensions) size *= dimension;
  Status status;
  TF_Tensor* tensor =
      TF_AllocateOutput(context_, i, TF_FLOAT, dimensions.data(), rank, size, status.value);
  status.check();
  tensors_.push_back(tensor);
  return static_cast<float*>(TF_TensorData(tensor));
}

void* create_kernel(const Op& op, TF_OpKernelConstruction* construction) {
  auto* kernel = new Kernel{op, std::vector<float>(op.attributes.size())};
  Status status;
  for (size_t i = 0; i < op.attributes.size(); i++) {
    TF_OpKernelConstruction_GetAttrFloat(
        construction, op.attributes[i], &kernel->attributes[i], status.value);
    if (TF_GetCode(status.value) != TF_OK) {
      TF_OpKernelConstruction_Failure(construction, status.value);
    }
  }
  return kernel;
}

void register_op(const Op& op, CreateKernel create) {
  try {
    define(op);
    Status status;
    TF_RegisterKernelBuilder(
        op.name, TF_NewKernelBuilder(op.name, "CPU", create, compute, destroy), status.value);
    status.check();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "marn: registering %s: %s; all kernels are off\n", op.name, error.what());
    incomplete = true;
  }
}

}  // namespace marn

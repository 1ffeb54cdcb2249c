// What every operation here shares: how it is registered with TensorFlow, and how it reaches its inputs, outputs and attributes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "tensorflowApi.h"

namespace tarea {

/** The attributes of a node while its kernel is made. */
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* context) : context_(context), status_(TF_NewStatus()) {}
  ~Attributes() {
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelConstruction_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }
  bool Bool(const char* name) {
    unsigned char value = 0;
    TF_OpKernelConstruction_GetAttrBool(context_, name, &value, status_);
    return value != 0;
  }
  float Float(const char* name) {
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(context_, name, &value, status_);
    return value;
  }
  int Int(const char* name) {
    int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(context_, name, &value, status_);
    return value;
  }
  std::vector<int64_t> IntList(const char* name) {
    int32_t size = 0, total = 0;
    TF_OpKernelConstruction_GetAttrSize(context_, name, &size, &total, status_);
    return Ints(name, std::max(size, 0));
  }
  /** Just `count` whole numbers; zeros when the node has another number of them, which is an error. */
  std::vector<int64_t> Ints(const char* name, int count) {
    std::vector<int64_t> values(count);
    int32_t size = 0, total = 0;
    TF_OpKernelConstruction_GetAttrSize(context_, name, &size, &total, status_);
    if (size != count) TF_SetStatus(status_, TF_INVALID_ARGUMENT, (std::string(name) + " has another length").c_str());
    else TF_OpKernelConstruction_GetAttrInt64List(context_, name, values.data(), count, status_);
    return values;
  }

 private:
  TF_OpKernelConstruction* context_;
  TF_Status* status_;
};

/** One run of an operation. After a failure everything it gives is null or 0, so `ok()` is asked before any memory is touched. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {
    inputs_.resize(TF_NumInputs(context), nullptr);
    for (size_t i = 0; i < inputs_.size() && ok(); i++) TF_GetInput(context, static_cast<int>(i), &inputs_[i], status_);
  }
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : inputs_)
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  int inputs() const { return static_cast<int>(inputs_.size()); }
  int Rank(int input) const { return ok() ? TF_NumDims(inputs_[input]) : 0; }
  int64_t Dim(int input, int axis) const { return ok() && axis < Rank(input) ? TF_Dim(inputs_[input], axis) : 0; }
  TF_DataType Type(int input) const { return ok() ? TF_TensorType(inputs_[input]) : TF_FLOAT; }
  std::vector<int64_t> Dims(int input) const {
    std::vector<int64_t> dims;
    for (int axis = 0; axis < Rank(input); axis++) dims.push_back(Dim(input, axis));
    return dims;
  }
  /** Number of values of an input. */
  int64_t Size(int input) const {
    int64_t size = 1;
    for (int axis = 0; axis < Rank(input); axis++) size *= Dim(input, axis);
    return size;
  }
  template <class T = float>
  const T* Input(int input) const {
    return ok() ? static_cast<const T*>(TF_TensorData(inputs_[input])) : nullptr;
  }
  /** The memory of a variable whose value is an input: nothing else may hold it, and nothing may read it at the same time. */
  float* Variable(int input) const { return ok() ? static_cast<float*>(TF_TensorData(inputs_[input])) : nullptr; }
  /** Fails with `message` unless `condition` holds. */
  bool Expect(bool condition, const char* message) {
    if (ok() && !condition) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    return ok();
  }
  /** Fails unless an input has this shape. */
  bool ExpectShape(int input, std::initializer_list<int64_t> dims) {
    bool same = Rank(input) == static_cast<int>(dims.size());
    int axis = 0;
    for (int64_t dim : dims) same = same && Dim(input, axis++) == dim;
    return Expect(same, "an input has a shape that does not fit the others");
  }
  /** Memory for an output, float32. */
  float* Output(int output, const std::vector<int64_t>& dims) {
    if (!ok()) return nullptr;
    size_t bytes = sizeof(float);
    for (int64_t dim : dims) bytes *= static_cast<size_t>(dim);
    TF_Tensor* tensor = TF_AllocateOutput(context_, output, TF_FLOAT, dims.data(), static_cast<int>(dims.size()), bytes, status_);
    float* data = tensor == nullptr ? nullptr : static_cast<float*>(TF_TensorData(tensor));
    if (tensor != nullptr) TF_DeleteTensor(tensor);
    return data;
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> inputs_;
};

struct Signature {
  const char* name;
  std::initializer_list<const char*> inputs;
  std::initializer_list<const char*> outputs;
  std::initializer_list<const char*> attributes;
  /** Whether it changes its inputs, so that no two of them may be taken for one. */
  bool stateful = false;
};

/** Registers an operation whose kernel is made from `Attributes` and runs by `Compute(Call&)`; says what is wrong, if anything. */
template <class Kernel>
std::string Register(const Signature& signature) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* spec : signature.attributes) TF_OpDefinitionBuilderAddAttr(definition, spec);
  for (const char* spec : signature.inputs) TF_OpDefinitionBuilderAddInput(definition, spec);
  for (const char* spec : signature.outputs) TF_OpDefinitionBuilderAddOutput(definition, spec);
  TF_OpDefinitionBuilderSetIsStateful(definition, signature.stateful);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* builder = TF_NewKernelBuilder(
        signature.name, "CPU",
        [](TF_OpKernelConstruction* context) -> void* {
          Attributes attributes(context);
          return new Kernel(attributes);
        },
        [](void* kernel, TF_OpKernelContext* context) {
          Call call(context);
          if (call.ok()) static_cast<Kernel*>(kernel)->Compute(call);
        },
        [](void* kernel) { delete static_cast<Kernel*>(kernel); });
    TF_RegisterKernelBuilder(signature.name, builder, status);
  }
  std::string fault = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  return fault;
}

}  // namespace tarea

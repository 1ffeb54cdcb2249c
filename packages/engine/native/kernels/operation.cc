#include "operation.h"

#include <map>

namespace tarea {
namespace {

std::map<std::string, MakeOperation>& Operations() {
  static auto* const operations = new std::map<std::string, MakeOperation>;
  return *operations;
}

/** Those of a node of TensorFlow's graph. */
class NodeAttributes : public Attributes {
 public:
  explicit NodeAttributes(TF_OpKernelConstruction* context) : context_(context), status_(TF_NewStatus()) {}
  ~NodeAttributes() override {
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelConstruction_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }
  bool Bool(const char* name) override {
    unsigned char value = 0;
    TF_OpKernelConstruction_GetAttrBool(context_, name, &value, status_);
    return value != 0;
  }
  float Float(const char* name) override {
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(context_, name, &value, status_);
    return value;
  }
  int Int(const char* name) override {
    int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(context_, name, &value, status_);
    return value;
  }
  std::string Text(const char* name) override {
    std::string text(Sizes(name).second, '\0');
    TF_OpKernelConstruction_GetAttrString(context_, name, &text[0], text.size(), status_);
    return text;
  }
  std::vector<int64_t> IntList(const char* name) override {
    std::vector<int64_t> values(Sizes(name).first);
    TF_OpKernelConstruction_GetAttrInt64List(context_, name, values.data(), static_cast<int>(values.size()), status_);
    return values;
  }

 protected:
  void Fail(const std::string& message) override { TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str()); }

 private:
  /** The length of a list, and that of a text. */
  std::pair<int32_t, int32_t> Sizes(const char* name) {
    int32_t list = 0, total = 0;
    TF_OpKernelConstruction_GetAttrSize(context_, name, &list, &total, status_);
    return {std::max(list, 0), std::max(total, 0)};
  }

  TF_OpKernelConstruction* context_;
  TF_Status* status_;
};

/** A run of such a node. */
class NodeCall : public Call {
 public:
  explicit NodeCall(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {
    const int count = TF_NumInputs(context);
    tensors_.resize(count, nullptr);
    inputs_.resize(count);
    for (int i = 0; i < count && ok(); i++) Take(i);
  }
  ~NodeCall() override {
    if (!ok() && TF_GetCode(status_) == TF_OK) TF_SetStatus(status_, TF_INVALID_ARGUMENT, fault_.c_str());
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : tensors_)
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

 protected:
  void* Allocate(int output, const Array& array) override {
    const size_t bytes = static_cast<size_t>(array.Size()) * WidthOf(array.type);
    TF_Tensor* tensor = TF_AllocateOutput(context_, output, array.type, array.dims, array.rank, bytes, status_);
    if (!Expect(tensor != nullptr, "there is no memory for an output")) return nullptr;
    void* const data = TF_TensorData(tensor);
    TF_DeleteTensor(tensor);
    return data;
  }

 private:
  void Take(int input) {
    TF_GetInput(context_, input, &tensors_[input], status_);
    const TF_Tensor* tensor = tensors_[input];
    if (!Expect(TF_GetCode(status_) == TF_OK && tensor != nullptr, "an input cannot be had")) return;
    Array& array = inputs_[input];
    array.type = TF_TensorType(tensor);
    array.rank = TF_NumDims(tensor);
    if (!Expect(array.rank <= Array::kMaxRank, "an input has too many axes")) return;
    for (int axis = 0; axis < array.rank; axis++) array.dims[axis] = TF_Dim(tensor, axis);
    array.data = TF_TensorData(tensor);
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

}  // namespace

MakeOperation FindOperation(const std::string& name) {
  const auto found = Operations().find(name);
  return found == Operations().end() ? nullptr : found->second;
}

void AddOperation(const char* name, MakeOperation make) { Operations()[name] = make; }

std::string RegisterOperation(const Signature& signature, MakeOperation make, TF_KernelBuilder* builder) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* spec : signature.attributes) TF_OpDefinitionBuilderAddAttr(definition, spec);
  for (const char* spec : signature.inputs) TF_OpDefinitionBuilderAddInput(definition, spec);
  for (const char* spec : signature.outputs) TF_OpDefinitionBuilderAddOutput(definition, spec);
  TF_OpDefinitionBuilderSetIsStateful(definition, signature.stateful);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) TF_RegisterKernelBuilder(signature.name, builder, status);
  std::string fault = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  AddOperation(signature.name, make);
  return fault;
}

void* MakeNode(TF_OpKernelConstruction* context, MakeOperation make) {
  NodeAttributes attributes(context);
  return make(attributes).release();
}

void RunNode(void* operation, TF_OpKernelContext* context) {
  NodeCall call(context);
  if (call.ok()) static_cast<Operation*>(operation)->Compute(call);
}

void DeleteNode(void* operation) { delete static_cast<Operation*>(operation); }

}  // namespace tarea

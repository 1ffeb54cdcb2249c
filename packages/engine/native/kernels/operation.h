// What every operation here shares: how it reaches its inputs, outputs and attributes, and how it is registered. An operation runs as a node
// of TensorFlow's graphs or as an instruction of a step's program (stepProgram.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "tensorflowApi.h"

namespace tarea {

/** The attributes of an operation while it is made. */
class Attributes {
 public:
  virtual ~Attributes() = default;
  virtual bool Bool(const char* name) = 0;
  virtual float Float(const char* name) = 0;
  virtual int Int(const char* name) = 0;
  virtual std::string Text(const char* name) = 0;
  virtual std::vector<int64_t> IntList(const char* name) = 0;
  /** Just `count` whole numbers; zeros when the operation has another number of them, which is an error. */
  std::vector<int64_t> Ints(const char* name, int count) {
    std::vector<int64_t> values = IntList(name);
    if (static_cast<int>(values.size()) == count) return values;
    Fail(std::string(name) + " has another length");
    return std::vector<int64_t>(count);
  }

 protected:
  virtual void Fail(const std::string& message) = 0;
};

/** An array of numbers, row-major. */
struct Array {
  static constexpr int kMaxRank = 8;
  TF_DataType type = TF_FLOAT;
  int rank = 0;
  int64_t dims[kMaxRank] = {};
  void* data = nullptr;

  int64_t Size() const {
    int64_t size = 1;
    for (int axis = 0; axis < rank; axis++) size *= dims[axis];
    return size;
  }
};

/** Bytes of one number. */
inline size_t WidthOf(TF_DataType type) { return type == TF_UINT8 || type == TF_BOOL ? 1 : 4; }

/** One run of an operation. After a failure everything it gives is null or 0, so `ok()` is asked before any memory is touched. */
class Call {
 public:
  virtual ~Call() = default;
  bool ok() const { return fault_.empty(); }
  int inputs() const { return static_cast<int>(inputs_.size()); }
  int Rank(int input) const { return ok() ? inputs_[input].rank : 0; }
  int64_t Dim(int input, int axis) const { return axis >= 0 && axis < Rank(input) ? inputs_[input].dims[axis] : 0; }
  TF_DataType Type(int input) const { return ok() ? inputs_[input].type : TF_FLOAT; }
  std::vector<int64_t> Dims(int input) const { return {inputs_[input].dims, inputs_[input].dims + Rank(input)}; }
  /** Number of values of an input. */
  int64_t Size(int input) const { return ok() ? inputs_[input].Size() : 1; }
  template <class T = float>
  const T* Input(int input) const {
    return ok() ? static_cast<const T*>(inputs_[input].data) : nullptr;
  }
  /** The memory of a variable whose value is an input: nothing else may hold it, and nothing may read it at the same time. */
  float* Variable(int input) const { return ok() ? static_cast<float*>(inputs_[input].data) : nullptr; }
  const Array& InputArray(int input) const { return inputs_[input]; }
  /** Fails with `message` unless `condition` holds. */
  bool Expect(bool condition, const char* message) {
    if (ok() && !condition) fault_ = message;
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
  float* Output(int output, const std::vector<int64_t>& dims) { return static_cast<float*>(Output(output, TF_FLOAT, dims)); }
  /** The same for numbers of any type. */
  void* Output(int output, TF_DataType type, const std::vector<int64_t>& dims) {
    if (!Expect(dims.size() <= Array::kMaxRank, "an output has too many axes")) return nullptr;
    Array array;
    array.type = type;
    array.rank = static_cast<int>(dims.size());
    std::copy(dims.begin(), dims.end(), array.dims);
    return Allocate(output, array);
  }

 protected:
  /** Gives memory for an output that has everything but that. */
  virtual void* Allocate(int output, const Array& array) = 0;

  std::vector<Array> inputs_;
  std::string fault_;
};

/** What runs, whatever it is an instruction or a node of. */
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void Compute(Call& call) = 0;
};

template <class Kernel>
class OperationOf : public Operation {
 public:
  explicit OperationOf(Attributes& attributes) : kernel_(attributes) {}
  void Compute(Call& call) override { kernel_.Compute(call); }

 private:
  Kernel kernel_;
};

using MakeOperation = std::unique_ptr<Operation> (*)(Attributes&);

template <class Kernel>
std::unique_ptr<Operation> Make(Attributes& attributes) {
  return std::make_unique<OperationOf<Kernel>>(attributes);
}

struct Signature {
  const char* name;
  std::initializer_list<const char*> inputs;
  std::initializer_list<const char*> outputs;
  std::initializer_list<const char*> attributes;
  /** Whether it changes its inputs, so that no two of them may be taken for one. */
  bool stateful = false;
};

/** How the operations of programs are made, by name; null for a name that no operation has. */
MakeOperation FindOperation(const std::string& name);

/** Makes an operation known to programs only. */
void AddOperation(const char* name, MakeOperation make);

/** Registers an operation with TensorFlow, too; says what is wrong, if anything. */
std::string RegisterOperation(const Signature& signature, MakeOperation make, TF_KernelBuilder* builder);

/** The node of TensorFlow's graph that `context` makes, by `make`. */
void* MakeNode(TF_OpKernelConstruction* context, MakeOperation make);
void RunNode(void* operation, TF_OpKernelContext* context);
void DeleteNode(void* operation);

/** Registers an operation whose kernel is made from `Attributes` and runs by `Compute(Call&)`; says what is wrong, if anything. */
template <class Kernel>
std::string Register(const Signature& signature) {
  const auto make = [](TF_OpKernelConstruction* context) -> void* { return MakeNode(context, Make<Kernel>); };
  return RegisterOperation(signature, Make<Kernel>, TF_NewKernelBuilder(signature.name, "CPU", make, RunNode, DeleteNode));
}

}  // namespace tarea

// TensorFlow's own operations that take arrays apart and put them together, for the programs of steps (stepProgram.h).
#include <algorithm>
#include <cstring>

#include "plainOps.h"
#include "rowGather.h"

namespace tarea {
namespace {

/** values [N, ...], int32 row numbers, 0 -> values[rows]; one row drops the axis. */
struct GatherRows {
  explicit GatherRows(Attributes&) {}
  void Compute(Call& call) {
    const int64_t count = call.Dim(0, 0), rows = call.Size(1);
    call.Expect(call.Rank(0) > 0 && call.Type(1) == TF_INT32, "rows of values are asked for by their numbers");
    call.Expect(call.ok() && AreBelow(call.Input<int32_t>(1), rows, count), "a row number is out of range");
    if (!call.ok()) return;
    std::vector<int64_t> dims = call.Dims(1);
    for (int axis = 1; axis < call.Rank(0); axis++) dims.push_back(call.Dim(0, axis));
    char* const to = static_cast<char*>(call.Output(0, call.Type(0), dims));
    if (!call.ok()) return;
    const size_t bytes = count == 0 ? 0 : call.Size(0) / count * WidthOf(call.Type(0));
    for (int64_t i = 0; i < rows; i++) std::memcpy(to + i * bytes, call.Input<char>(0) + call.Input<int32_t>(1)[i] * bytes, bytes);
  }
};

/** int32 or bytes as float32. */
struct Cast {
  explicit Cast(Attributes&) {}
  void Compute(Call& call) {
    float* const to = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    if (call.Type(0) == TF_UINT8) std::copy_n(call.Input<uint8_t>(0), call.Size(0), to);
    else if (call.Type(0) == TF_INT32) std::copy_n(call.Input<int32_t>(0), call.Size(0), to);
    else std::copy_n(call.Input(0), call.Size(0), to);
  }
};

/** x [n, ...] -> n arrays [...]. */
struct Unpack {
  explicit Unpack(Attributes& attributes) : count(attributes.Int("num")) {}
  void Compute(Call& call) {
    if (!call.Expect(call.Rank(0) > 0 && call.Dim(0, 0) == count, "the first axis has another length")) return;
    const std::vector<int64_t> all = call.Dims(0), dims(all.begin() + 1, all.end());
    const int64_t each = count == 0 ? 0 : call.Size(0) / count;
    for (int i = 0; i < count; i++) {
      float* const to = call.Output(i, dims);
      if (to != nullptr) std::copy_n(call.Input(0) + i * each, each, to);
    }
  }
  int count;
};

/** n arrays [...] -> [n, ...]. */
struct Pack {
  explicit Pack(Attributes&) {}
  void Compute(Call& call) {
    std::vector<int64_t> dims = call.Dims(0);
    dims.insert(dims.begin(), call.inputs());
    const int64_t each = call.Size(0);
    for (int i = 1; i < call.inputs(); i++) call.Expect(call.Size(i) == each, "an array has another size than the others");
    float* const to = call.Output(0, dims);
    if (!call.ok()) return;
    for (int i = 0; i < call.inputs(); i++) std::copy_n(call.Input(i), each, to + i * each);
  }
};

/** A new value for the memory of a variable. */
struct Assign {
  explicit Assign(Attributes&) {}
  void Compute(Call& call) {
    if (call.Expect(call.Size(0) == call.Size(1), "a variable has another size than its new value"))
      std::copy_n(call.Input(1), call.Size(1), call.Variable(0));
  }
};

/** The lengths of an array's axes, int32, a number -> the array full of it. */
struct FillAll {
  explicit FillAll(Attributes&) {}
  void Compute(Call& call) {
    call.Expect(call.Type(0) == TF_INT32 && call.Rank(0) == 1 && call.Size(1) == 1, "an array is filled with one number");
    if (!call.ok()) return;
    const int32_t* const lengths = call.Input<int32_t>(0);
    const std::vector<int64_t> dims(lengths, lengths + call.Size(0));
    call.Expect(std::all_of(dims.begin(), dims.end(), [](int64_t length) { return length >= 0; }), "a length is negative");
    float* const to = call.Output(0, dims);
    if (!call.ok()) return;
    int64_t size = 1;
    for (const int64_t length : dims) size *= length;
    std::fill_n(to, size, *call.Input(1));
  }
};

}  // namespace

void AddPlainArrays() {
  AddOperation("GatherV2", Make<GatherRows>);
  AddOperation("Cast", Make<Cast>);
  AddOperation("Unpack", Make<Unpack>);
  AddOperation("Pack", Make<Pack>);
  AddOperation("AssignVariableOp", Make<Assign>);
  AddOperation("Fill", Make<FillAll>);
}

}  // namespace tarea

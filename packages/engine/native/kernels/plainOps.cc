// Those of TensorFlow's own operations that training steps need besides ours, for their programs (stepProgram.h).
#include <algorithm>
#include <cmath>
#include <cstring>

#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "rowGather.h"

namespace tarea {
namespace {

// Larger arrays are worked on in parts.
constexpr int64_t kLarge = 1 << 15;
constexpr int kParts = 4;

/** `each(from, to)` for stretches of `size` numbers. */
template <class Each>
void ForStretches(int64_t size, const Each& each) {
  if (size < kLarge) return each(0, size);
  Parallel(kParts, [&](int part) { each(PartStart(size, kParts, part), PartStart(size, kParts, part + 1)); });
}

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

/** The sum of arrays of one shape. */
struct AddAll {
  explicit AddAll(Attributes&) {}
  void Compute(Call& call) {
    for (int i = 1; i < call.inputs(); i++) call.Expect(call.Size(i) == call.Size(0), "an array has another size than the others");
    float* const to = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    ForStretches(call.Size(0), [&](int64_t from, int64_t end) {
      std::copy(call.Input(0) + from, call.Input(0) + end, to + from);
      for (int input = 1; input < call.inputs(); input++) {
        const float* const other = call.Input(input);
        for (int64_t i = from; i < end; i++) to[i] += other[i];
      }
    });
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

/** How two arrays meet: each one's distance along the axes of the result, 0 where it has one number for all. */
struct Meeting {
  /** Whether they do. */
  bool Fit(const Call& call) {
    rank = std::max(call.Rank(0), call.Rank(1));
    dims.resize(rank);
    for (int input = 0; input < 2; input++) {
      strides[input].resize(rank);
      int64_t stride = 1;
      for (int axis = rank - 1; axis >= 0; axis--) {
        const int own = axis - rank + call.Rank(input);
        const int64_t length = own < 0 ? 1 : call.Dim(input, own), other = OtherLength(call, 1 - input, axis);
        if (length != other && length != 1 && other != 1) return false;
        dims[axis] = length == 1 ? other : length;
        strides[input][axis] = length == 1 ? 0 : stride;
        stride *= length;
      }
    }
    return true;
  }
  int64_t OtherLength(const Call& call, int input, int axis) const {
    const int own = axis - rank + call.Rank(input);
    return own < 0 ? 1 : call.Dim(input, own);
  }
  /** Calls `each(i, a, b)` with the places of the numbers that meet, in order. */
  template <class Each>
  void ForAll(const Each& each) const {
    std::vector<int64_t> at(rank);
    int64_t size = 1, places[2] = {0, 0};
    for (const int64_t length : dims) size *= length;
    for (int64_t i = 0; i < size; i++) {
      each(i, places[0], places[1]);
      for (int axis = rank - 1; axis >= 0; axis--) {
        for (int input = 0; input < 2; input++) places[input] += strides[input][axis];
        if (++at[axis] < dims[axis]) break;
        for (int input = 0; input < 2; input++) places[input] -= strides[input][axis] * dims[axis];
        at[axis] = 0;
      }
    }
  }
  int rank = 0;
  std::vector<int64_t> dims, strides[2];
};

/** Two arrays, number by number, one of which may be spread over the other: float32, and int32 if `kInts`. */
template <class Function, bool kInts = true>
struct Binary {
  explicit Binary(Attributes&) {}
  void Compute(Call& call) {
    if (!call.Expect(call.Type(0) == call.Type(1) && (call.Type(0) == TF_FLOAT || (kInts && call.Type(0) == TF_INT32)), "two arrays have different types")) return;
    Meeting meeting;
    if (!call.Expect(meeting.Fit(call), "two arrays have shapes that do not meet")) return;
    void* const to = call.Output(0, call.Type(0), meeting.dims);
    if (!call.ok()) return;
    if constexpr (kInts) {
      if (call.Type(0) == TF_INT32) return Combine(call, meeting, static_cast<int32_t*>(to));
    }
    Combine(call, meeting, static_cast<float*>(to));
  }
  template <class T>
  static void Combine(const Call& call, const Meeting& meeting, T* to) {
    const T *const a = call.Input<T>(0), *const b = call.Input<T>(1);
    const int64_t size = std::max(call.Size(0), call.Size(1));
    if (call.Size(0) == call.Size(1) && call.Dims(0) == call.Dims(1)) {
      ForStretches(size, [&](int64_t from, int64_t end) {
        for (int64_t i = from; i < end; i++) to[i] = Function::Of(a[i], b[i]);
      });
    } else if (call.Size(1) == 1) {
      ForStretches(size, [&](int64_t from, int64_t end) {
        for (int64_t i = from; i < end; i++) to[i] = Function::Of(a[i], *b);
      });
    } else if (call.Size(0) == 1) {
      ForStretches(size, [&](int64_t from, int64_t end) {
        for (int64_t i = from; i < end; i++) to[i] = Function::Of(*a, b[i]);
      });
    } else {
      meeting.ForAll([&](int64_t i, int64_t at, int64_t other) { to[i] = Function::Of(a[at], b[other]); });
    }
  }
};

/** One or two arrays of one size, number by number, float32. */
template <class Function>
struct Each {
  explicit Each(Attributes&) {}
  void Compute(Call& call) {
    const int other = call.inputs() - 1;
    call.Expect(call.Size(0) == call.Size(other), "an array has another size than the other");
    float* const to = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    const float *const a = call.Input(0), *const b = call.Input(other);
    ForStretches(call.Size(0), [&](int64_t from, int64_t end) {
      for (int64_t i = from; i < end; i++) to[i] = Function::Of(a[i], b[i]);
    });
  }
};

struct Plus {
  template <class T>
  static T Of(T a, T b) { return a + b; }
};
struct Minus {
  template <class T>
  static T Of(T a, T b) { return a - b; }
};
struct Times {
  template <class T>
  static T Of(T a, T b) { return a * b; }
};
struct Over {
  template <class T>
  static T Of(T a, T b) { return a / b; }
};
struct Square {
  static float Of(float a, float) { return a * a; }
};
struct Negative {
  static float Of(float a, float) { return -a; }
};
struct Rectified {
  static float Of(float a, float) { return a < 0 ? 0 : a; }
};
/** Gradient, then what the rectifier took or gave. */
struct RectifiedGradient {
  static float Of(float dy, float y) { return y > 0 ? dy : 0; }
};
struct Exponential {
  static float Of(float a, float) { return a < 0 ? std::expm1(a) : a; }
};
/** Gradient, then what the unit gave. */
struct ExponentialGradient {
  static float Of(float dy, float y) { return y < 0 ? dy * (y + 1) : dy; }
};
struct HyperbolicTangent {
  static float Of(float a, float) { return std::tanh(a); }
};
struct Logistic {
  static float Of(float a, float) { return 1 / (1 + std::exp(-a)); }
};

}  // namespace

void AddPlainOperations() {
  AddOperation("GatherV2", Make<GatherRows>);
  AddOperation("Cast", Make<Cast>);
  AddOperation("Unpack", Make<Unpack>);
  AddOperation("Pack", Make<Pack>);
  AddOperation("AddN", Make<AddAll>);
  AddOperation("AssignVariableOp", Make<Assign>);
  AddOperation("AddV2", Make<Binary<Plus>>);
  AddOperation("Sub", Make<Binary<Minus>>);
  AddOperation("Mul", Make<Binary<Times>>);
  AddOperation("RealDiv", Make<Binary<Over, false>>);
  AddOperation("Square", Make<Each<Square>>);
  AddOperation("Neg", Make<Each<Negative>>);
  AddOperation("Relu", Make<Each<Rectified>>);
  AddOperation("ReluGrad", Make<Each<RectifiedGradient>>);
  AddOperation("Elu", Make<Each<Exponential>>);
  AddOperation("EluGrad", Make<Each<ExponentialGradient>>);
  AddOperation("Tanh", Make<Each<HyperbolicTangent>>);
  AddOperation("Sigmoid", Make<Each<Logistic>>);
}

}  // namespace tarea

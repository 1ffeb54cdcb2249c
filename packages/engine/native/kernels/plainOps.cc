// TensorFlow's own arithmetic that training steps need besides our operations, for their programs (stepProgram.h).
#include <algorithm>
#include <cmath>

#include "operation.h"
#include "laneMath.h"
#include "laneTools.h"
#include "plainOps.h"

namespace tarea {
namespace {

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
  /** Whether the second array's shape is the end of the first one's. */
  static bool IsEndOf(const Call& call) {
    const std::vector<int64_t> first = call.Dims(0), second = call.Dims(1);
    return second.size() <= first.size() && std::equal(second.rbegin(), second.rend(), first.rbegin());
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
    } else if (call.Size(0) == size && IsEndOf(call)) {
      const int64_t width = call.Size(1);
      ForStretches(size / width, [&](int64_t from, int64_t end) {
        for (int64_t row = from; row < end; row++)
          for (int64_t i = 0; i < width; i++) to[row * width + i] = Function::Of(a[row * width + i], b[i]);
      });
    } else {
      meeting.ForAll([&](int64_t i, int64_t at, int64_t other) { to[i] = Function::Of(a[at], b[other]); });
    }
  }
};

/** Whether the first array's numbers are above those of the second. */
struct Above {
  explicit Above(Attributes&) {}
  void Compute(Call& call) {
    Meeting meeting;
    if (!call.Expect(meeting.Fit(call), "two arrays have shapes that do not meet")) return;
    auto* const to = static_cast<uint8_t*>(call.Output(0, TF_BOOL, meeting.dims));
    if (!call.ok()) return;
    const float *const a = call.Input(0), *const b = call.Input(1);
    if (call.Size(1) == 1 && call.Rank(1) <= call.Rank(0)) {
      for (int64_t i = 0; i < call.Size(0); i++) to[i] = a[i] > *b;
    } else {
      meeting.ForAll([&](int64_t i, int64_t at, int64_t other) { to[i] = a[at] > b[other]; });
    }
  }
};

/** Which numbers are none. */
struct IsNone {
  explicit IsNone(Attributes&) {}
  void Compute(Call& call) {
    auto* const to = static_cast<uint8_t*>(call.Output(0, TF_BOOL, call.Dims(0)));
    if (!call.ok()) return;
    for (int64_t i = 0; i < call.Size(0); i++) to[i] = std::isnan(call.Input(0)[i]);
  }
};

/** Of each two numbers the first where a condition holds, else the second; a condition may be for all of a row, or for all. */
struct Select {
  explicit Select(Attributes&) {}
  void Compute(Call& call) {
    const int64_t size = call.Size(1), conditions = call.Size(0);
    call.Expect(call.Type(0) == TF_BOOL && call.Size(2) == size, "an array has another size than the other");
    call.Expect(conditions == size || conditions == 1 || conditions == call.Dim(1, 0), "there are more or fewer conditions than rows");
    float* const to = call.Output(0, call.Dims(1));
    if (!call.ok() || size == 0) return;
    const int64_t each = size / conditions;
    for (int64_t i = 0; i < size; i++) to[i] = (call.Input<uint8_t>(0)[i / each] != 0 ? call.Input(1) : call.Input(2))[i];
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

/** One array, vector by vector. */
template <Lanes (*kFunction)(Lanes)>
struct Curve {
  explicit Curve(Attributes&) {}
  void Compute(Call& call) {
    float* const to = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    const float* const from = call.Input(0);
    ForStretches(call.Size(0), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i += kLanes) {
        const int count = static_cast<int>(std::min<int64_t>(kLanes, end - i));
        StorePart(to + i, kFunction(LoadPart(from + i, count)), count);
      }
    });
  }
};

inline Lanes ExponentialUnit(Lanes x) { return x < 0.0f ? ExponentialLessOne(x) : x; }

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
struct Larger {
  template <class T>
  static T Of(T a, T b) { return a < b || b != b ? b : a; }
};
struct Smaller {
  template <class T>
  static T Of(T a, T b) { return a > b || b != b ? b : a; }
};
struct SquaredDifference {
  template <class T>
  static T Of(T a, T b) { return (a - b) * (a - b); }
};
struct Square {
  static float Of(float a, float) { return a * a; }
};
struct Negative {
  static float Of(float a, float) { return -a; }
};
struct Magnitude {
  static float Of(float a, float) { return std::fabs(a); }
};
struct Root {
  static float Of(float a, float) { return std::sqrt(a); }
};
struct InverseRoot {
  static float Of(float a, float) { return 1 / std::sqrt(a); }
};
struct Rectified {
  static float Of(float a, float) { return a < 0 ? 0 : a; }
};
/** Gradient, then what the rectifier took or gave. */
struct RectifiedGradient {
  static float Of(float dy, float y) { return y > 0 ? dy : 0; }
};
/** Gradient, then what the unit gave. */
struct ExponentialGradient {
  static float Of(float dy, float y) { return y < 0 ? dy * (y + 1) : dy; }
};
/** What the function gave, then gradient. */
struct HyperbolicTangentGradient {
  static float Of(float y, float dy) { return dy * (1 - y * y); }
};
struct LogisticGradient {
  static float Of(float y, float dy) { return dy * y * (1 - y); }
};

}  // namespace

void AddPlainOperations() {
  AddPlainArrays();
  AddPlainSums();
  AddOperation("AddN", Make<AddAll>);
  AddOperation("AddV2", Make<Binary<Plus>>);
  AddOperation("Sub", Make<Binary<Minus>>);
  AddOperation("Mul", Make<Binary<Times>>);
  AddOperation("RealDiv", Make<Binary<Over, false>>);
  AddOperation("Maximum", Make<Binary<Larger>>);
  AddOperation("Minimum", Make<Binary<Smaller>>);
  AddOperation("SquaredDifference", Make<Binary<SquaredDifference>>);
  AddOperation("BiasAdd", Make<Binary<Plus>>);
  AddOperation("Greater", Make<Above>);
  AddOperation("IsNan", Make<IsNone>);
  AddOperation("Select", Make<Select>);
  AddOperation("Abs", Make<Each<Magnitude>>);
  AddOperation("Sqrt", Make<Each<Root>>);
  AddOperation("Rsqrt", Make<Each<InverseRoot>>);
  AddOperation("Square", Make<Each<Square>>);
  AddOperation("Neg", Make<Each<Negative>>);
  AddOperation("Relu", Make<Each<Rectified>>);
  AddOperation("ReluGrad", Make<Each<RectifiedGradient>>);
  AddOperation("Elu", Make<Curve<ExponentialUnit>>);
  AddOperation("EluGrad", Make<Each<ExponentialGradient>>);
  AddOperation("Tanh", Make<Curve<HyperbolicTangent>>);
  AddOperation("TanhGrad", Make<Each<HyperbolicTangentGradient>>);
  AddOperation("Sigmoid", Make<Curve<Logistic>>);
  AddOperation("SigmoidGrad", Make<Each<LogisticGradient>>);
}

}  // namespace tarea

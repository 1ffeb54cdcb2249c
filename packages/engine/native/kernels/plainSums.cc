// TensorFlow's own sums over axes, for the programs of steps (stepProgram.h). Double precision in between.
#include <algorithm>

#include "plainOps.h"

namespace tarea {
namespace {

/** Sums over axes; `kMean`: divided by how many numbers each has. */
template <bool kMean>
struct Sum {
  explicit Sum(Attributes& attributes) : keep(attributes.Bool("keep_dims")) {}
  void Compute(Call& call) {
    std::vector<bool> isSummed(call.Rank(0));
    call.Expect(call.Type(1) == TF_INT32, "axes are int32");
    for (int64_t i = 0; i < call.Size(1) && call.ok(); i++) {
      const int given = call.Input<int32_t>(1)[i], axis = given < 0 ? given + call.Rank(0) : given;
      if (call.Expect(axis >= 0 && axis < call.Rank(0), "an axis is out of range")) isSummed[axis] = true;
    }
    std::vector<int64_t> dims;
    for (int axis = 0; axis < call.Rank(0); axis++)
      if (keep || !isSummed[axis]) dims.push_back(isSummed[axis] ? 1 : call.Dim(0, axis));
    float* const to = call.Output(0, dims);
    if (!call.ok()) return;
    int64_t count = 1;
    for (const int64_t length : dims) count *= length;
    Add(call, isSummed, count, to);
    const int64_t each = count == 0 ? 1 : call.Size(0) / count;
    if (kMean)
      for (int64_t i = 0; i < count; i++) to[i] /= static_cast<float>(each);
  }

  static void Add(const Call& call, const std::vector<bool>& isSummed, int64_t count, float* to) {
    const float* const x = call.Input(0);
    const int64_t size = call.Size(0);
    if (count == 1) {
      *to = static_cast<float>(SumAll(x, size));
      return;
    }
    std::vector<double> sums(count);
    int64_t width = 1;
    int axis = call.Rank(0) - 1;
    for (; axis >= 0 && !isSummed[axis]; axis--) width *= call.Dim(0, axis);
    const bool isAbove = std::all_of(isSummed.begin(), isSummed.begin() + axis + 1, [](bool own) { return own; });
    if (isAbove && width == count) {
      for (int64_t at = 0; at < size; at += width)
        for (int64_t i = 0; i < width; i++) sums[i] += x[at + i];
    } else {
      Places places(call, isSummed);
      for (int64_t i = 0; i < size; i++) sums[places.Next()] += x[i];
    }
    std::copy(sums.begin(), sums.end(), to);
  }

  static double SumAll(const float* x, int64_t size) {
    if (size < kPlainLarge) return SumStretch(x, size);
    double sums[kPlainParts] = {}, total = 0;
    Parallel(kPlainParts, [&](int part) {
      const int64_t from = PartStart(size, kPlainParts, part);
      sums[part] = SumStretch(x + from, PartStart(size, kPlainParts, part + 1) - from);
    });
    for (const double sum : sums) total += sum;
    return total;
  }

  static double SumStretch(const float* x, int64_t size) {
    constexpr int kSums = 16;
    double sums[kSums] = {}, total = 0;
    int64_t i = 0;
    for (; i + kSums <= size; i += kSums)
      for (int s = 0; s < kSums; s++) sums[s] += x[i + s];
    for (; i < size; i++) total += x[i];
    for (const double sum : sums) total += sum;
    return total;
  }

  /** Where the numbers of an array go, one after the other. */
  class Places {
   public:
    Places(const Call& call, const std::vector<bool>& isSummed) : dims_(call.Dims(0)), at_(dims_.size()), strides_(dims_.size()) {
      int64_t stride = 1;
      for (int axis = static_cast<int>(dims_.size()) - 1; axis >= 0; axis--) {
        strides_[axis] = isSummed[axis] ? 0 : stride;
        if (!isSummed[axis]) stride *= dims_[axis];
      }
    }
    int64_t Next() {
      const int64_t place = place_;
      for (int axis = static_cast<int>(dims_.size()) - 1; axis >= 0; axis--) {
        place_ += strides_[axis];
        if (++at_[axis] < dims_[axis]) break;
        place_ -= strides_[axis] * dims_[axis];
        at_[axis] = 0;
      }
      return place;
    }

   private:
    std::vector<int64_t> dims_, at_, strides_;
    int64_t place_ = 0;
  };

  bool keep;
};

/** x [..., C] -> its sums [C]. */
struct BiasGradient {
  explicit BiasGradient(Attributes&) {}
  void Compute(Call& call) {
    const int64_t width = call.Dim(0, call.Rank(0) - 1), size = call.Size(0);
    call.Expect(call.Rank(0) > 0 && width > 0, "there is no last axis");
    float* const to = call.Output(0, {width});
    if (!call.ok()) return;
    const int parts = size < kPlainLarge ? 1 : kPlainParts;
    std::vector<double> sums(width * parts);
    Parallel(parts, [&](int part) {
      double* const own = sums.data() + part * width;
      for (int64_t row = PartStart(size / width, parts, part); row < PartStart(size / width, parts, part + 1); row++)
        for (int64_t i = 0; i < width; i++) own[i] += call.Input(0)[row * width + i];
    });
    for (int64_t i = 0; i < width; i++) {
      for (int part = 1; part < parts; part++) sums[i] += sums[part * width + i];
      to[i] = static_cast<float>(sums[i]);
    }
  }
};

}  // namespace

void AddPlainSums() {
  AddOperation("Sum", Make<Sum<false>>);
  AddOperation("Mean", Make<Sum<true>>);
  AddOperation("BiasAddGrad", Make<BiasGradient>);
}

}  // namespace tarea

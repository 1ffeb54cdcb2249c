#include "stack.h"

#include <algorithm>
#include <limits>

#include "laneTools.h"

namespace tarea {

void PassUp(const Stack& stack, const StackArrays& at, int first, int part, int parts) {
  const long from = stack.From(part, parts);
  const int rows = stack.Rows(part, parts);
  if (rows == 0) return;
  for (int layer = first; layer < stack.layers(); layer++) {
    const float* x = (layer == 0 ? at.x : at.y[layer - 1]) + from * stack.widths[layer];
    DenseForward(stack.Layer(layer, rows), x, at.kernels[layer], at.biases[layer], stack.rectify[layer] != 0,
                 at.y[layer] + from * stack.widths[layer + 1]);
  }
}

void JoinSums(const Stack& stack, const StackArrays& at, int part, int parts, const float* sums, float scale) {
  const long units = stack.widths[1], size = stack.batch * units;
  const Lanes floor = Fill(stack.rectify[0] != 0 ? 0 : -std::numeric_limits<float>::infinity());
  for (long row = stack.From(part, parts); row < stack.From(part + 1, parts); row++) {
    for (long unit = 0; unit < units; unit += kLanes) {
      const int count = static_cast<int>(std::min<long>(kLanes, units - unit));
      const long i = row * units + unit;
      Lanes sum = LoadPart(sums + i, count);
      for (int other = 1; other < parts; other++) sum += LoadPart(sums + other * size + i, count);
      sum = sum * scale + LoadPart(at.biases[0] + unit, count);
      StorePart(at.y[0] + i, sum < floor ? floor : sum, count);
    }
  }
}

StackGradient::StackGradient(const Stack& stack, const StackArrays& arrays, int parts, bool wide, float* dx)
    : stack_(stack), at_(arrays), parts_(parts), layers_(stack.layers()), wide_(wide), dx_(dx), dz_(layers_), partials_(layers_) {}

void StackGradient::Divide(Scratch& scratch) {
  size_t size = 0;
  widest_ = 0;
  for (int layer = 0; layer < layers_; layer++) {
    const int units = stack_.widths[layer + 1];
    size += static_cast<size_t>(stack_.batch + parts_) * units + (IsPartial(layer) ? KernelSize(layer) * parts_ : 0);
    widest_ = std::max(widest_, units);
  }
  float* free = scratch.Get(size + static_cast<size_t>(stack_.batch) * widest_);
  passed_ = free;
  free += static_cast<size_t>(stack_.batch) * widest_;
  for (int layer = 0; layer < layers_; layer++) {
    dz_[layer] = free;
    free += static_cast<size_t>(stack_.batch + parts_) * stack_.widths[layer + 1];
    partials_[layer] = free;
    if (IsPartial(layer)) free += KernelSize(layer) * parts_;
  }
}

/** Whether parts add up kernel gradients of their own samples: cheaper than fetching the samples of others where the kernel is small. */
bool StackGradient::IsPartial(int layer) const {
  if (parts_ == 1 || (layer == 0 && wide_)) return false;
  return KernelSize(layer) <= static_cast<size_t>(stack_.batch) * (stack_.widths[layer] / 2 + stack_.widths[layer + 1]);
}

void StackGradient::PassDown(int part, const float* dy) const {
  const long from = stack_.From(part, parts_);
  const int rows = stack_.Rows(part, parts_);
  float* const down = passed_ + from * widest_;
  for (int layer = layers_ - 1; layer >= 0; layer--) {
    const DenseShape shape = stack_.Layer(layer, rows);
    const float* own = layer == layers_ - 1 ? dy + from * shape.units : down;
    const float* y = stack_.rectify[layer] != 0 ? at_.y[layer] + from * shape.units : nullptr;
    float* dz = dz_[layer] + from * shape.units;
    // The parts' bias gradients lie behind all samples' dz.
    DenseOutputGradient(rows, shape.units, own, y, dz, dz_[layer] + static_cast<long>(stack_.batch + part) * shape.units);
    if (IsPartial(layer)) {
      float* partial = partials_[layer] + KernelSize(layer) * part;
      if (rows > 0) DenseKernelGradient(shape, Inputs(layer) + from * shape.inputs, dz, partial);
      else std::fill(partial, partial + KernelSize(layer), 0.0f);
    }
    if (rows == 0 || (layer == 0 && (dx_ == nullptr || wide_))) continue;
    DenseInputGradient(shape, dz, at_.kernels[layer], layer == 0 ? dx_ + from * shape.inputs : down);
  }
}

void StackGradient::Join(int part, GradientTaker& taker) const {
  for (int layer = layers_ - 1; layer >= 0; layer--) {
    const DenseShape shape = stack_.Layer(layer, stack_.batch);
    const Slice slice = SliceOf(shape, parts_, part);
    if (layer == 0 && dx_ != nullptr && wide_)
      DenseInputGradient(slice.shape, dz_[0], at_.kernels[0] + slice.kernel(), dx_ + slice.from);
    if (IsPartial(layer)) {
      const long size = static_cast<long>(KernelSize(layer));
      taker.TakeSums(layer, false, partials_[layer], size, PartStart(size, parts_, part), PartStart(size, parts_, part + 1));
    } else if (slice.shape.inputs > 0) {
      taker.TakeProduct(layer, part, slice, Inputs(layer) + slice.from, dz_[layer]);
    }
    const float* biases = dz_[layer] + static_cast<long>(shape.batch) * shape.units;
    if (part == 0) taker.TakeSums(layer, true, biases, shape.units, 0, shape.units);
  }
}

}  // namespace tarea

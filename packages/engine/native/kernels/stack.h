// Fully connected layers one behind the other, worked on in parts: all of them forward, all of them backward.
#pragma once

#include <vector>

#include "dense.h"
#include "lanes.h"
#include "parallel.h"
#include "slice.h"

namespace tarea {

/**
 * A first layer this wide is shared out by its inputs, not by samples: a core that has columns of x and the rows of the kernel that they
 * meet never waits for those of another core.
 */
constexpr int kWideInputs = 256;

/** The sizes of a stack's layers. */
struct Stack {
  int batch = 0;
  std::vector<int> widths;  // of the inputs, then of each layer
  std::vector<int64_t> rectify;  // not 0 for each layer that ends in a rectifier
  int layers() const { return static_cast<int>(widths.size()) - 1; }
  DenseShape Layer(int layer, int rows) const { return {rows, widths[layer], widths[layer + 1]}; }
  long From(int part, int parts) const { return PartStart(batch, parts, part); }
  int Rows(int part, int parts) const { return static_cast<int>(From(part + 1, parts) - From(part, parts)); }
};

/** Where the arrays of a stack lie. */
struct StackArrays {
  explicit StackArrays(int layers) : kernels(layers), biases(layers), y(layers) {}
  const float* x = nullptr;
  std::vector<const float*> kernels, biases;
  /** The outputs of each layer. */
  std::vector<float*> y;
};

/** The outputs of the layers from `first` on, for the samples of one part. */
void PassUp(const Stack& stack, const StackArrays& at, int first, int part, int parts);

/** The first layer's outputs for the samples of one part: `scale` times the sums of all parts, [parts, batch, units], plus bias. */
void JoinSums(const Stack& stack, const StackArrays& at, int part, int parts, const float* sums, float scale = 1);

/** Takes the gradients of a stack's weights; each part hands out its own share of them. */
class GradientTaker {
 public:
  virtual ~GradientTaker() = default;
  /** A part's rows of a kernel: x^T dz. */
  virtual void TakeProduct(int layer, int part, const Slice& rows, const float* x, const float* dz) = 0;
  /** Numbers [from, to) of a kernel, or a bias, of `size`: the sums of what `partial` has of each part. */
  virtual void TakeSums(int layer, bool isBias, const float* partial, long size, long from, long to) = 0;
};

/** One run backward through a stack. Each part first takes its samples down through all layers, then joins what all parts have left. */
class StackGradient {
 public:
  /** `wide`: parts share the first layer out by its inputs; `dx`: where the gradient of the inputs goes, or null. */
  StackGradient(const Stack& stack, const StackArrays& arrays, int parts, bool wide, float* dx);

  /** Cuts working memory out of `scratch`. */
  void Divide(Scratch& scratch);

  /** The gradients of all layers' sums for the samples of one part, from that of the stack's outputs, [batch, units]. */
  void PassDown(int part, const float* dy) const;

  /** A part of the gradients of all kernels and biases, and of the inputs, from what all parts have left. */
  void Join(int part, GradientTaker& taker) const;

  /** The gradient of a layer's sums, [batch, units]. */
  float* dz(int layer) const { return dz_[layer]; }

 private:
  size_t KernelSize(int layer) const { return static_cast<size_t>(stack_.widths[layer]) * stack_.widths[layer + 1]; }
  bool IsPartial(int layer) const;
  const float* Inputs(int layer) const { return layer == 0 ? at_.x : at_.y[layer - 1]; }

  const Stack& stack_;
  const StackArrays& at_;
  const int parts_, layers_;
  const bool wide_;
  float* const dx_;
  std::vector<float*> dz_, partials_;
  /** The gradient of a layer's output on its way down, of each part for itself. */
  float* passed_ = nullptr;
  int widest_ = 0;
};

}  // namespace tarea

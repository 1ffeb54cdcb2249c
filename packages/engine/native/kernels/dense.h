// Fully connected layers: one thread each, row-major arrays, fixed order of sums.
#pragma once

#include <cstddef>

namespace tarea {

struct DenseShape {
  int batch;
  int inputs;
  int units;
  /** From one row of x or dx to the next; 0 stands for `inputs`. */
  int stride = 0;
  /** Whether there is one more output, the last in each row of y and dz: its weights, a column [inputs], lie by themselves. */
  bool column = false;
  /** Where each row of x begins, in floats from x on; null: rows lie a stride apart. What is written has a stride always. */
  const ptrdiff_t* lines = nullptr;

  int Stride() const { return stride == 0 ? inputs : stride; }
  int Outputs() const { return units + column; }
};

/** How a weight changes by its gradient g; s0 and s1 are its slots. */
struct UpdateRule {
  enum Kind { kSgd, kMomentum, kNesterov, kAdagrad, kAdam } kind;
  float rate;
  /** Momentum; beta1 of Adam. */
  float first;
  /** beta2 of Adam. */
  float second;
  float epsilon;
};

/**
 * y[batch, units] = x[batch, inputs] w[inputs, units] + bias[units], rectified if asked; `bias` may be null. With a column, y has its
 * sums, as they are, behind the others.
 */
void DenseForward(const DenseShape& shape, const float* x, const float* w, const float* bias, bool rectify, float* y,
                  const float* column = nullptr);

/** dz = dy where y > 0, else 0, or dy itself where `y` is null; dbias[units] = sum of dz over the batch, unless null. dz may be dy. */
void DenseOutputGradient(int batch, int units, const float* dy, const float* y, float* dz, float* dbias);

/** dx[batch, inputs] = dz[batch, units] w^T, and what goes through the column. */
void DenseInputGradient(const DenseShape& shape, const float* dz, const float* w, float* dx, const float* column = nullptr);

/** dw[inputs, units] = x^T dz, and the column's own gradient [inputs]. */
void DenseKernelGradient(const DenseShape& shape, const float* x, const float* dz, float* dw, float* dcolumn = nullptr);

/** Updates w by the gradient x^T dz, tile by tile, so that the gradient never goes through memory; a column's is handed out. */
void DenseKernelUpdate(const DenseShape& shape, const float* x, const float* dz, const UpdateRule& rule, float* w, float* s0,
                       float* s1, float* dcolumn = nullptr);

/** Updates `count` weights by the gradient g. */
void ApplyUpdate(const UpdateRule& rule, long count, const float* g, float* w, float* s0, float* s1);

}  // namespace tarea

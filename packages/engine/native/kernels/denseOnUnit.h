// Fully connected layers on the matrix unit: while it multiplies, the factors that come next are brought into parts.
#pragma once

#include "byteTiles.h"
#include "dense.h"

namespace tarea {

/** Whether a layer is large enough for the matrix unit, and there is one. */
bool UnitPays(const DenseShape& shape);

/** The same for a batch of bytes (byteTiles.h). */
bool UnitPaysForBytes(const DenseShape& shape);

/** As DenseForward. */
void ForwardOnUnit(const DenseShape& shape, const float* x, const float* w, const float* bias, bool rectify, float* y, const float* column);

/** The sums y = x w of a batch of bytes. */
void BytesForward(const DenseShape& shape, const ByteTiles& x, const float* w, float* y);

/** As DenseKernelUpdate, for a batch of bytes. */
void BytesKernelUpdate(const DenseShape& shape, const ByteTiles& x, const float* dz, const UpdateRule& rule, float* w, float* s0, float* s1);

/** As DenseInputGradient. */
void InputGradientOnUnit(const DenseShape& shape, const float* dz, const float* w, float* dx, const float* column);

}  // namespace tarea

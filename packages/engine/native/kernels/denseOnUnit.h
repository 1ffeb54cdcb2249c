// Fully connected layers on the matrix unit: while it multiplies, the factors that come next are brought into parts.
#pragma once

#include "dense.h"

namespace tarea {

/** Whether a layer is large enough for the matrix unit, and there is one. */
bool UnitPays(const DenseShape& shape);

/** As DenseForward. */
void ForwardOnUnit(const DenseShape& shape, const float* x, const float* w, const float* bias, bool rectify, float* y, const float* column);

/** As DenseInputGradient. */
void InputGradientOnUnit(const DenseShape& shape, const float* dz, const float* w, float* dx, const float* column);

}  // namespace tarea

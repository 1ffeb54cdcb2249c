// Convolutions with many channels on the matrix unit: products of the pixels under the filter, read where they lie, and the filter.
#pragma once

#include "convLayout.h"

namespace tarea {

/** Whether a convolution, or its gradient, is faster this way. */
bool ForwardPaysOnUnit(const ConvShape& shape);
bool BackwardPaysOnUnit(const ConvShape& shape);

/** As ConvForward. */
void ConvForwardOnUnit(const ConvShape& shape, const ConvLayout& layout, const float* x, const float* filter, const float* bias, float* y,
                       float* saved);

/** As ConvBackward. */
void ConvBackwardOnUnit(const ConvShape& shape, const ConvLayout& layout, const float* dy, const float* filter, const float* saved,
                        float* dx, float* dfilter, float* dbias);

}  // namespace tarea

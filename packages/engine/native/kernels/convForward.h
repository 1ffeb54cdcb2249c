// The forward pass of one sample, with the filters in the lanes.
#pragma once

#include "convLayout.h"

namespace tarea {

/** Vectors of filters that one tile computes at once. */
constexpr int kFilterVectors = 2;

/** Floats of the filter and the bias as `ConvForwardImage` wants them. */
size_t PackedFilterSize(const ConvShape& shape, const ConvLayout& layout);

/** filter[taps, filters] -> blocks of up to kFilterVectors vectors, each [1 + taps, vectors]: first the bias, then the taps. */
void PackFilter(const ConvShape& shape, const ConvLayout& layout, const float* filter, const float* bias, float* packed);

/** y of one sample, and its winners unless null. */
void ConvForwardImage(const ConvShape& shape, const ConvLayout& layout, const float* padded, const float* packed, float* y,
                      void* winners);

}  // namespace tarea

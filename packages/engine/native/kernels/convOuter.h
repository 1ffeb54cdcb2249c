// The filter's gradient with the filters in the lanes: for kernels of few taps.
#pragma once

#include "convLayout.h"

namespace tarea {

/** One sample; as in ConvBackwardPass. */
struct OuterProduct {
  const float* padded;
  const float* dz;
  const int* at;
  const int* windows;
  const int* offsets;
};

/** Whether this is faster than sums over lists, whose entries take `vectors` vectors. */
bool OuterPays(const ConvShape& shape, const ConvLayout& layout, int vectors);

/** dfilter[taps, filterLanes] += padded image at each position's taps x dz; lanes behind the filters are 0. */
void AddOuter(const ConvShape& shape, const ConvLayout& layout, const OuterProduct& product, float* dfilter);

}  // namespace tarea

// Convolutions with steps of one on the matrix unit. Images lie in one grid with zeros between them, so that what any 16 positions in a row
// see of one channel's neighbourhood lies there in equal steps: tiles are read in place, for every place of the filter.
#pragma once

#include "conv.h"
#include "matrixUnit.h"

namespace tarea {

/** Images as they lie in memory: distances in floats. */
struct Images {
  const float* data;
  ptrdiff_t image, row;
};

/** Whether a convolution is done so: its steps are one, and few positions of the grid are wasted. */
bool GridPays(const ConvShape& shape);

/**
 * y[batch, outHeight, outWidth, filters] of `shape`, whose strides are 1, channels a multiple of 32 and filters of 16; no pool. `filter`:
 * the right factor, [kernelHeight * kernelWidth * channels, filters]; `bias` may be null.
 */
void ConvolveGrid(const ConvShape& shape, const Images& x, const Factor& filter, const float* bias, float* y);

}  // namespace tarea

// Convolutions over images with few channels, each with its rectifier and its maximum pool: one thread each, fixed order of sums.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tarea {

/** A block of layers: convolution, bias, rectifier if asked, maximum pool if asked (`poolHeight` 1 and `poolWidth` 1: none). */
struct ConvShape {
  int batch, height, width, channels;
  int kernelHeight, kernelWidth, filters;
  int strideHeight, strideWidth;
  /** Zeros before the first row and column; what is missing after the last ones is zero too. */
  int padTop, padLeft;
  /** Of the convolution, before the pool. */
  int outHeight, outWidth;
  bool rectify;
  /** The pool's windows do not overlap and begin at the edge; rows and columns left over at the end are dropped. */
  int poolHeight, poolWidth;

  int pooledHeight() const { return outHeight / poolHeight; }
  int pooledWidth() const { return outWidth / poolWidth; }
};

/** Number of floats (4 bytes each) that the forward pass keeps for the backward pass. */
size_t ConvSavedSize(const ConvShape& shape);

/**
 * x[batch, height, width, channels], filter[kernelHeight, kernelWidth, channels, filters], bias[filters] or null
 * -> y[batch, pooledHeight, pooledWidth, filters]. `saved` may be null when there will be no backward pass.
 */
void ConvForward(const ConvShape& shape, const float* x, const float* filter, const float* bias, float* y, float* saved);

/** dy as y; dx as x, or null when nobody wants it; dfilter as filter; dbias[filters] or null. `saved` is as ConvForward left it. */
void ConvBackward(const ConvShape& shape, const float* dy, const float* filter, const float* saved, float* dx, float* dfilter,
                  float* dbias);

}  // namespace tarea

#include "denseOnUnit.h"

#include <algorithm>

#include "laneTools.h"
#include "matrixUnit.h"

namespace tarea {
namespace {

// Below this the processor's vectors are as fast.
constexpr int kMinBatch = 64;
constexpr double kMinProduct = 4e6, kMinBytesProduct = 2e5;

}  // namespace

bool UnitPays(const DenseShape& shape) {
  return shape.batch >= kMinBatch && std::min(shape.inputs, shape.units) >= 2 * kTileSide &&
         static_cast<double>(shape.batch) * shape.inputs * shape.units >= kMinProduct && HasMatrixUnit();
}

bool UnitPaysForBytes(const DenseShape& shape) {
  return static_cast<double>(shape.batch) * shape.inputs * shape.units >= kMinBytesProduct && HasMatrixUnit();
}

void ForwardOnUnit(const DenseShape& shape, const float* x, const float* w, const float* bias, bool rectify, float* y, const float* column) {
  static thread_local Scratch scratch;
  Factor left = {shape.batch, shape.inputs, x, shape.Stride(), true, shape.lines};
  Factor right = {shape.Outputs(), shape.inputs, w, shape.units, false};
  right.last = column;
  Product product{};
  product.c = y;
  product.cStride = shape.Outputs();
  product.bias = bias;
  if (column != nullptr && bias != nullptr) {
    float* const padded = scratch.Get(RoundUp(shape.Outputs(), kLanes));
    std::copy(bias, bias + shape.units, padded);
    padded[shape.units] = 0;
    product.bias = padded;
  }
  product.rectify = rectify;
  product.rectified = shape.units;
  MultiplyFactors(left, right, product);
}

void BytesForward(const DenseShape& shape, const ByteTiles& x, const float* w, float* y) {
  // Samples whose tiles stay in the cache of the second level beside the kernel's.
  constexpr int kSamples = 8 * kTileSide;
  static thread_local Scratch scratch;
  float* const parts = scratch.Get(SplitSize(shape.units, shape.inputs));
  Splitting split;
  split.StartRight({shape.units, shape.inputs, w, shape.units, false}, parts);
  split.Finish();
  Product product{};
  product.columns = shape.units;
  product.depth = shape.inputs;
  product.isExact = true;
  product.b = parts;
  product.cStride = shape.units;
  for (int sample = 0; sample < shape.batch; sample += kSamples) {
    product.rows = std::min(kSamples, shape.batch - sample);
    product.a = x.Samples(sample);
    product.c = y + static_cast<ptrdiff_t>(sample) * shape.units;
    MultiplySplit(product, nullptr);
  }
}

void InputGradientOnUnit(const DenseShape& shape, const float* dz, const float* w, float* dx, const float* column) {
  Factor left = {shape.batch, shape.Outputs(), dz, shape.Outputs(), true};
  Factor right = {shape.inputs, shape.Outputs(), w, shape.units, true};
  right.last = column;
  Product product{};
  product.c = dx;
  product.cStride = shape.Stride();
  MultiplyFactors(left, right, product);
}

}  // namespace tarea

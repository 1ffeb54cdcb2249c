#include "conv.h"

#include "convBackward.h"
#include "convBatch.h"
#include "convForward.h"
#include "convLayout.h"
#include "convOnUnit.h"

namespace tarea {

void ConvForward(const ConvShape& shape, const float* x, const float* filter, const float* bias, float* y, float* saved) {
  const ConvLayout layout(shape);
  if (ForwardPaysOnUnit(shape)) return ConvForwardOnUnit(shape, layout, x, filter, bias, y, saved);
  thread_local Scratch filterScratch, imageScratch;
  const size_t xSize = static_cast<size_t>(shape.height) * shape.width * shape.channels;
  const size_t ySize = layout.outputs;
  const size_t imageSize = layout.imageSize;
  float* const packed = filterScratch.Get(PackedFilterSize(shape, layout));
  float* const images = saved ? saved : imageScratch.Get(imageSize * std::min(shape.batch, kLanes));
  float* const winners = saved && layout.hasWinners ? saved + shape.batch * imageSize : nullptr;
  bool isPacked = false;
  for (int sample = 0, count; sample < shape.batch; sample += count) {
    count = std::min(kLanes, shape.batch - sample);
    float* const padded = saved ? images + sample * imageSize : images;
    float* const itsWinners = winners ? winners + sample * static_cast<size_t>(layout.winnersSize) : nullptr;
    float* const itsY = y + sample * ySize;
    const float* const itsX = x + sample * xSize;
    if (BatchPays(shape, layout, count)) {
      ConvForwardBatch(shape, layout, {count, itsX, padded, filter, bias, itsY, itsWinners});
      continue;
    }
    if (!isPacked) PackFilter(shape, layout, filter, bias, packed);
    isPacked = true;
    for (int i = 0; i < count; i++) {
      PadRows(shape, layout, itsX + i * xSize, 0, layout.paddedHeight, padded + i * imageSize);
      ConvForwardImage(shape, layout, padded + i * imageSize, packed, itsY + i * ySize,
                       itsWinners ? itsWinners + i * static_cast<size_t>(layout.winnersSize) : nullptr);
    }
  }
}

namespace {

/** filter[taps, channels, filters] -> turned[taps, filters, channels], last tap first. */
void TurnFilter(const ConvShape& shape, const float* filter, float* turned) {
  const int size = shape.channels * shape.filters, taps = shape.kernelHeight * shape.kernelWidth;
  for (int tap = 0; tap < taps; tap++) {
    Transpose(shape.channels, shape.filters, filter + static_cast<size_t>(tap) * size, shape.filters,
              turned + static_cast<size_t>(taps - 1 - tap) * size, shape.channels);
  }
}

}  // namespace

void ConvBackward(const ConvShape& shape, const float* dy, const float* filter, const float* saved, float* dx, float* dfilter,
                  float* dbias) {
  const ConvLayout layout(shape);
  if (BackwardPaysOnUnit(shape)) return ConvBackwardOnUnit(shape, layout, dy, filter, saved, dx, dfilter, dbias);
  thread_local Scratch imageScratch, gradientScratch, filterScratch;
  const bool turn = dx && layout.window == 1 && shape.strideHeight == 1 && shape.strideWidth == 1;
  const bool scatter = dx && !turn;
  const size_t xSize = static_cast<size_t>(shape.height) * shape.width * shape.channels;
  const size_t ySize = layout.outputs;
  float* dxPadded = scatter ? imageScratch.Get(layout.imageSize) : nullptr;
  float* dz = layout.hasWinners ? gradientScratch.Get((turn ? shape.batch : 1) * ySize + kLanes) : nullptr;
  const float* winners = saved + shape.batch * static_cast<size_t>(layout.imageSize);
  ConvBackwardPass pass(shape, layout, scatter ? filter : nullptr);
  for (size_t sample = 0; sample < static_cast<size_t>(shape.batch); sample++) {
    pass.Begin(layout.hasWinners ? winners + sample * layout.winnersSize : nullptr, dy + sample * ySize,
               turn && dz ? dz + sample * ySize : dz);
    pass.AddToFilters(saved + sample * layout.imageSize);
    if (scatter) {
      pass.AddToImage(dxPadded);
      Unpad(shape, layout, dxPadded, dx + sample * xSize);
    }
  }
  pass.Finish(dfilter, dbias);
  if (turn) {
    const int taps = shape.kernelHeight * shape.kernelWidth;
    float* turned = filterScratch.Get(static_cast<size_t>(taps) * shape.channels * shape.filters);
    TurnFilter(shape, filter, turned);
    ConvForward(InputGradientShape(shape), dz ? dz : dy, turned, nullptr, dx, nullptr);
  }
}

}  // namespace tarea

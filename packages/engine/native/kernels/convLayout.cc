#include "convLayout.h"

namespace tarea {

namespace {

/** Part of a line of the image that the padded line holds: `count` from `first` of the image, at `at` of the padded line. */
struct Overlap {
  int first, at, count;
};

Overlap OverlapOf(int size, int pad, int paddedSize) {
  const int first = std::min(size, std::max(0, -pad));
  const int at = std::max(0, pad);
  return {first, at, std::max(0, std::min(size - first, paddedSize - at))};
}

inline void Zero(float* to, size_t count) {
  if (count > 0) std::memset(to, 0, count * sizeof(float));
}

}  // namespace

size_t ConvSavedSize(const ConvShape& shape) {
  const ConvLayout layout(shape);
  return static_cast<size_t>(shape.batch) * (layout.imageSize + layout.winnersSize);
}

ConvShape InputGradientShape(const ConvShape& shape) {
  ConvShape back = shape;
  back.height = shape.outHeight, back.width = shape.outWidth, back.channels = shape.filters;
  back.filters = shape.channels;
  back.padTop = shape.kernelHeight - 1 - shape.padTop, back.padLeft = shape.kernelWidth - 1 - shape.padLeft;
  back.outHeight = shape.height, back.outWidth = shape.width;
  back.rectify = false;
  return back;
}

void PadRows(const ConvShape& shape, const ConvLayout& layout, const float* x, int from, int to, float* padded) {
  const Overlap tall = OverlapOf(shape.height, shape.padTop, layout.paddedHeight);
  const Overlap wide = OverlapOf(shape.width, shape.padLeft, layout.paddedWidth);
  const size_t lineSize = static_cast<size_t>(shape.width) * shape.channels, rowSize = layout.rowSize;
  const size_t left = static_cast<size_t>(wide.at) * shape.channels, count = static_cast<size_t>(wide.count) * shape.channels;
  const float* inside = x + static_cast<size_t>(wide.first) * shape.channels;
  for (int row = from; row < to; row++) {
    float* line = padded + row * rowSize;
    const int source = row - tall.at;
    if (source < 0 || source >= tall.count || count == 0) {
      Zero(line, rowSize);
      continue;
    }
    Zero(line, left);
    std::memcpy(line + left, inside + (tall.first + source) * lineSize, count * sizeof(float));
    Zero(line + left + count, rowSize - left - count);
  }
  if (to == layout.paddedHeight) Zero(padded + to * rowSize, layout.imageSize - to * rowSize);
}

void Unpad(const ConvShape& shape, const ConvLayout& layout, const float* padded, float* x) {
  const Overlap tall = OverlapOf(shape.height, shape.padTop, layout.paddedHeight);
  const Overlap wide = OverlapOf(shape.width, shape.padLeft, layout.paddedWidth);
  const size_t lineSize = static_cast<size_t>(shape.width) * shape.channels;
  const size_t before = static_cast<size_t>(wide.first) * shape.channels;
  const size_t count = static_cast<size_t>(wide.count) * shape.channels;
  const float* from = padded + static_cast<size_t>(tall.at) * layout.rowSize + static_cast<size_t>(wide.at) * shape.channels;
  float* to = x + tall.first * lineSize;
  Zero(x, to - x);
  for (int row = 0; row < tall.count; row++, to += lineSize, from += layout.rowSize) {
    Zero(to, before);
    if (count > 0) std::memcpy(to + before, from, count * sizeof(float));
    Zero(to + before + count, lineSize - before - count);
  }
  Zero(to, x + shape.height * lineSize - to);
}

}  // namespace tarea

#include "convOnUnit.h"

#include <cstring>
#include <vector>

#include "convGrid.h"
#include "matrixUnit.h"
#include "workspace.h"

namespace tarea {
namespace {

/** Channels times filters from which on the unit is faster, and channels and filters from which on it is where images lie in a grid. */
constexpr int kMinProduct = 64 * 96, kMinChannels = 32;
/** Samples that are padded at a time where nobody keeps them. */
constexpr int kGroup = 16;
constexpr uint8_t kBlocked = 255;

/** What `place(sample, row, column)` gives for all outputs of a convolution, in their order. */
template <class Place>
std::vector<ptrdiff_t> ForOutputs(const ConvShape& shape, Place place) {
  std::vector<ptrdiff_t> places;
  places.reserve(static_cast<size_t>(shape.batch) * shape.outHeight * shape.outWidth);
  for (ptrdiff_t sample = 0; sample < shape.batch; ++sample)
    for (int row = 0; row < shape.outHeight; ++row)
      for (int column = 0; column < shape.outWidth; ++column) places.push_back(place(sample, row, column));
  return places;
}

/** What a filter sees of padded images, as a factor: the numbers under it for each position of the filter. */
class Patches {
 public:
  Patches(const ConvShape& shape, const ConvLayout& layout, const float* padded)
      : size_(shape.kernelHeight * shape.kernelWidth * shape.channels), channels_(shape.channels), padded_(padded) {
    positions_ = ForOutputs(shape, [&](ptrdiff_t sample, int row, int column) {
      return sample * layout.imageSize + row * shape.strideHeight * layout.rowSize + column * shape.strideWidth * shape.channels;
    });
    for (int row = 0; row < shape.kernelHeight; ++row)
      for (int column = 0; column < shape.kernelWidth; ++column) places_.push_back(row * layout.rowSize + column * shape.channels);
  }
  Patches(const Patches&) = delete;

  /** Positions are rows, or along the depth. */
  Factor AsRows() const { return Make(static_cast<int>(positions_.size()), size_, true); }
  Factor AlongDepth() const { return Make(size_, static_cast<int>(positions_.size()), false); }
  int size() const { return size_; }

 private:
  Factor Make(int count, int depth, bool isAlong) const {
    Factor factor = {count, depth, padded_, 0, isAlong};
    factor.lines = positions_.data();
    factor.pieces = places_.data();
    factor.run = channels_;
    return factor;
  }

  const int size_, channels_;
  const float* const padded_;
  std::vector<ptrdiff_t> positions_, places_;
};

bool FillsTiles(const ConvShape& shape) {
  const auto fills = [](int width) { return width >= kMinChannels && width % kTileDepth == 0; };
  return shape.poolHeight * shape.poolWidth == 1 && fills(shape.channels) && fills(shape.filters) && HasMatrixUnit();
}

void PadImages(const ConvShape& shape, const ConvLayout& layout, const float* x, float* padded) {
  const size_t size = static_cast<size_t>(shape.height) * shape.width * shape.channels;
  for (size_t i = 0; i < static_cast<size_t>(shape.batch); ++i)
    PadRows(shape, layout, x + i * size, 0, layout.paddedHeight, padded + i * layout.imageSize);
}

void MarkBlocked(const float* y, int count, uint8_t* winners) {
  for (int i = 0; i < count; ++i) winners[i] = y[i] > 0 ? 0 : kBlocked;
}

/** dz = dy where the rectifier let something through; adds up dbias[filters]. */
void PassRectifier(const ConvShape& shape, const uint8_t* winners, const float* dy, float* dz, float* dbias) {
  for (int position = 0; position < shape.outHeight * shape.outWidth; ++position, dy += shape.filters, dz += shape.filters) {
    for (int f = 0; f < shape.filters; f += kLanes) {
      Lanes g = Load(dy + f);
      if (winners != nullptr) {
        const Integers blocked = Widen(winners + f) != Integers{};
        g = blocked ? Lanes{} : g;
      }
      Store(dz + f, g);
      Store(dbias + f, Load(dbias + f) + g);
    }
    if (winners != nullptr) winners += shape.filters;
  }
}

/** Along one axis: positions of the image that meet the same taps, since a step of the filter is longer than one. */
struct Phase {
  Phase(int size, int kernel, int stride, int pad, int residue) {
    for (int at = 0; at < size; ++at)
      if ((at + pad) % stride == residue) positions.push_back(at);
    for (int tap = residue; tap < kernel; tap += stride) taps.push_back(tap);
  }
  std::vector<int> positions, taps;
};

/** The gradient of outputs with zeros around it, such that an image's position meets as many outputs as there are taps. */
class OutputGradients {
 public:
  explicit OutputGradients(const ConvShape& shape)
      : shape_(ShapeFor(shape)), layout_(shape_), memory_(static_cast<size_t>(shape.batch) * layout_.imageSize), data_(memory_.data()) {}
  void Take(int sample, const float* dz) { PadRows(shape_, layout_, dz, 0, layout_.paddedHeight, data_ + At(sample, 0, 0)); }
  ptrdiff_t At(ptrdiff_t sample, int row, int column) const {
    return sample * layout_.imageSize + row * layout_.rowSize + column * shape_.channels;
  }
  const float* data() const { return data_; }
  Images AsImages() const { return {data_ + At(0, top(), left()), layout_.imageSize, layout_.rowSize}; }
  /** Zeros before the first row and column. */
  int top() const { return shape_.padTop; }
  int left() const { return shape_.padLeft; }

 private:
  static ConvShape ShapeFor(const ConvShape& shape) {
    ConvShape own = shape;
    own.height = shape.outHeight, own.width = shape.outWidth, own.channels = shape.filters;
    own.kernelHeight = (shape.kernelHeight + shape.strideHeight - 1) / shape.strideHeight;
    own.kernelWidth = (shape.kernelWidth + shape.strideWidth - 1) / shape.strideWidth;
    own.padTop = own.kernelHeight - 1, own.padLeft = own.kernelWidth - 1;
    own.outHeight = (shape.height - 1 + shape.padTop) / shape.strideHeight + 1;
    own.outWidth = (shape.width - 1 + shape.padLeft) / shape.strideWidth + 1;
    own.strideHeight = own.strideWidth = 1;
    return own;
  }
  const ConvShape shape_;
  const ConvLayout layout_;
  const Workspace memory_;
  float* const data_;
};

void FilterGradient(const ConvShape& shape, const ConvLayout& layout, const OutputGradients& dz, const float* padded, float* dfilter) {
  const Patches patches(shape, layout, padded);
  const std::vector<ptrdiff_t> outputs = ForOutputs(
      shape, [&](ptrdiff_t sample, int row, int column) { return dz.At(sample, dz.top() + row, dz.left() + column); });
  Factor left = {shape.filters, static_cast<int>(outputs.size()), dz.data(), 0, false};
  left.lines = outputs.data();
  const Workspace turned(static_cast<size_t>(shape.filters) * patches.size());
  Product product{};
  product.c = turned.data();
  product.cStride = patches.size();
  MultiplyFactors(left, patches.AlongDepth(), product);
  Transpose(shape.filters, patches.size(), product.c, product.cStride, dfilter, shape.filters);
}

/** The positions of the image in one phase of each axis. */
void ImagePhase(const ConvShape& shape, const OutputGradients& dz, const Phase& tall, const Phase& wide, const float* filter, float* dx) {
  const int size = shape.channels * shape.filters;
  std::vector<ptrdiff_t> lines, targets, places, taps;
  for (int sample = 0; sample < shape.batch; ++sample)
    for (const int row : tall.positions)
      for (const int column : wide.positions) {
        lines.push_back(dz.At(sample, (row + shape.padTop) / shape.strideHeight, (column + shape.padLeft) / shape.strideWidth));
        targets.push_back(((static_cast<ptrdiff_t>(sample) * shape.height + row) * shape.width + column) * shape.channels);
      }
  for (const int row : tall.taps)
    for (const int column : wide.taps) {
      places.push_back(dz.At(0, dz.top() - row / shape.strideHeight, dz.left() - column / shape.strideWidth));
      taps.push_back(static_cast<ptrdiff_t>(row * shape.kernelWidth + column) * size);
    }
  if (lines.empty()) return;
  if (taps.empty()) {
    for (const ptrdiff_t target : targets) std::memset(dx + target, 0, shape.channels * sizeof(float));
    return;
  }
  const int depth = static_cast<int>(taps.size()) * shape.filters;
  Factor left = {static_cast<int>(lines.size()), depth, dz.data(), 0, true};
  left.lines = lines.data();
  left.pieces = places.data();
  Factor right = {shape.channels, depth, filter, shape.filters, true};
  right.pieces = taps.data();
  left.run = right.run = shape.filters;
  const bool isWhole = lines.size() == static_cast<size_t>(shape.batch) * shape.height * shape.width;
  const Workspace gathered(isWhole ? 0 : lines.size() * shape.channels);
  Product product{};
  product.c = isWhole ? dx : gathered.data();
  product.cStride = shape.channels;
  MultiplyFactors(left, right, product);
  for (size_t i = 0; i < targets.size() && !isWhole; ++i)
    std::memcpy(dx + targets[i], product.c + i * shape.channels, shape.channels * sizeof(float));
}

/** The filter is turned by 180 degrees. */
void TurnedConvolution(const ConvShape& shape, const OutputGradients& dz, const float* filter, float* dx) {
  std::vector<ptrdiff_t> taps;
  for (int tap = shape.kernelHeight * shape.kernelWidth - 1; tap >= 0; --tap)
    taps.push_back(static_cast<ptrdiff_t>(tap) * shape.channels * shape.filters);
  Factor turned = {shape.channels, static_cast<int>(taps.size()) * shape.filters, filter, shape.filters, true};
  turned.pieces = taps.data();
  turned.run = shape.filters;
  ConvolveGrid(InputGradientShape(shape), dz.AsImages(), turned, nullptr, dx);
}

void ImageGradient(const ConvShape& shape, const OutputGradients& dz, const float* filter, float* dx) {
  if (GridPays(shape) && GridPays(InputGradientShape(shape))) return TurnedConvolution(shape, dz, filter, dx);
  for (int row = 0; row < shape.strideHeight; ++row) {
    const Phase tall(shape.height, shape.kernelHeight, shape.strideHeight, shape.padTop, row);
    for (int column = 0; column < shape.strideWidth; ++column)
      ImagePhase(shape, dz, tall, Phase(shape.width, shape.kernelWidth, shape.strideWidth, shape.padLeft, column), filter, dx);
  }
}

}  // namespace

bool ForwardPaysOnUnit(const ConvShape& shape) {
  return FillsTiles(shape) && (shape.channels * shape.filters >= kMinProduct || GridPays(shape));
}

bool BackwardPaysOnUnit(const ConvShape& shape) { return FillsTiles(shape) && shape.channels * shape.filters >= kMinProduct; }

void ConvForwardOnUnit(const ConvShape& shape, const ConvLayout& layout, const float* x, const float* filter, const float* bias, float* y,
                       float* saved) {
  const ptrdiff_t row = static_cast<ptrdiff_t>(shape.width) * shape.channels, image = shape.height * row;
  const Factor right = {shape.filters, shape.kernelHeight * shape.kernelWidth * shape.channels, filter, shape.filters, false};
  if (saved != nullptr) PadImages(shape, layout, x, saved);
  if (GridPays(shape)) {
    ConvolveGrid(shape, {x, image, row}, right, bias, y);
  } else {
    const int group = saved == nullptr ? kGroup : shape.batch;
    const Workspace images(saved == nullptr ? static_cast<size_t>(std::min(group, shape.batch)) * layout.imageSize : 0);
    for (int sample = 0; sample < shape.batch; sample += group) {
      ConvShape own = shape;
      own.batch = std::min(group, shape.batch - sample);
      float* const padded = saved == nullptr ? images.data() : saved;
      if (saved == nullptr) PadImages(own, layout, x + sample * image, padded);
      const Patches patches(own, layout, padded);
      Product product{};
      product.c = y + static_cast<size_t>(sample) * layout.outputs;
      product.cStride = product.rectified = shape.filters;
      product.bias = bias;
      product.rectify = shape.rectify;
      MultiplyFactors(patches.AsRows(), right, product);
    }
  }
  if (saved == nullptr || !layout.hasWinners) return;
  float* const winners = saved + static_cast<size_t>(shape.batch) * layout.imageSize;
  for (size_t sample = 0; sample < static_cast<size_t>(shape.batch); ++sample)
    MarkBlocked(y + sample * layout.outputs, layout.outputs, reinterpret_cast<uint8_t*>(winners + sample * layout.winnersSize));
}

void ConvBackwardOnUnit(const ConvShape& shape, const ConvLayout& layout, const float* dy, const float* filter, const float* saved,
                        float* dx, float* dfilter, float* dbias) {
  thread_local Scratch sampleScratch;
  float* const sums = sampleScratch.Get(layout.outputs + shape.filters);
  float* const dz = sums + shape.filters;
  OutputGradients gradients(shape);
  std::fill(sums, sums + shape.filters, 0.0f);
  const float* winners = saved + static_cast<size_t>(shape.batch) * layout.imageSize;
  for (int sample = 0; sample < shape.batch; ++sample, dy += layout.outputs, winners += layout.winnersSize) {
    PassRectifier(shape, layout.hasWinners ? reinterpret_cast<const uint8_t*>(winners) : nullptr, dy, dz, sums);
    gradients.Take(sample, dz);
  }
  if (dbias != nullptr) std::copy(sums, sums + shape.filters, dbias);
  FilterGradient(shape, layout, gradients, saved, dfilter);
  if (dx != nullptr) ImageGradient(shape, gradients, filter, dx);
}

}  // namespace tarea

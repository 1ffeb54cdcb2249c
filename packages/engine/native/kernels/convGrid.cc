#include "convGrid.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "laneTools.h"
#include "tiles.h"
#include "workspace.h"

namespace tarea {

#if defined(TAREA_MATRIX_UNIT)

namespace {

/** Bytes of images in parts that stay in the cache of the second level beside two columns of tiles of the filter. */
constexpr size_t kGroupBytes = 500000;
/** Share of the grid's positions that must give outputs. */
constexpr double kMinUse = 0.72;

/** Where images and outputs lie in the grid: zeros behind each row and image also stand before the next. */
struct Grid {
  explicit Grid(const ConvShape& shape)
      : width(shape.width + Zeros(shape.padLeft, shape.width, shape.kernelWidth, shape.outWidth)),
        height(shape.height + Zeros(shape.padTop, shape.height, shape.kernelHeight, shape.outHeight)),
        image(width * height),
        lead(shape.padTop * width + shape.padLeft),
        reach((shape.kernelHeight - 1) * width + shape.kernelWidth - 1) {}
  static int Zeros(int before, int size, int kernel, int out) { return std::max(before, out - 1 + kernel - 1 - before - (size - 1)); }

  /** Positions of a row, rows of an image, positions of an image. */
  int width, height, image;
  /** Zeros before the first image; positions that the filter reaches behind the one that it begins at. */
  int lead, reach;
};

/** A few images in parts. */
class GridImages {
 public:
  GridImages(const ConvShape& shape, const Grid& grid, int images)
      : shape_(shape),
        grid_(grid),
        part_((RoundUp(grid.lead + images * grid.image + grid.reach, 2 * kTileSide) + 2 * kTileSide) * RowBytes()),
        memory_(kParts * part_ / sizeof(float)),
        data_(reinterpret_cast<char*>(memory_.data())) {
    std::memset(data_, 0, kParts * part_);
  }

  void Take(const Images& x, int images) {
    for (int image = 0; image < images; ++image)
      for (int row = 0; row < shape_.height; ++row) TakeRow(x.data + image * x.image + row * x.row, At(image * grid_.image + row * grid_.width));
  }

  GridRows Rows(int position, const ptrdiff_t* places) const {
    return {data_ + position * RowBytes(), RowBytes(), part_, places};
  }
  ptrdiff_t RowBytes() const { return shape_.channels * 2; }

 private:
  char* At(int position) const { return data_ + (grid_.lead + position) * RowBytes(); }
  void TakeRow(const float* from, char* to) const {
    for (int i = 0; i < shape_.width * shape_.channels; i += kTileDepth, to += kRowBytes)
      StoreParts<true>(_mm512_loadu_ps(from + i), _mm512_loadu_ps(from + i + kLanes), to, part_);
  }

  const ConvShape& shape_;
  const Grid& grid_;
  const ptrdiff_t part_;
  const Workspace memory_;
  char* const data_;
};

/** Which output each position of the grid gives, in the order of y; -1: none. */
std::vector<int> Outputs(const ConvShape& shape, const Grid& grid, int images) {
  std::vector<int> outputs(RoundUp(images * grid.image, 2 * kTileSide), -1);
  int next = 0;
  for (int image = 0; image < images; ++image)
    for (int row = 0; row < shape.outHeight; ++row)
      for (int column = 0; column < shape.outWidth; ++column) outputs[image * grid.image + row * grid.width + column] = next++;
  return outputs;
}

/** Sums of 32 positions and at most 32 filters, with the bias. */
void WriteOutputs(const ConvShape& shape, const int* outputs, const float* sums, const float* bias, int columns, float* y) {
  for (int i = 0; i < 2 * kTileSide; ++i, sums += kSumsStride) {
    if (outputs[i] < 0) continue;
    float* const to = y + static_cast<ptrdiff_t>(outputs[i]) * shape.filters;
    for (int v = 0; v < columns; v += kLanes) {
      const Lanes value = bias == nullptr ? Load(sums + v) : Load(sums + v) + Load(bias + v);
      Store(to + v, shape.rectify ? value < 0 ? Lanes{} : value : value);
    }
  }
}

}  // namespace

void ConvolveGrid(const ConvShape& shape, const Images& x, const Factor& filter, const float* bias, float* y) {
  const Grid grid(shape);
  const Workspace parts(SplitSize(filter.count, filter.depth));
  Splitting split;
  split.StartRight(filter, parts.data());
  split.Finish();
  const size_t imageBytes = static_cast<size_t>(grid.image) * shape.channels * 2 * kParts;
  const int group = std::max(1, std::min(shape.batch, static_cast<int>(kGroupBytes / imageBytes)));
  GridImages images(shape, grid, group);
  std::vector<ptrdiff_t> places;
  for (int row = 0; row < shape.kernelHeight; ++row)
    for (int column = 0; column < shape.kernelWidth; ++column)
      for (int channel = 0; channel < shape.channels; channel += kTileDepth)
        places.push_back((row * grid.width + column) * images.RowBytes() + channel * 2);
  const int count = static_cast<int>(places.size());
  alignas(64) float sums[2 * kTileSide * kSumsStride];
  const UnitInUse unit;
  for (int image = 0; image < shape.batch; image += group) {
    const int now = std::min(group, shape.batch - image);
    images.Take({x.data + image * x.image, x.image, x.row}, now);
    const std::vector<int> outputs = Outputs(shape, grid, now);
    const int end = (now - 1) * grid.image + (shape.outHeight - 1) * grid.width + shape.outWidth;
    float* const own = y + static_cast<ptrdiff_t>(image) * shape.outHeight * shape.outWidth * shape.filters;
    for (int column = 0; column < shape.filters; column += 2 * kTileSide) {
      const int columns = std::min(2 * kTileSide, shape.filters - column);
      const char* const b = reinterpret_cast<const char*>(parts.data()) + column / kTileSide * count * kTileBytes;
      const auto sum = columns > kTileSide ? SumTiles<2, 2, GridRows> : SumTiles<2, 1, GridRows>;
      for (int position = 0; position < end; position += 2 * kTileSide) {
        sum({images.Rows(position, places.data()), b, count, nullptr, 0, sums, kSumsStride}, nullptr, 0);
        WriteOutputs(shape, outputs.data() + position, sums, bias == nullptr ? nullptr : bias + column, columns, own + column);
      }
    }
  }
}

bool GridPays(const ConvShape& shape) {
  if (shape.strideHeight != 1 || shape.strideWidth != 1) return false;
  return static_cast<double>(shape.outHeight) * shape.outWidth >= kMinUse * Grid(shape).image;
}

#else

bool GridPays(const ConvShape&) { return false; }
void ConvolveGrid(const ConvShape&, const Images&, const Factor&, const float*, float*) {}

#endif

}  // namespace tarea

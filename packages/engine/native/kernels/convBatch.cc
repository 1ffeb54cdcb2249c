#include "convBatch.h"

#include <utility>

#include "convWindow.h"

namespace tarea {

namespace {

/** Filters of one tile. */
constexpr int MostFilters(int window) { return std::min(6, kAccumulators / window); }

/** Windows of one tile. */
constexpr int MostWindows(int filters, int window) { return std::min(8, kAccumulators / (filters * window)); }

/** What all tiles share; strides in floats, lanes included. */
struct Common {
  int rowStride, columnStride, rowStep, kernelHeight, kernelRow;
  int allFilters;
  bool rectify;
};

/** Pointers of one tile: its first filter's tap and bias, its first window's input and outputs. */
struct TileAt {
  const float* filter;
  const float* bias;
  const float* x;
  float* y;
  int* winners;
};

/** kCount neighbouring windows of kTall x kWide positions each, kFilters filters. */
template <int kFilters, int kTall, int kWide, int kCount>
void Tile(const Common& common, const TileAt& tile) {
  constexpr int kColumns = kWide * kCount;
  Lanes sums[kTall * kColumns][kFilters];
#pragma GCC unroll 24
  for (int f = 0; f < kFilters; f++) {
    const Lanes bias = Fill(tile.bias ? tile.bias[f] : 0.0f);
#pragma GCC unroll 24
    for (int p = 0; p < kTall * kColumns; p++) sums[p][f] = bias;
  }
  const float* taps = tile.filter;
  const float* row = tile.x;
  const ptrdiff_t filters = common.allFilters, columnStride = common.columnStride, rowStep = common.rowStep;
  for (int i = 0; i < common.kernelHeight; i++, row += common.rowStride) {
    const float* x = row;
    for (int j = 0; j < common.kernelRow; j++, taps += filters, x += kLanes) {
      Lanes values[kTall * kColumns];
#pragma GCC unroll 24
      for (int p = 0; p < kTall * kColumns; p++) values[p] = Load(x + p / kColumns * rowStep + p % kColumns * columnStride);
#pragma GCC unroll 24
      for (int f = 0; f < kFilters; f++) {
        const Lanes tap = Fill(taps[f]);
#pragma GCC unroll 24
        for (int p = 0; p < kTall * kColumns; p++) sums[p][f] += values[p] * tap;
      }
    }
  }
#pragma GCC unroll 24
  for (int n = 0; n < kCount; n++) {
#pragma GCC unroll 24
    for (int f = 0; f < kFilters; f++) {
      const auto at = [&](int i) { return sums[i / kWide * kColumns + n * kWide + i % kWide][f]; };
      const WindowBest window = BestOf<kTall * kWide>(common.rectify, at);
      const ptrdiff_t to = (n * filters + f) * kLanes;
      Store(tile.y + to, window.best);
      if (tile.winners) std::memcpy(tile.winners + to, &window.winner, sizeof window.winner);
    }
  }
}

typedef void (*TileFunction)(const Common&, const TileAt&);

template <int kFilters, int kTall, int kWide, int... kCounts>
TileFunction TileWithCount(int count, std::integer_sequence<int, kCounts...>) {
  static const TileFunction kTiles[] = {Tile<kFilters, kTall, kWide, kCounts + 1>...};
  return kTiles[count - 1];
}

/** One row of windows, for kFilters filters. */
template <int kFilters, int kTall, int kWide>
void WindowRow(const Common& common, const TileAt& row, int width) {
  constexpr int kMost = MostWindows(kFilters, kTall * kWide);
  TileAt tile = row;
  for (int from = 0, count; from < width; from += count) {
    count = NextPart(width, kMost, from);
    TileWithCount<kFilters, kTall, kWide>(count, std::make_integer_sequence<int, kMost>())(common, tile);
    tile.x += static_cast<ptrdiff_t>(count) * kWide * common.columnStride;
    tile.y += static_cast<ptrdiff_t>(count) * common.allFilters * kLanes;
    if (tile.winners) tile.winners += static_cast<ptrdiff_t>(count) * common.allFilters * kLanes;
  }
}

typedef void (*RowFunction)(const Common&, const TileAt&, int);

template <int kTall, int kWide, int... kFilters>
RowFunction RowWithFilters(int filters, std::integer_sequence<int, kFilters...>) {
  static const RowFunction kRows[] = {WindowRow<kFilters + 1, kTall, kWide>...};
  return kRows[filters - 1];
}

/** All filters of one row of windows. */
template <int kTall, int kWide>
void AllFilters(const Common& common, const TileAt& row, int width) {
  constexpr int kMost = MostFilters(kTall * kWide);
  for (int first = 0, count; first < common.allFilters; first += count) {
    count = NextPart(common.allFilters, kMost, first);
    const TileAt at = {row.filter + first, row.bias ? row.bias + first : nullptr, row.x, row.y + first * kLanes,
                       row.winners ? row.winners + first * kLanes : nullptr};
    RowWithFilters<kTall, kWide>(count, std::make_integer_sequence<int, kMost>())(common, at, width);
  }
}

/** Null for windows that have no tiles. */
RowFunction RowsFor(const ConvShape& shape) {
  if (shape.poolHeight == 1 && shape.poolWidth == 1) return AllFilters<1, 1>;
  if (shape.poolHeight == 2 && shape.poolWidth == 2) return AllFilters<2, 2>;
  if (shape.poolHeight == 1 && shape.poolWidth == 2) return AllFilters<1, 2>;
  return nullptr;
}

/** Of few samples, each is cut into bands of `rows` rows of windows, `step` apart, so that all lanes are busy. */
struct Bands {
  int count, rows, step;
};

/** The last bands may share rows, so that all are equal and equally far apart. */
Bands BandsFor(const ConvLayout& layout, int samples) {
  const int height = layout.pooledHeight, count = std::min(kLanes / samples, height);
  if (count <= 1) return {1, height, 0};
  int rows = (height + count - 1) / count;
  while ((height - rows) % (count - 1) != 0) rows++;
  return {count, rows, (height - rows) / (count - 1)};
}

/** Outputs that wait in lanes until there are enough of them to be transposed. */
constexpr int kWaiting = 256;

/** The forward pass of one batch: its lanes are the bands of the first sample, then those of the second and so on. */
class BatchPass {
 public:
  BatchPass(const ConvShape& shape, const ConvLayout& layout, const SampleBatch& batch)
      : shape_(shape),
        layout_(layout),
        batch_(batch),
        bands_(BandsFor(layout, batch.samples)),
        rowStep_(shape.strideHeight * shape.poolHeight),
        rowOutputs_(layout.pooledWidth * shape.filters),
        seenRows_((shape.poolHeight - 1) * shape.strideHeight + shape.kernelHeight) {
    thread_local Scratch scratch;
    const size_t xSize = (static_cast<size_t>(bands_.rows - 1) * rowStep_ + seenRows_) * layout.rowSize * kLanes;
    const size_t ySize = static_cast<size_t>(kWaiting + RoundUp(rowOutputs_, kLanes)) * kLanes;
    x_ = scratch.Get(xSize + (batch.winners ? 3 : 1) * ySize);
    y_ = x_ + xSize;
    winners_ = batch.winners ? reinterpret_cast<int*>(y_ + ySize) : nullptr;
    if (batch.samples * bands_.count < kLanes) std::memset(x_, 0, xSize * sizeof(float));
  }

  void Run() {
    const Common common = {layout_.rowSize * kLanes, shape_.strideWidth * shape_.channels * kLanes,
                           shape_.strideHeight * layout_.rowSize * kLanes, shape_.kernelHeight,
                           shape_.kernelWidth * shape_.channels, shape_.filters, shape_.rectify};
    const RowFunction compute = RowsFor(shape_);
    if (bands_.count > 1) PadAll(0, layout_.paddedHeight);
    // Rows come in just before the first window that sees them, and go out soon: meanwhile they are in the nearest cache.
    for (int row = 0, ready = 0, first = 0, count = 0; row < bands_.rows; row++) {
      const int seen = row * rowStep_ + seenRows_;
      if (seen > ready) Read(ready, seen);
      ready = std::max(ready, seen);
      const size_t waiting = static_cast<size_t>(count) * kLanes;
      compute(common,
              {batch_.filter, batch_.bias, x_ + static_cast<size_t>(row) * rowStep_ * layout_.rowSize * kLanes, y_ + waiting,
               winners_ ? winners_ + waiting : nullptr},
              layout_.pooledWidth);
      count += rowOutputs_;
      if (count < kWaiting && row < bands_.rows - 1) continue;
      Write(first, count);
      first += count;
      count = 0;
    }
  }

 private:
  void PadAll(int from, int to) {
    const size_t xSize = static_cast<size_t>(shape_.height) * shape_.width * shape_.channels;
    for (size_t i = 0; i < static_cast<size_t>(batch_.samples); i++) {
      PadRows(shape_, layout_, batch_.x + i * xSize, from, to, batch_.padded + i * layout_.imageSize);
    }
  }

  /** Rows of all bands to x_[row, column, channel, lane]. */
  void Read(int from, int to) {
    const size_t at = static_cast<size_t>(from) * layout_.rowSize;
    const int count = (to - from) * layout_.rowSize;
    if (bands_.count == 1) {
      PadAll(from, to);
      Transpose(batch_.samples, count, batch_.padded + at, layout_.imageSize, x_ + at * kLanes, kLanes);
      return;
    }
    const ptrdiff_t bandStride = static_cast<ptrdiff_t>(bands_.step) * rowStep_ * layout_.rowSize;
    for (size_t i = 0; i < static_cast<size_t>(batch_.samples); i++) {
      Transpose(bands_.count, count, batch_.padded + i * layout_.imageSize + at, bandStride, x_ + at * kLanes + i * bands_.count,
                kLanes);
    }
  }

  /** y_[count, lane] and winners_[count, lane] to each band from its output `first` on. */
  void Write(int first, int count) {
    const ptrdiff_t bandStride = static_cast<ptrdiff_t>(bands_.step) * rowOutputs_;
    if (bands_.count == 1) {
      Transpose(count, batch_.samples, y_, kLanes, batch_.y + first, layout_.outputs);
    } else {
      for (size_t i = 0; i < static_cast<size_t>(batch_.samples); i++) {
        Transpose(count, bands_.count, y_ + i * bands_.count, kLanes, batch_.y + i * layout_.outputs + first, bandStride);
      }
    }
    if (!winners_) return;
    const int stride = RoundUp(count, kLanes), lanes = batch_.samples * bands_.count;
    int* from = winners_ + stride * kLanes;
    Transpose(count, lanes, reinterpret_cast<const float*>(winners_), kLanes, reinterpret_cast<float*>(from), stride);
    for (int lane = 0; lane < lanes; lane++, from += stride) {
      float* const sample = batch_.winners + static_cast<size_t>(lane / bands_.count) * layout_.winnersSize;
      uint8_t* const to = reinterpret_cast<uint8_t*>(sample) + lane % bands_.count * bandStride + first;
      for (int i = 0; i < count; i += kLanes) StoreWinners(to + i, LoadIntegers(from + i), count - i);
    }
  }

  const ConvShape& shape_;
  const ConvLayout& layout_;
  const SampleBatch& batch_;
  const Bands bands_;
  /** Rows of the padded image between rows of windows, and those that one row of windows sees. */
  const int rowStep_, rowOutputs_, seenRows_;
  float* x_;
  /** Twice as many winners, for their transposition. */
  float* y_;
  int* winners_;
};

}  // namespace

bool BatchPays(const ConvShape& shape, const ConvLayout& layout, int samples) {
  if (!RowsFor(shape)) return false;
  const Bands bands = BandsFor(layout, samples);
  const double part = static_cast<double>(bands.rows) / layout.pooledHeight;
  // In cycles: two multiply-adds each, and some more to transpose a vector of what comes in or goes out.
  const double perFilter = 0.5 * layout.rows * layout.columns * shape.kernelHeight * shape.kernelWidth * shape.channels;
  const double perVector = bands.count > 1 ? 10 : 5;
  const double atOnce = part * (perFilter * shape.filters + perVector * (layout.imageSize + layout.outputs));
  // One vector of filters takes a load for each multiply-add, which costs a little more.
  const double alone = layout.filterLanes == kLanes ? 1.08 * perFilter : perFilter * (layout.filterLanes / kLanes);
  return atOnce < alone * samples;
}

void ConvForwardBatch(const ConvShape& shape, const ConvLayout& layout, const SampleBatch& batch) {
  BatchPass(shape, layout, batch).Run();
}

}  // namespace tarea

#include "convForward.h"

#include <utility>

#include "convWindow.h"

namespace tarea {

namespace {

/** What all tiles of a block of filters share. */
struct Block {
  const float* packed;
  /** Floats between rows of the padded image, positions in a row, kernel's rows, and taps in one row of the kernel. */
  int rowStride, columnStride, kernelHeight, kernelRow;
  /** Floats between rows of positions. */
  int rowStep;
  bool rectify;
  /** Filters of this block, and of all. */
  int filters, allFilters;
};

/** Columns that share a pointer: more would take more registers for their offsets, and so memory. */
constexpr int kShared = 4;

/** kCount neighbouring windows of kTall x kWide positions each, kVectors vectors of filters. */
template <int kVectors, int kTall, int kWide, int kCount>
void Tile(const Block& block, const float* x, float* y, uint8_t* winners) {
  constexpr int kColumns = kWide * kCount;
  Lanes sums[kTall * kColumns][kVectors];
  const float* taps = block.packed;
#pragma GCC unroll 24
  for (int v = 0; v < kVectors; v++) {
    const Lanes bias = Load(taps + v * kLanes);
#pragma GCC unroll 24
    for (int p = 0; p < kTall * kColumns; p++) sums[p][v] = bias;
  }
  taps += kVectors * kLanes;
  constexpr int kPointers = (kColumns + kShared - 1) / kShared;
  const ptrdiff_t stride = block.columnStride, rowStep = block.rowStep;
  for (int row = 0; row < block.kernelHeight; row++, x += block.rowStride) {
    const float* values[kTall][kPointers];
#pragma GCC unroll 24
    for (int tall = 0; tall < kTall; tall++) {
#pragma GCC unroll 24
      for (int p = 0; p < kPointers; p++) values[tall][p] = x + tall * rowStep + p * kShared * stride;
    }
    for (int i = 0; i < block.kernelRow; i++, taps += kVectors * kLanes) {
      Lanes tap[kVectors];
#pragma GCC unroll 24
      for (int v = 0; v < kVectors; v++) tap[v] = Load(taps + v * kLanes);
#pragma GCC unroll 24
      for (int tall = 0; tall < kTall; tall++) {
#pragma GCC unroll 24
        for (int column = 0; column < kColumns; column++) {
          const Lanes value = Fill(values[tall][column / kShared][column % kShared * stride]);
#pragma GCC unroll 24
          for (int v = 0; v < kVectors; v++) sums[tall * kColumns + column][v] += value * tap[v];
        }
#pragma GCC unroll 24
        for (int p = 0; p < kPointers; p++) values[tall][p]++;
      }
    }
  }
#pragma GCC unroll 24
  for (int n = 0; n < kCount; n++, y += block.allFilters) {
#pragma GCC unroll 24
    for (int v = 0; v < kVectors; v++) {
      const auto at = [&](int i) { return sums[i / kWide * kColumns + n * kWide + i % kWide][v]; };
      const WindowBest window = BestOf<kTall * kWide>(block.rectify, at);
      const int count = block.filters - v * kLanes;
      if (count < kLanes) {
        StorePart(y + v * kLanes, window.best, count);
      } else {
        Store(y + v * kLanes, window.best);
      }
      if (winners) StoreWinners(winners + n * block.allFilters + v * kLanes, window.winner, count);
    }
  }
}

typedef void (*TileFunction)(const Block&, const float*, float*, uint8_t*);

template <int kVectors, int kTall, int kWide, int... kCounts>
TileFunction TileOf(int count, std::integer_sequence<int, kCounts...>) {
  static const TileFunction kTiles[] = {Tile<kVectors, kTall, kWide, kCounts + 1>...};
  return kTiles[count - 1];
}

/** All windows of a sample, for one block of filters. */
template <int kVectors, int kTall, int kWide>
void Windows(const ConvShape& shape, const ConvLayout& layout, const Block& block, const float* padded, float* y,
             uint8_t* winners) {
  constexpr int kMost = std::min(12, kAccumulators / (kVectors * kTall * kWide));
  const int width = layout.columns / kWide;
  for (int row = 0; row < layout.rows / kTall; row++) {
    const float* x = padded + static_cast<size_t>(row) * kTall * block.rowStep;
    for (int from = 0, count; from < width; from += count) {
      count = NextPart(width, kMost, from);
      const size_t at = static_cast<size_t>(row) * width + from;
      TileOf<kVectors, kTall, kWide>(count, std::make_integer_sequence<int, kMost>())(
          block, x + static_cast<size_t>(from) * kWide * block.columnStride, y + at * block.allFilters,
          winners ? winners + at * block.allFilters : nullptr);
    }
  }
}

template <int kTall, int kWide>
void AllBlocks(const ConvShape& shape, const ConvLayout& layout, const float* padded, const float* packed, float* y,
               uint8_t* winners) {
  const int taps = shape.kernelHeight * shape.kernelWidth * shape.channels;
  for (int first = 0; first < shape.filters; first += kFilterVectors * kLanes) {
    const int filters = std::min(shape.filters - first, kFilterVectors * kLanes);
    const Block block = {packed, layout.rowSize, shape.strideWidth * shape.channels, shape.kernelHeight,
                         shape.kernelWidth * shape.channels, shape.strideHeight * layout.rowSize, shape.rectify, filters,
                         shape.filters};
    uint8_t* blockWinners = winners ? winners + first : nullptr;
    if (filters > kLanes) {
      Windows<2, kTall, kWide>(shape, layout, block, padded, y + first, blockWinners);
    } else {
      Windows<1, kTall, kWide>(shape, layout, block, padded, y + first, blockWinners);
    }
    packed += static_cast<size_t>(1 + taps) * RoundUp(filters, kLanes);
  }
}

/** Any window, from the convolution z[rows, columns, filters]. */
template <typename Winner>
void PoolAny(const ConvShape& shape, const ConvLayout& layout, const float* z, float* y, Winner* winners) {
  for (int at = 0; at < layout.pooledHeight * layout.pooledWidth; at++, y += shape.filters) {
    const size_t top = at / layout.pooledWidth * shape.poolHeight, left = at % layout.pooledWidth * shape.poolWidth;
    for (int f = 0; f < shape.filters; f++) {
      Winner winner = 0;
      float best = z[(top * layout.columns + left) * shape.filters + f];
      for (int i = 1; i < layout.window; i++) {
        const float next = z[((top + i / shape.poolWidth) * layout.columns + left + i % shape.poolWidth) * shape.filters + f];
        if (next > best) best = next, winner = i;
      }
      if (shape.rectify && best <= 0) best = 0, winner = static_cast<Winner>(-1);
      y[f] = best;
      if (winners) winners[static_cast<size_t>(at) * shape.filters + f] = winner;
    }
  }
}

}  // namespace

size_t PackedFilterSize(const ConvShape& shape, const ConvLayout& layout) {
  return static_cast<size_t>(1 + shape.kernelHeight * shape.kernelWidth * shape.channels) * layout.filterLanes;
}

void PackFilter(const ConvShape& shape, const ConvLayout& layout, const float* filter, const float* bias, float* packed) {
  const int taps = shape.kernelHeight * shape.kernelWidth * shape.channels;
  for (int first = 0; first < shape.filters; first += kFilterVectors * kLanes) {
    const int filters = std::min(shape.filters - first, kFilterVectors * kLanes), lanes = RoundUp(filters, kLanes);
    for (int tap = -1; tap < taps; tap++, packed += lanes) {
      std::memset(packed, 0, lanes * sizeof(float));
      const float* from = tap < 0 ? bias : filter + static_cast<size_t>(tap) * shape.filters;
      if (from) std::memcpy(packed, from + first, filters * sizeof(float));
    }
  }
}

void ConvForwardImage(const ConvShape& shape, const ConvLayout& layout, const float* padded, const float* packed, float* y,
                      void* winners) {
  uint8_t* bytes = layout.hasWinners ? static_cast<uint8_t*>(winners) : nullptr;
  if (layout.window == 1) {
    AllBlocks<1, 1>(shape, layout, padded, packed, y, bytes);
  } else if (shape.poolHeight == 2 && shape.poolWidth == 2) {
    AllBlocks<2, 2>(shape, layout, padded, packed, y, bytes);
  } else if (shape.poolHeight == 1 && shape.poolWidth == 2) {
    AllBlocks<1, 2>(shape, layout, padded, packed, y, bytes);
  } else {
    thread_local Scratch scratch;
    float* z = scratch.Get(static_cast<size_t>(layout.rows) * layout.columns * shape.filters);
    ConvShape plain = shape;
    plain.rectify = false;
    AllBlocks<1, 1>(plain, layout, padded, packed, z, nullptr);
    if (layout.wideWinners) {
      PoolAny(shape, layout, z, y, static_cast<uint32_t*>(winners));
    } else {
      PoolAny(shape, layout, z, y, bytes);
    }
  }
}

}  // namespace tarea

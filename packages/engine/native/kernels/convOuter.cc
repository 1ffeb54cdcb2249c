#include "convOuter.h"

#include <utility>

#include "convWindow.h"

namespace tarea {

namespace {

/** Most taps of a tile, most rows of the kernel, most vectors of filters. */
constexpr int kMostTaps = kAccumulators / 2, kMostRows = 4, kMostVectors = 2;

/** Some of the positions' filters, for a rectangle of the kernel's taps. */
struct Tile {
  const float* x;
  const float* dz;
  const int* at;
  float* dfilter;
  /** Filters from the first one of the tile on. */
  int filters;
};

template <int kVectors, int kRows, int kTaps>
void AddTile(const ConvShape& shape, const ConvLayout& layout, const OuterProduct& product, const Tile& tile) {
  Lanes sums[kRows][kTaps][kVectors];
  const size_t tapStride = layout.filterLanes, rowStride = tapStride * shape.kernelWidth * shape.channels;
#pragma GCC unroll 24
  for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 24
    for (int tap = 0; tap < kTaps; tap++) {
#pragma GCC unroll 24
      for (int v = 0; v < kVectors; v++) sums[row][tap][v] = Load(tile.dfilter + row * rowStride + tap * tapStride + v * kLanes);
    }
  }
  const int positions = layout.pooledHeight * layout.pooledWidth, window = layout.window;
  const ptrdiff_t rowSize = layout.rowSize, filters = shape.filters;
  const int last = tile.filters - (kVectors - 1) * kLanes;
  const OuterProduct from = product;
  const float* const corner = tile.x;
  const float* dzs = tile.dz;
  const int* ats = tile.at;
  for (int i = 0; i < positions; i++, dzs += filters, ats += filters) {
    Lanes dz[kVectors];
#pragma GCC unroll 24
    for (int v = 0; v < kVectors; v++) {
      dz[v] = v == kVectors - 1 && last < kLanes ? LoadPart(dzs + v * kLanes, last) : Load(dzs + v * kLanes);
    }
    for (int j = 0; j < window; j++) {
      const int place = from.windows[i] + from.offsets[j];
      Lanes here[kVectors];
#pragma GCC unroll 24
      for (int v = 0; v < kVectors; v++) {
        here[v] = dz[v];
        if (window > 1) here[v] = LoadIntegers(ats + v * kLanes) == place ? dz[v] : Lanes{};
      }
      const float* x = corner + place;
#pragma GCC unroll 24
      for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 24
        for (int tap = 0; tap < kTaps; tap++) {
          const Lanes value = Fill(x[row * rowSize + tap]);
#pragma GCC unroll 24
          for (int v = 0; v < kVectors; v++) sums[row][tap][v] += value * here[v];
        }
      }
    }
  }
#pragma GCC unroll 24
  for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 24
    for (int tap = 0; tap < kTaps; tap++) {
#pragma GCC unroll 24
      for (int v = 0; v < kVectors; v++) Store(tile.dfilter + row * rowStride + tap * tapStride + v * kLanes, sums[row][tap][v]);
    }
  }
}

typedef void (*TileFunction)(const ConvShape&, const ConvLayout&, const OuterProduct&, const Tile&);

template <int kVectors, int kRows, int... kTaps>
TileFunction WithTaps(int taps, std::integer_sequence<int, kTaps...>) {
  static const TileFunction kTiles[] = {AddTile<kVectors, kRows, kTaps + 1>...};
  return kTiles[taps - 1];
}

template <int kVectors, int kRows>
TileFunction WithRows(int taps) {
  return WithTaps<kVectors, kRows>(taps, std::make_integer_sequence<int, kMostTaps / kRows>());
}

TileFunction TileFor(int vectors, int rows, int taps) {
  static TileFunction (*const kTiles[kMostVectors][kMostRows])(int) = {
      {WithRows<1, 1>, WithRows<1, 2>, WithRows<1, 3>, WithRows<1, 4>},
      {WithRows<2, 1>, WithRows<2, 2>, WithRows<2, 3>, WithRows<2, 4>}};
  return kTiles[vectors - 1][rows - 1](taps);
}

}  // namespace

bool OuterPays(const ConvShape& shape, const ConvLayout& layout, int vectors) {
  // In cycles for each value of y, as measured: multiply-adds; a list's entry waits for loads, and must be written down first.
  const double taps = static_cast<double>(shape.kernelHeight) * shape.kernelWidth * shape.channels;
  const double outer = 0.7 * taps * layout.window * layout.filterLanes / kLanes / shape.filters;
  const double passing = layout.window > 1 ? 0.75 : shape.rectify ? 0.5 : 1;
  return outer < passing * std::max(2.5, 0.6 * (vectors + 2)) + 1;
}

void AddOuter(const ConvShape& shape, const ConvLayout& layout, const OuterProduct& product, float* dfilter) {
  const int rowTaps = shape.kernelWidth * shape.channels;
  const int mostRows = std::max(1, std::min(kMostRows, kMostTaps / rowTaps));
  for (int f = 0; f < shape.filters; f += kMostVectors * kLanes) {
    const int vectors = std::min(kMostVectors, (layout.filterLanes - f) / kLanes);
    for (int row = 0, rows; row < shape.kernelHeight; row += rows) {
      rows = NextPart(shape.kernelHeight, mostRows, row);
      for (int tap = 0, taps; tap < rowTaps; tap += taps) {
        taps = NextPart(rowTaps, kMostTaps / rows, tap);
        const Tile tile = {product.padded + static_cast<ptrdiff_t>(row) * layout.rowSize + tap, product.dz + f, product.at + f,
                           dfilter + (static_cast<size_t>(row) * rowTaps + tap) * layout.filterLanes + f, shape.filters - f};
        TileFor(vectors, rows, taps)(shape, layout, product, tile);
      }
    }
  }
}

}  // namespace tarea

#include "gemm.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "laneTools.h"
#include "matrixUnit.h"

namespace tarea {
namespace {

// A tile of c stays in registers: rows times vectors of sums, one row of b's vectors, and a number of a.
constexpr int kMaxVectors = 3;
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kMaxRows[kMaxVectors + 1] = {0, 14, 14, 8};
#else
constexpr int kMaxRows[kMaxVectors + 1] = {0, 10, 6, 4};
#endif

/** Rows of b that one pass over c takes: three vectors of each fit the cache of the first level beside a's rows. */
constexpr int kDepthBlock = 256;
// A section of c and a block of b's rows share the cache of the second level; long stretches of rows cost the fewest look-ups.
constexpr int kMaxSection = 2048;
constexpr int kPackedFloats = 131072;
/** How many rows before they are copied they are fetched. */
constexpr int kRowsAhead = 2;
/** Floats of b that stay in the cache of the first level. */
constexpr int kSmallFloats = 8192;

/** Part of b: `depth` rows whose vectors may be read in full. */
struct Run {
  const float* b;
  ptrdiff_t stride;
  int depth;
};

alignas(64) constexpr float kZeros[kMaxVectors * kLanes] = {};

struct Tile {
  const float* a;
  ptrdiff_t aStride;
  /** The last rows of b, where a full vector would end behind the array, are in a padded copy: the second run. */
  Run runs[2];
  float* c;
  ptrdiff_t cStride;
  /** What is added to the sums. */
  const float* start;
  ptrdiff_t startStride;
  /** Columns of the last vector. */
  int tail;
  bool rectify;
};

/**
 * Adds what the tile starts from, rectifies if asked, and writes; `kFull`: the last vector is a full one.
 * `kPlain`: only writes.
 */
template <bool kPlain, bool kFull, int kRows, int kVectors>
inline void FinishTile(const Tile& tile, const Lanes (&sums)[kRows][kVectors]) {
  const Lanes floor = Fill(tile.rectify ? 0 : -std::numeric_limits<float>::infinity());
#pragma GCC unroll 16
  for (int row = 0; row < kRows; ++row) {
    const float* start = tile.start + row * tile.startStride;
    float* c = tile.c + row * tile.cStride;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const bool part = !kFull && v == kVectors - 1;
      Lanes result = sums[row][v];
      if (!kPlain) {
        result += part ? LoadPart(start + v * kLanes, tile.tail) : Load(start + v * kLanes);
        result = result < floor ? floor : result;
      }
      if (part) {
        StorePart(c + v * kLanes, result, tile.tail);
      } else {
        Store(c + v * kLanes, result);
      }
    }
  }
}

/**
 * Distances in bytes between the rows of a tile's a, in few registers: the odd multiples of the stride, which an address may take
 * two, four or eight times. Left alone the compiler keeps every multiple and runs out of registers: `Hide` stops it.
 */
template <int kRows>
class RowOffsets {
 public:
  explicit RowOffsets(ptrdiff_t stride) {
    const ptrdiff_t bytes = stride * static_cast<ptrdiff_t>(sizeof(float));
#pragma GCC unroll 8
    for (int i = 0; i < kRows / 2; ++i) odd_[i] = (2 * i + 1) * bytes;
  }
  inline void Hide() {
#pragma GCC unroll 8
    for (int i = 0; i < kRows / 2; ++i) asm("" : "+r"(odd_[i]));
  }
  inline float At(const float* a, int row) const {
    if (row == 0) return *a;
    const int power = row & -row;
    return *reinterpret_cast<const float*>(reinterpret_cast<const char*>(a) + odd_[row / power / 2] * power);
  }

 private:
  ptrdiff_t odd_[kRows / 2 + 1];
};

template <bool kTransposed, int kRows, int kVectors>
void ComputeTile(const Tile& tile) {
  Lanes sums[kRows][kVectors] = {};
  const float* a = tile.a;
  const ptrdiff_t aStride = tile.aStride;
  RowOffsets<kTransposed ? 1 : kRows> offsets(aStride);
  for (const Run& run : tile.runs) {
    const float* b = run.b;
    for (int k = 0; k < run.depth; ++k) {
      offsets.Hide();
      Lanes right[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) right[v] = Load(b + v * kLanes);
#pragma GCC unroll 16
      for (int row = 0; row < kRows; ++row) {
        const Lanes left = Fill(kTransposed ? a[row] : offsets.At(a, row));
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sums[row][v] += left * right[v];
      }
      a += kTransposed ? aStride : 1;
      b += run.stride;
    }
  }
  if (tile.tail == kLanes) {
    FinishTile<kTransposed, true>(tile, sums);
  } else {
    FinishTile<kTransposed, false>(tile, sums);
  }
}

using TileFunction = void (*)(const Tile&);

template <bool kTransposed, int kVectors, int... kIndices>
constexpr std::array<TileFunction, sizeof...(kIndices)> TileFunctions(std::integer_sequence<int, kIndices...>) {
  return {ComputeTile<kTransposed, kIndices + 1, kVectors>...};
}

template <bool kTransposed, int kVectors>
TileFunction FindTile(int rows) {
  static constexpr auto functions =
      TileFunctions<kTransposed, kVectors>(std::make_integer_sequence<int, kMaxRows[kVectors]>());
  return functions[rows - 1];
}

TileFunction FindTile(bool transposed, int vectors, int rows) {
  switch (vectors) {
    case 1:
      return transposed ? FindTile<true, 1>(rows) : FindTile<false, 1>(rows);
    case 2:
      return transposed ? FindTile<true, 2>(rows) : FindTile<false, 2>(rows);
    default:
      return transposed ? FindTile<true, 3>(rows) : FindTile<false, 3>(rows);
  }
}

/** The last vectors of b's last rows, padded to full ones. */
struct PaddedEnd {
  /** Rows of one number each need the most. */
  alignas(64) float values[kLanes][kMaxVectors * kLanes];
  /** How many rows. */
  int depth = 0;
};

int VectorsOf(int columns) { return (columns + kLanes - 1) / kLanes; }

/** The tiles of one product. */
class Tiles {
 public:
  explicit Tiles(const Product& product) : product_(product) {
    if (product.bStride > 0) PadEnd();
  }

  int Vectors() const { return VectorsOf(product_.columns); }

  /** How many vectors the panel takes that begins where `left` vectors are left. */
  int PanelVectors(int left) const {
    if (left == 3 && product_.bStride > 0) return 3;
    return left > 1 ? 2 : 1;
  }

  /** Tiles of rows [begin, end) and the `vectors` vectors from `column`. */
  void Rows(int begin, int end, int column, int vectors) const {
    const EvenParts parts(end - begin, kMaxRows[vectors]);
    for (int part = 0; part < parts.parts; ++part) {
      const int row = begin + parts.Begin(part);
      const int rows = begin + parts.Begin(part + 1) - row;
      FindTile(product_.aTransposed, vectors, rows)(MakeTile(row, column, vectors));
    }
  }

 private:
  Tile MakeTile(int row, int column, int vectors) const {
    const Product& p = product_;
    const int width = vectors * kLanes;
    const bool isLast = column + width > p.columns;
    const int padded = isLast ? padding_.depth : 0;
    Tile tile;
    tile.a = p.aTransposed ? p.a + row : p.a + row * p.aStride;
    tile.aStride = p.aStride;
    if (p.bStride > 0) {
      tile.runs[0] = {p.b + column, p.bStride, p.depth - padded};
    } else {
      tile.runs[0] = {p.b + static_cast<ptrdiff_t>(column) * p.depth, kPanel, p.depth};
    }
    tile.runs[1] = {padding_.values[0] + kMaxVectors * kLanes - width, kMaxVectors * kLanes, padded};
    tile.c = p.c + row * p.cStride + column;
    tile.cStride = p.cStride;
    tile.start = p.adds ? tile.c : p.bias != nullptr ? p.bias + column : kZeros;
    tile.startStride = p.adds ? p.cStride : 0;
    tile.tail = isLast ? p.columns - column - width + kLanes : kLanes;
    tile.rectify = p.rectify;
    return tile;
  }

  /** Copies the rows of b whose last vector would end behind `bEnd`. */
  void PadEnd() {
    const Product& p = product_;
    const int width = VectorsOf(p.columns) * kLanes;
    const float* lastRow = p.b + (p.depth - 1) * p.bStride;
    for (int k = p.depth; k > 0 && lastRow + width > p.bEnd; --k, lastRow -= p.bStride) ++padding_.depth;
    for (int k = 0; k < padding_.depth; ++k) {
      const float* b = p.b + (p.depth - padding_.depth + k) * p.bStride;
      for (int i = 0; i < kMaxVectors * kLanes; ++i) {
        const int column = width - kMaxVectors * kLanes + i;
        padding_.values[k][i] = column >= 0 && column < p.columns ? b[column] : 0;
      }
    }
  }

  const Product& product_;
  PaddedEnd padding_;
};

/** All rows of c, panel by panel. */
void WalkPanels(const Product& product) {
  const Tiles tiles(product);
  for (int done = 0; done < tiles.Vectors();) {
    const int panel = tiles.PanelVectors(tiles.Vectors() - done);
    tiles.Rows(0, product.rows, done * kLanes, panel);
    done += panel;
  }
}

/** The part of a product that a block of b's rows adds to c. */
Product DepthBlock(const Product& product, int begin, int end) {
  Product block = product;
  block.depth = end - begin;
  block.a = product.aTransposed ? product.a + begin * product.aStride : product.a + begin;
  block.b = product.b + begin * product.bStride;
  if (product.column != nullptr) block.column = product.column + begin;
  block.adds = product.adds || begin > 0;
  block.rectify = product.rectify && end == product.depth;
  return block;
}

/** The column of c that b's extra one gives. */
void MultiplyColumn(const Product& p) {
  constexpr int kSums = 4, kStep = kSums * kLanes;
  for (int row = 0; row < p.rows; ++row) {
    const float* a = p.a + row * p.aStride;
    Lanes sums[kSums] = {};
    int k = 0;
    for (; k + kStep <= p.depth; k += kStep) {
#pragma GCC unroll 4
      for (int s = 0; s < kSums; ++s) sums[s] += Load(a + k + s * kLanes) * Load(p.column + k + s * kLanes);
    }
    for (; k < p.depth; k += kLanes) {
      const int count = std::min(kLanes, p.depth - k);
      sums[0] += LoadPart(a + k, count) * LoadPart(p.column + k, count);
    }
    const Lanes total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float* c = p.c + row * p.cStride + p.columns;
    float sum = p.adds ? *c : 0;
    for (int lane = 0; lane < kLanes; ++lane) sum += total[lane];
    *c = sum;
  }
}

void MultiplyByWide(const Product& product) {
  static thread_local Scratch scratch;
  const int limit = std::min(kMaxSection, std::max(kWide, kSectionFloats / product.rows));
  const EvenParts sections(VectorsOf(product.columns), limit / kLanes);
  const EvenParts blocks(product.depth, kPackedFloats / limit);
  float* packed = scratch.Get(PackedSize(kPackedFloats / limit, limit));
  for (int section = 0; section < sections.parts; ++section) {
    const int column = sections.Begin(section) * kLanes;
    for (int i = 0; i < blocks.parts; ++i) {
      Product block = DepthBlock(product, blocks.Begin(i), blocks.Begin(i + 1));
      if (section == 0 && block.column != nullptr) MultiplyColumn(block);
      block.columns = std::min(sections.Begin(section + 1) * kLanes, product.columns) - column;
      PackPanels(block.depth, block.columns, block.b + column, product.bStride, packed);
      block.b = packed;
      block.bStride = 0;
      block.c += column;
      if (block.bias != nullptr) block.bias += column;
      WalkPanels(block);
    }
  }
}

}  // namespace

void FetchBlock::Start(const float* from, int rows, int columns, ptrdiff_t stride) {
  row_ = from;
  rows_ = rows;
  columns_ = columns;
  column_ = 0;
  stride_ = stride;
  lines_ = static_cast<float>(rows) * ((columns + kLineFloats - 1) / kLineFloats);
  due_ = 0;
}

void FetchBlock::Step(float part) {
  for (due_ += lines_ * part; due_ >= 1 && rows_ > 0; due_ -= 1) {
    __builtin_prefetch(row_ + column_, 1, 2);
    column_ += kLineFloats;
    if (column_ < columns_) continue;
    column_ = 0;
    row_ += stride_;
    --rows_;
  }
}

size_t PackedSize(int depth, int columns) {
  return static_cast<size_t>(depth) * ((columns + kPanel - 1) / kPanel * kPanel);
}

void PackPanels(int depth, int columns, const float* b, ptrdiff_t bStride, float* to) {
  const int vectors = VectorsOf(columns);
  const int tail = columns - (vectors - 1) * kLanes;
  for (int k = 0; k < depth; ++k) {
    const float* row = b + k * bStride;
    const float* ahead = k + kRowsAhead < depth ? row + kRowsAhead * bStride : row;
    for (int v = 0; v < vectors; ++v) {
      __builtin_prefetch(ahead + v * kLanes, 0, 2);
      const Lanes value = v < vectors - 1 || tail == kLanes ? Load(row + v * kLanes) : LoadPart(row + v * kLanes, tail);
      Store(to + static_cast<ptrdiff_t>(v / 2) * depth * kPanel + k * kPanel + v % 2 * kLanes, value);
    }
  }
}

void MultiplyByLarge(const Product& product) {
  if (product.columns > kWide) return MultiplyByWide(product);
  const EvenParts blocks(product.depth, kDepthBlock);
  for (int i = 0; i < blocks.parts; ++i) {
    const Product block = DepthBlock(product, blocks.Begin(i), blocks.Begin(i + 1));
    WalkPanels(block);
    if (block.column != nullptr) MultiplyColumn(block);
  }
}

void MultiplyBySmall(const Product& product, Aside* aside) {
  if (product.isSplit) return MultiplySplit(product, aside);
  const Tiles tiles(product);
  const EvenParts bands(product.rows, kMaxRows[2]);
  // A section begins at an even vector, as panels do.
  const int pairs = (tiles.Vectors() + 1) / 2;
  const EvenParts sections(pairs, std::max(2, kSmallFloats / kPanel / product.depth));
  for (int section = 0; section < sections.parts; ++section) {
    const int end = std::min(2 * sections.Begin(section + 1), tiles.Vectors());
    for (int band = 0; band < bands.parts; ++band) {
      for (int done = 2 * sections.Begin(section); done < end;) {
        const int panel = tiles.PanelVectors(end - done);
        tiles.Rows(bands.Begin(band), bands.Begin(band + 1), done * kLanes, panel);
        done += panel;
        if (aside != nullptr) aside->Step(static_cast<float>(panel) / (bands.parts * tiles.Vectors()));
      }
    }
  }
}

}  // namespace tarea

#include "matrixUnit.h"

#include <algorithm>

#include "laneTools.h"
#include "tiles.h"

namespace tarea {

#if defined(TAREA_MATRIX_UNIT)

namespace {

/** Adds what the sums start from, and writes those that c has room for. */
void WritePart(const Product& p, int rows, int columns, const float* start, ptrdiff_t startStride, const float* sums, float* c) {
  for (int row = 0; row < rows; ++row, sums += kSumsStride, c += p.cStride, start += startStride) {
    for (int v = 0; v < columns; v += kLanes) {
      const int width = std::min(kLanes, columns - v);
      StorePart(c + v, start == nullptr ? Load(sums + v) : Load(sums + v) + LoadPart(start + v, width), width);
    }
  }
}

/** Negative numbers become zero. */
void Rectify(const Product& p) {
  const int columns = std::min(p.columns, p.rectified);
  for (int row = 0; row < p.rows; ++row) {
    float* const c = p.c + row * p.cStride;
    for (int column = 0; column < columns; column += kLanes) {
      const int width = std::min(kLanes, columns - column);
      const Lanes value = LoadPart(c + column, width);
      StorePart(c + column, value < 0 ? Lanes{} : value, width);
    }
  }
}

/** Part of a factor that becomes a tile. */
struct FactorTile {
  FactorTile(const Factor& factor, int across, int along, ptrdiff_t next) : f(factor), ahead(next) {
    count = f.count - across;
    depth = f.depth - along;
    const int inner = f.isAlong ? f.firstDepth + along : f.firstCount + across;
    line = f.isAlong ? f.firstCount + across : f.firstDepth + along;
    from = f.from + (f.pieces == nullptr ? inner : f.pieces[inner / f.run] + inner % f.run);
    hasLast = f.last != nullptr && (f.isAlong ? depth <= kTileDepth : count <= kTileSide);
    isFull = count >= kTileSide && depth >= kTileDepth && !hasLast;
  }

  const float* Line(int i) const { return from + (f.lines == nullptr ? (line + i) * f.stride : f.lines[line + i]); }

  /** A vector of a line, from number `begin`, asking for the one that will be needed later; zeros stand for what is not there. */
  template <bool kIsFull>
  __m512 Numbers(int i, int begin) const {
    if (kIsFull) {
      const float* const numbers = Line(i) + begin;
      __builtin_prefetch(numbers + ahead, 0, 2);
      return _mm512_loadu_ps(numbers);
    }
    if (i >= (f.isAlong ? count : depth)) return _mm512_setzero_ps();
    const int there = (f.isAlong ? depth : count) - begin;
    const float* const numbers = Line(i) + begin;
    if (!hasLast || there <= 0 || there > kLanes) return _mm512_maskz_loadu_ps(FirstLanes(there), numbers);
    const __m512 others = _mm512_maskz_loadu_ps(FirstLanes(there - 1), numbers);
    return _mm512_mask_mov_ps(others, static_cast<__mmask16>(1u << (there - 1)), _mm512_set1_ps(f.last[line + i]));
  }

  const Factor& f;
  const ptrdiff_t ahead;
  /** What there is of it. */
  int count, depth;
  /** Its first line, and where its lines begin. */
  int line;
  const float* from;
  bool isFull, hasLast;
};

/** A square of a tile: 16 of its lines from `first`, from number `begin`, transposed. */
template <bool kIsFull>
inline void TurnSquare(const FactorTile& tile, int first, int begin, Lanes (&square)[kLanes]) {
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) square[i] = (Lanes)tile.Numbers<kIsFull>(first + i, begin);
  TransposeSquare(square);
}

/** Brings a tile into parts. Lines lie along the depth or not; if `kTurns`, the tile's rows are across them. */
template <bool kIsAlong, bool kTurns, bool kIsFull>
void SplitTile(const FactorTile& tile, char* to) {
  if (!kTurns) {
#pragma GCC unroll 4
    for (int row = 0; row < kTileSide; ++row, to += kRowBytes) {
      if (kIsAlong) StoreParts<true>(tile.Numbers<kIsFull>(row, 0), tile.Numbers<kIsFull>(row, kLanes), to);
      else StoreParts<false>(tile.Numbers<kIsFull>(2 * row, 0), tile.Numbers<kIsFull>(2 * row + 1, 0), to);
    }
    return;
  }
  Lanes first[kLanes], second[kLanes];
  TurnSquare<kIsFull>(tile, 0, 0, first);
  TurnSquare<kIsFull>(tile, kIsAlong ? 0 : kLanes, kIsAlong ? kLanes : 0, second);
#pragma GCC unroll 4
  for (int row = 0; row < kTileSide; ++row, to += kRowBytes) {
    if (!kIsAlong) StoreParts<true>((__m512)first[row], (__m512)second[row], to);
    else if (row < kLanes / 2) StoreParts<false>((__m512)first[2 * row], (__m512)first[2 * row + 1], to);
    else StoreParts<false>((__m512)second[2 * row - kLanes], (__m512)second[2 * row + 1 - kLanes], to);
  }
}

/** `leftBytes`: of a tile of a; `pairs` of parts are multiplied. */
template <class Left>
void MultiplyTiles(const Product& p, ptrdiff_t leftBytes, int pairs, Aside* aside) {
  alignas(64) float sums[2 * kTileSide * kSumsStride];
  const UnitInUse unit;
  const int count = RoundUp(p.depth, kTileDepth) / kTileDepth;
  const ptrdiff_t leftLine = count * leftBytes, line = count * kTileBytes;
  const auto *a = reinterpret_cast<const char*>(p.a), *b = reinterpret_cast<const char*>(p.b);
  const int tiles = RoundUp(p.rows, kTileSide) / kTileSide * (RoundUp(p.columns, kTileSide) / kTileSide);
  const float share = 1.0f / (static_cast<float>(pairs) * tiles * count);
  const ptrdiff_t startStride = p.adds ? p.cStride : 0;
  for (int column = 0; column < p.columns; column += 2 * kTileSide) {
    for (int row = 0; row < p.rows; row += 2 * kTileSide) {
      const int rows = std::min(2 * kTileSide, p.rows - row), columns = std::min(2 * kTileSide, p.columns - column);
      const bool tall = rows > kTileSide, wide = columns > kTileSide;
      float* const c = p.c + row * p.cStride + column;
      const float* const start = p.adds ? c : p.bias != nullptr ? p.bias + column : nullptr;
      const bool isFull = rows % kTileSide == 0 && columns % kTileSide == 0;
      Meeting<Left> meeting = {{a + row / kTileSide * leftLine, leftLine}, b + column / kTileSide * line, count, nullptr, 0, sums, kSumsStride};
      if (isFull) meeting.start = start, meeting.startStride = startStride, meeting.c = c, meeting.cStride = p.cStride;
      const auto sum = tall ? wide ? SumTiles<2, 2, Left> : SumTiles<2, 1, Left>
                            : wide ? SumTiles<1, 2, Left> : SumTiles<1, 1, Left>;
      sum(meeting, aside, share * (1 + tall) * (1 + wide));
      if (!isFull) WritePart(p, rows, columns, start, startStride, sums, c);
    }
  }
  if (p.rectify) Rectify(p);
}

}  // namespace

bool HasMatrixUnit() {
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  static const bool has = syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  return has;
}

void Splitting::Start(const Factor& factor, bool isLeft, float* to, ptrdiff_t ahead, float share) {
  factor_ = factor;
  isLeft_ = isLeft;
  across_ = RoundUp(factor.count, kTileSide) / kTileSide;
  deep_ = RoundUp(factor.depth, kTileDepth) / kTileDepth;
  ahead_ = ahead;
  to_ = reinterpret_cast<char*>(to);
  tile_ = 0;
  left_ = across_ * deep_;
  share_ = share * left_;
  due_ = 0;
}

void Splitting::Step(float part) {
  if (left_ == 0) return;
  due_ += part * share_;
  for (; due_ >= 1 && left_ > 0; due_ -= 1) Next();
}

void Splitting::Finish() {
  while (left_ > 0) Next();
}

void Splitting::Next() {
  const int index = factor_.isAlong ? tile_ / deep_ : tile_ % across_, k = factor_.isAlong ? tile_ % deep_ : tile_ / across_;
  const FactorTile tile(factor_, index * kTileSide, k * kTileDepth, ahead_);
  char* const to = to_ + (static_cast<ptrdiff_t>(index) * deep_ + k) * kTileBytes;
  const bool isAlong = factor_.isAlong;
  const auto split = tile.isFull ? isAlong ? isLeft_ ? SplitTile<true, false, true> : SplitTile<true, true, true>
                                           : isLeft_ ? SplitTile<false, true, true> : SplitTile<false, false, true>
                                 : isAlong ? isLeft_ ? SplitTile<true, false, false> : SplitTile<true, true, false>
                                           : isLeft_ ? SplitTile<false, true, false> : SplitTile<false, false, false>;
  split(tile, to);
  ++tile_;
  --left_;
}

void MultiplySplit(const Product& p, Aside* aside) {
  if (p.isExact) MultiplyTiles<ExactRows>(p, kPartBytes, 3, aside);
  else MultiplyTiles<TileRows>(p, kTileBytes, 6, aside);
}

#else

bool HasMatrixUnit() { return false; }
void Splitting::Start(const Factor&, bool, float*, ptrdiff_t, float) {}
void Splitting::Step(float) {}
void Splitting::Finish() {}
void MultiplySplit(const Product&, Aside*) {}

#endif

}  // namespace tarea

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
  turns_ = factor.isAlong != isLeft;
  across_ = RoundUp(factor.count, kTileSide) / kTileSide;
  deep_ = RoundUp(factor.depth, kTileDepth) / kTileDepth;
  ahead_ = ahead;
  to_ = reinterpret_cast<char*>(to);
  tile_ = 0;
  step_ = 0;
  left_ = across_ * deep_ * (turns_ ? kTileSide + kParts : kTileSide);
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

inline const float* Splitting::Line(int line) const {
  return from_ + (factor_.lines == nullptr ? line * factor_.stride : factor_.lines[line]);
}

inline void Splitting::Next() {
  if (step_ == 0) StartTile();
  if (step_ < kTileSide) {
    const __m512i order = (factor_.isAlong ? kAlong : kAcross).Load();
    if (isFull_) {
      const float* const first = Line(factor_.isAlong ? line_ + step_ : line_ + 2 * step_);
      const float* const second = factor_.isAlong ? first + kLanes : Line(line_ + 2 * step_ + 1);
      StoreParts(_mm512_loadu_ps(first), _mm512_loadu_ps(second), order, row_);
      __builtin_prefetch(first + ahead_, 0, 2);
      __builtin_prefetch(second + ahead_, 0, 2);
    } else {
      const __m512 first = factor_.isAlong ? Numbers(step_, 0, depth_) : Numbers(2 * step_, 0, count_);
      StoreParts(first, factor_.isAlong ? Numbers(step_, kLanes, depth_) : Numbers(2 * step_ + 1, 0, count_), order, row_);
    }
    row_ += kRowBytes;
  } else {
    const int part = step_ - kTileSide;
    Transpose(kTileSide, kTileSide, reinterpret_cast<const float*>(turned_ + part * kPartBytes), kTileSide,
              reinterpret_cast<float*>(target_ + part * kPartBytes), kTileSide);
  }
  --left_;
  if (++step_ == (turns_ ? kTileSide + kParts : kTileSide)) step_ = 0;
}

void Splitting::StartTile() {
  const Factor& f = factor_;
  const int index = f.isAlong ? tile_ / deep_ : tile_ % across_, k = f.isAlong ? tile_ % deep_ : tile_ / across_;
  const int across = index * kTileSide, along = k * kTileDepth;
  count_ = f.count - across;
  depth_ = f.depth - along;
  const int inner = f.isAlong ? f.firstDepth + along : f.firstCount + across;
  line_ = f.isAlong ? f.firstCount + across : f.firstDepth + along;
  from_ = f.from + (f.pieces == nullptr ? inner : f.pieces[inner / f.run] + inner % f.run);
  hasLast_ = f.last != nullptr && (f.isAlong ? depth_ <= kTileDepth : count_ <= kTileSide);
  isFull_ = count_ >= kTileSide && depth_ >= kTileDepth && !hasLast_;
  target_ = to_ + (static_cast<ptrdiff_t>(index) * deep_ + k) * kTileBytes;
  row_ = turns_ ? turned_ : target_;
  ++tile_;
}

/** A vector of a line of the tile, from number `begin`; there are `end` numbers. Zeros stand for what is not there. */
__m512 Splitting::Numbers(int line, int begin, int end) const {
  if (line >= (factor_.isAlong ? count_ : depth_)) return _mm512_setzero_ps();
  const int count = end - begin;
  const float* const from = Line(line_ + line) + begin;
  if (!hasLast_ || count <= 0 || count > kLanes) return _mm512_maskz_loadu_ps(FirstLanes(count), from);
  const __m512 others = _mm512_maskz_loadu_ps(FirstLanes(count - 1), from);
  return _mm512_mask_mov_ps(others, static_cast<__mmask16>(1u << (count - 1)), _mm512_set1_ps(factor_.last[line_ + line]));
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

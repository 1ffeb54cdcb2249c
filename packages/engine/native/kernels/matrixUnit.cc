#include "matrixUnit.h"

#include <algorithm>

#include "laneTools.h"

#if defined(__AMX_BF16__) && defined(__AVX512BW__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#define TAREA_MATRIX_UNIT
#endif

namespace tarea {

#if defined(TAREA_MATRIX_UNIT)

namespace {

constexpr int kParts = 3;
constexpr ptrdiff_t kRowBytes = kTileDepth * 2;
/** Bytes of a tile of one part, and of all. */
constexpr ptrdiff_t kPartBytes = kTileSide * kRowBytes, kTileBytes = kParts * kPartBytes;
/** Sums of two by two tiles. */
constexpr int kSumsStride = 2 * kTileSide;

/** Which upper halves of the numbers of two vectors go where: those of the first before those of the second, or number by number. */
struct alignas(64) HalfOrder {
  explicit constexpr HalfOrder(bool isAlong) : order() {
    for (int i = 0; i < 2 * kLanes; ++i) order[i] = static_cast<short>(isAlong ? 2 * i + 1 : i + (i % 2 ? 2 * kLanes : 1));
  }
  __m512i Load() const { return _mm512_load_si512(order); }
  short order[2 * kLanes];
};
constexpr HalfOrder kAlong(true), kAcross(false);

/** Two vectors in parts, each part of both in a row of its tile: the nearest bfloat16, then what is left of each number, twice. */
inline void StoreParts(__m512 first, __m512 second, __m512i order, char* to) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000)), half = _mm512_set1_epi32(0x8000);
  const __m512i firstPart = _mm512_and_si512(_mm512_add_epi32((__m512i)first, half), upper);
  const __m512i secondPart = _mm512_and_si512(_mm512_add_epi32((__m512i)second, half), upper);
  _mm512_store_si512(to, _mm512_permutex2var_epi16(firstPart, order, secondPart));
  first = _mm512_sub_ps(first, (__m512)firstPart);
  second = _mm512_sub_ps(second, (__m512)secondPart);
  _mm512_store_si512(to + kPartBytes, _mm512_permutex2var_epi16((__m512i)first, order, (__m512i)second));
  first = _mm512_sub_ps(first, (__m512)_mm512_and_si512((__m512i)first, upper));
  second = _mm512_sub_ps(second, (__m512)_mm512_and_si512((__m512i)second, upper));
  _mm512_store_si512(to + 2 * kPartBytes, _mm512_permutex2var_epi16((__m512i)first, order, (__m512i)second));
}

inline __mmask16 FirstLanes(int count) { return count >= kLanes ? 0xffff : count <= 0 ? 0 : static_cast<__mmask16>((1u << count) - 1); }

/** The unit's registers, eight tiles, for as long as they are needed. */
class UnitInUse {
 public:
  UnitInUse() {
    struct alignas(64) {
      unsigned char palette = 1, start = 0, reserved[14] = {};
      unsigned short rowBytes[16] = {};
      unsigned char rows[16] = {};
    } layout;
    for (int tile = 0; tile < 8; ++tile) {
      layout.rowBytes[tile] = kRowBytes;
      layout.rows[tile] = kTileSide;
    }
    _tile_loadconfig(&layout);
  }
  ~UnitInUse() { _tile_release(); }
};

/** Where two rows of tiles of a, or one, meet two columns of tiles of b, or one. */
struct Meeting {
  const char *a, *b;
  /** Tiles along the depth. */
  int count;
  /** What the sums start from, unless null. */
  const float* start;
  ptrdiff_t startStride;
  /** Where they go. */
  float* c;
  ptrdiff_t cStride;
};

/** A sixth of a step along the depth: all pairs of the parts that the registers hold. */
template <int kRows, int kColumns>
inline void SumParts(Aside* aside, float share) {
  _tile_dpbf16ps(0, 4, 6);
  if (kColumns > 1) _tile_dpbf16ps(1, 4, 7);
  if (kRows > 1) _tile_dpbf16ps(2, 5, 6);
  if (kRows > 1 && kColumns > 1) _tile_dpbf16ps(3, 5, 7);
  if (aside != nullptr) aside->Step(share);
}

template <int kRows>
inline void LoadLeft(const char* a, ptrdiff_t next, int part) {
  _tile_loadd(4, a + part * kPartBytes, kRowBytes);
  if (kRows > 1) _tile_loadd(5, a + next + part * kPartBytes, kRowBytes);
}

template <int kColumns>
inline void LoadRight(const char* b, ptrdiff_t next, int part) {
  _tile_loadd(6, b + part * kPartBytes, kRowBytes);
  if (kColumns > 1) _tile_loadd(7, b + next + part * kPartBytes, kRowBytes);
}

/** `aside` does `share` of its work in each sixth of a step along the depth, while the unit is busy. */
template <int kRows, int kColumns>
void SumTiles(const Meeting& meeting, Aside* aside, float share) {
  const char *a = meeting.a, *b = meeting.b;
  const ptrdiff_t next = meeting.count * kTileBytes;
  if (meeting.start != nullptr) {
    const ptrdiff_t bytes = meeting.startStride * static_cast<ptrdiff_t>(sizeof(float));
    const float *const start = meeting.start, *const below = start + kTileSide * meeting.startStride;
    _tile_loadd(0, start, bytes);
    if (kColumns > 1) _tile_loadd(1, start + kTileSide, bytes);
    if (kRows > 1) _tile_loadd(2, below, bytes);
    if (kRows > 1 && kColumns > 1) _tile_loadd(3, below + kTileSide, bytes);
  } else {
    _tile_zero(0);
    if (kColumns > 1) _tile_zero(1);
    if (kRows > 1) _tile_zero(2);
    if (kRows > 1 && kColumns > 1) _tile_zero(3);
  }
  for (int k = 0; k < meeting.count; ++k, a += kTileBytes, b += kTileBytes) {
    LoadLeft<kRows>(a, next, 0);
    LoadRight<kColumns>(b, next, 2);
    SumParts<kRows, kColumns>(aside, share);
    LoadRight<kColumns>(b, next, 1);
    SumParts<kRows, kColumns>(aside, share);
    LoadLeft<kRows>(a, next, 1);
    SumParts<kRows, kColumns>(aside, share);
    LoadRight<kColumns>(b, next, 0);
    SumParts<kRows, kColumns>(aside, share);
    LoadLeft<kRows>(a, next, 2);
    SumParts<kRows, kColumns>(aside, share);
    LoadLeft<kRows>(a, next, 0);
    SumParts<kRows, kColumns>(aside, share);
  }
  const ptrdiff_t bytes = meeting.cStride * static_cast<ptrdiff_t>(sizeof(float));
  float *const c = meeting.c, *const below = c + kTileSide * meeting.cStride;
  _tile_stored(0, c, bytes);
  if (kColumns > 1) _tile_stored(1, c + kTileSide, bytes);
  if (kRows > 1) _tile_stored(2, below, bytes);
  if (kRows > 1 && kColumns > 1) _tile_stored(3, below + kTileSide, bytes);
}

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
  alignas(64) float sums[2 * kTileSide * kSumsStride];
  const UnitInUse unit;
  const int count = RoundUp(p.depth, kTileDepth) / kTileDepth;
  const ptrdiff_t line = count * kTileBytes;
  const auto *a = reinterpret_cast<const char*>(p.a), *b = reinterpret_cast<const char*>(p.b);
  const int tiles = RoundUp(p.rows, kTileSide) / kTileSide * (RoundUp(p.columns, kTileSide) / kTileSide);
  const float share = 1.0f / (6.0f * tiles * count);
  const ptrdiff_t startStride = p.adds ? p.cStride : 0;
  for (int column = 0; column < p.columns; column += 2 * kTileSide) {
    for (int row = 0; row < p.rows; row += 2 * kTileSide) {
      const int rows = std::min(2 * kTileSide, p.rows - row), columns = std::min(2 * kTileSide, p.columns - column);
      const bool tall = rows > kTileSide, wide = columns > kTileSide;
      float* const c = p.c + row * p.cStride + column;
      const float* const start = p.adds ? c : p.bias != nullptr ? p.bias + column : nullptr;
      const bool isFull = rows % kTileSide == 0 && columns % kTileSide == 0;
      Meeting meeting = {a + row / kTileSide * line, b + column / kTileSide * line, count, nullptr, 0, sums, kSumsStride};
      if (isFull) meeting.start = start, meeting.startStride = startStride, meeting.c = c, meeting.cStride = p.cStride;
      const auto sum = tall ? wide ? SumTiles<2, 2> : SumTiles<2, 1> : wide ? SumTiles<1, 2> : SumTiles<1, 1>;
      sum(meeting, aside, share * (1 + tall) * (1 + wide));
      if (!isFull) WritePart(p, rows, columns, start, startStride, sums, c);
    }
  }
  if (p.rectify) Rectify(p);
}

#else

bool HasMatrixUnit() { return false; }
void Splitting::Start(const Factor&, bool, float*, ptrdiff_t, float) {}
void Splitting::Step(float) {}
void Splitting::Finish() {}
void MultiplySplit(const Product&, Aside*) {}

#endif

}  // namespace tarea

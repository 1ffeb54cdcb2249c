// The matrix unit's instructions: numbers in parts, and sums of products of their tiles. All here needs TAREA_MATRIX_UNIT.
#pragma once

#include "gemm.h"
#include "matrixUnit.h"

#if defined(__AMX_BF16__) && defined(__AVX512BW__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#define TAREA_MATRIX_UNIT
#endif

#if defined(TAREA_MATRIX_UNIT)

namespace tarea {

constexpr int kParts = 3;
constexpr ptrdiff_t kRowBytes = kTileDepth * 2;
/** Bytes of a tile of one part, and of all. */
constexpr ptrdiff_t kPartBytes = kTileSide * kRowBytes, kTileBytes = kParts * kPartBytes;
/** Sums of two by two tiles. */
constexpr int kSumsStride = 2 * kTileSide;

/** Every second half of two vectors: the upper ones. */
struct alignas(64) HalfOrder {
  constexpr HalfOrder() : order() {
    for (int i = 0; i < 2 * kLanes; ++i) order[i] = static_cast<short>(2 * i + 1);
  }
  __m512i Load() const { return _mm512_load_si512(order); }
  short order[2 * kLanes];
};
constexpr HalfOrder kAlong;

/** The upper halves of the numbers of two vectors: those of the first before those of the second, or number by number. */
template <bool kIsAlong>
inline __m512i UpperHalves(__m512i first, __m512i second) {
  if (kIsAlong) return _mm512_permutex2var_epi16(first, kAlong.Load(), second);
  constexpr int kFirstOrPartOfSecond = 0xf8;
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000));
  return _mm512_ternarylogic_epi32(_mm512_srli_epi32(first, 16), second, upper, kFirstOrPartOfSecond);
}

/** Two vectors in parts, each part of both in a row of its tile: the nearest bfloat16, then what is left of each number, twice. */
template <bool kIsAlong>
inline void StoreParts(__m512 first, __m512 second, char* to, ptrdiff_t partBytes = kPartBytes) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000)), half = _mm512_set1_epi32(0x8000);
  const __m512i firstPart = _mm512_and_si512(_mm512_add_epi32((__m512i)first, half), upper);
  const __m512i secondPart = _mm512_and_si512(_mm512_add_epi32((__m512i)second, half), upper);
  _mm512_store_si512(to, UpperHalves<kIsAlong>(firstPart, secondPart));
  first = _mm512_sub_ps(first, (__m512)firstPart);
  second = _mm512_sub_ps(second, (__m512)secondPart);
  _mm512_store_si512(to + partBytes, UpperHalves<kIsAlong>((__m512i)first, (__m512i)second));
  first = _mm512_sub_ps(first, (__m512)_mm512_and_si512((__m512i)first, upper));
  second = _mm512_sub_ps(second, (__m512)_mm512_and_si512((__m512i)second, upper));
  _mm512_store_si512(to + 2 * partBytes, UpperHalves<kIsAlong>((__m512i)first, (__m512i)second));
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

/** Two rows of tiles of a, or one, brought into parts one tile after the other. */
struct TileRows {
  static constexpr bool kIsExact = false;
  const char* At(int row, int k, int part) const { return at + row * next + k * kTileBytes + part * kPartBytes; }
  static ptrdiff_t Stride() { return kRowBytes; }
  const char* at;
  /** Bytes to the second row of tiles. */
  ptrdiff_t next;
};

/** The same of numbers that bfloat16 has exactly: there is one part. */
struct ExactRows {
  static constexpr bool kIsExact = true;
  const char* At(int row, int k, int) const { return at + row * next + k * kPartBytes; }
  static ptrdiff_t Stride() { return kRowBytes; }
  const char* at;
  ptrdiff_t next;
};

/** The same in place: rows of a are `row` bytes apart, parts `part` bytes; `places` has the distance of each step along the depth. */
struct GridRows {
  static constexpr bool kIsExact = false;
  const char* At(int second, int k, int which) const { return at + second * kTileSide * row + places[k] + which * part; }
  ptrdiff_t Stride() const { return row; }
  const char* at;
  ptrdiff_t row, part;
  const ptrdiff_t* places;
};

/** Where rows of a meet two columns of tiles of b, or one. */
template <class Left>
struct Meeting {
  Left a;
  const char* b;
  /** Tiles along the depth. */
  int count;
  /** What the sums start from, unless null. */
  const float* start;
  ptrdiff_t startStride;
  /** Where they go. */
  float* c;
  ptrdiff_t cStride;
};

/** A sixth of a step along the depth, or a third with an exact a: all pairs of the parts that the registers hold. */
template <int kRows, int kColumns>
inline void SumParts(Aside* aside, float share) {
  _tile_dpbf16ps(0, 4, 6);
  if (kColumns > 1) _tile_dpbf16ps(1, 4, 7);
  if (kRows > 1) _tile_dpbf16ps(2, 5, 6);
  if (kRows > 1 && kColumns > 1) _tile_dpbf16ps(3, 5, 7);
  if (aside != nullptr) aside->Step(share);
}

template <int kRows, class Left>
inline void LoadLeft(const Left& a, int k, int part) {
  _tile_loadd(4, a.At(0, k, part), a.Stride());
  if (kRows > 1) _tile_loadd(5, a.At(1, k, part), a.Stride());
}

template <int kColumns>
inline void LoadRight(const char* b, ptrdiff_t next, int part) {
  _tile_loadd(6, b + part * kPartBytes, kRowBytes);
  if (kColumns > 1) _tile_loadd(7, b + next + part * kPartBytes, kRowBytes);
}

/** `aside` does `share` of its work with each pair of parts, while the unit is busy. */
template <int kRows, int kColumns, class Left>
void SumTiles(const Meeting<Left>& meeting, Aside* aside, float share) {
  const Left a = meeting.a;
  const char* b = meeting.b;
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
  for (int k = 0; k < meeting.count; ++k, b += kTileBytes) {
    LoadLeft<kRows>(a, k, 0);
    LoadRight<kColumns>(b, next, 2);
    SumParts<kRows, kColumns>(aside, share);
    LoadRight<kColumns>(b, next, 1);
    SumParts<kRows, kColumns>(aside, share);
    if (!Left::kIsExact) {
      LoadLeft<kRows>(a, k, 1);
      SumParts<kRows, kColumns>(aside, share);
    }
    LoadRight<kColumns>(b, next, 0);
    SumParts<kRows, kColumns>(aside, share);
    if (Left::kIsExact) continue;
    LoadLeft<kRows>(a, k, 2);
    SumParts<kRows, kColumns>(aside, share);
    LoadLeft<kRows>(a, k, 0);
    SumParts<kRows, kColumns>(aside, share);
  }
  const ptrdiff_t bytes = meeting.cStride * static_cast<ptrdiff_t>(sizeof(float));
  float *const c = meeting.c, *const below = c + kTileSide * meeting.cStride;
  _tile_stored(0, c, bytes);
  if (kColumns > 1) _tile_stored(1, c + kTileSide, bytes);
  if (kRows > 1) _tile_stored(2, below, bytes);
  if (kRows > 1 && kColumns > 1) _tile_stored(3, below + kTileSide, bytes);
}

}  // namespace tarea

#endif

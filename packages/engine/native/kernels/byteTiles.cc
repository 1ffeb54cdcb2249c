#include "byteTiles.h"

#include <algorithm>

#include "laneTools.h"
#include "tiles.h"

namespace tarea {

#if defined(TAREA_MATRIX_UNIT)

namespace {

/** Floats that the tiles of one factor take. */
size_t ExactSize(int count, int depth) { return static_cast<size_t>(RoundUp(count, kTileSide)) * RoundUp(depth, kTileDepth) / 2; }

/** At most 16 bytes as numbers, zeros behind them. */
inline __m512 Numbers(const uint8_t* from, int count) {
  const __m128i bytes = _mm_maskz_loadu_epi8(FirstLanes(count), from);
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
}

/** Numbers that bfloat16 has: two vectors in one row of a tile. */
template <bool kIsAlong>
inline void StoreRow(__m512 first, __m512 second, char* to) {
  _mm512_store_si512(to, UpperHalves<kIsAlong>((__m512i)first, (__m512i)second));
}

}  // namespace

void ByteTiles::Take(const uint8_t* values, long length, const int32_t* rows, int batch, long column, int width) {
  batch_ = batch;
  width_ = width;
  const size_t size = ExactSize(batch, width);
  samples_ = scratch_.Get(size + ExactSize(width, batch));
  columns_ = samples_ + size;
  TakeSamples(values + column, length, rows);
  TakeColumns(values + column, length, rows);
}

const float* ByteTiles::Samples(int sample) const { return samples_ + ExactSize(sample, width_); }
const float* ByteTiles::Columns(int column) const { return columns_ + ExactSize(column, batch_); }

void ByteTiles::TakeSamples(const uint8_t* values, long length, const int32_t* rows) {
  constexpr int kAhead = 5;
  const int deep = RoundUp(width_, kTileDepth) / kTileDepth;
  char* const to = reinterpret_cast<char*>(samples_);
  for (int sample = 0; sample < RoundUp(batch_, kTileSide); sample++) {
    if (sample + kAhead < batch_) Fetch(values + rows[sample + kAhead] * length, width_);
    const uint8_t* const from = sample < batch_ ? values + rows[sample] * length : nullptr;
    char* row = to + sample / kTileSide * deep * kPartBytes + sample % kTileSide * kRowBytes;
    for (int k = 0; k < deep; k++, row += kPartBytes) {
      const int left = from == nullptr ? 0 : width_ - k * kTileDepth;
      StoreRow<true>(Numbers(from + k * kTileDepth, left), Numbers(from + k * kTileDepth + kLanes, left - kLanes), row);
    }
  }
}

void ByteTiles::TakeColumns(const uint8_t* values, long length, const int32_t* rows) {
  alignas(64) float turned[kTileSide * kLanes];
  const int deep = RoundUp(batch_, kTileDepth) / kTileDepth;
  for (int k = 0; k < deep; k++) {
    for (int column = 0; column < width_; column += kTileSide) {
      const auto numbers = [&](int sample) {
        return Numbers(values + rows[std::min(sample, batch_ - 1)] * length + column, sample < batch_ ? width_ - column : 0);
      };
      for (int pair = 0; pair < kTileSide; pair++) {
        const int sample = k * kTileDepth + 2 * pair;
        StoreRow<false>(numbers(sample), numbers(sample + 1), reinterpret_cast<char*>(turned + pair * kLanes));
      }
      Transpose(kTileSide, kTileSide, turned, kLanes, columns_ + (column / kTileSide * deep + k) * (kPartBytes / 4), kLanes);
    }
  }
}

#else

void ByteTiles::Take(const uint8_t*, long, const int32_t*, int, long, int) {}
const float* ByteTiles::Samples(int) const { return nullptr; }
const float* ByteTiles::Columns(int) const { return nullptr; }

#endif

}  // namespace tarea

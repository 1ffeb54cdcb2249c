// Where the convolution's parts lie in memory: images with their zeros around them, and which position of each window won.
#pragma once

#include <algorithm>

#include "conv.h"
#include "laneTools.h"

namespace tarea {

typedef int32_t Integers __attribute__((vector_size(kLanes * sizeof(int32_t))));
typedef uint8_t Bytes __attribute__((vector_size(kLanes)));
typedef Bytes UnalignedBytes __attribute__((aligned(1), may_alias));
typedef Integers UnalignedIntegers __attribute__((aligned(4), may_alias));

inline Integers LoadIntegers(const int* from) { return *reinterpret_cast<const UnalignedIntegers*>(from); }
inline void StoreIntegers(int* to, Integers value) { *reinterpret_cast<UnalignedIntegers*>(to) = value; }

/** Numbers 0 to 255 from and to bytes. */
inline Integers Widen(const uint8_t* from) {
#if defined(__AVX512F__)
  return (Integers)_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
#elif defined(__AVX2__)
  return (Integers)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
#else
  return __builtin_convertvector(*reinterpret_cast<const UnalignedBytes*>(from), Integers);
#endif
}
inline Bytes Narrow(Integers numbers) {
#if defined(__AVX512F__)
  return (Bytes)_mm512_cvtepi32_epi8((__m512i)numbers);
#else
  return __builtin_convertvector(numbers, Bytes);
#endif
}

/** Accumulators of a kernel: what leaves registers for the operands. */
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kAccumulators = 24;
#else
constexpr int kAccumulators = 12;
#endif

/** Size of the next part when `count` things are cut into as few nearly equal parts of at most `most` as do, and `done` are. */
inline int NextPart(int count, int most, int done) {
  const int left = count - done, parts = (left + most - 1) / most;
  return (left + parts - 1) / parts;
}

/**
 * `saved` holds, sample by sample, the padded images and then the winners[pooledHeight, pooledWidth, filters]: the index of the
 * first greatest position of the window in row-major order, or the greatest number where the rectifier lets nothing through.
 * Windows beyond 254 positions take 4 bytes for each winner, others 1; without a pool and a rectifier there are no winners.
 */
struct ConvLayout {
  explicit ConvLayout(const ConvShape& shape)
      : pooledHeight(shape.pooledHeight()),
        pooledWidth(shape.pooledWidth()),
        rows(pooledHeight * shape.poolHeight),
        columns(pooledWidth * shape.poolWidth),
        paddedHeight(std::max(0, (rows - 1) * shape.strideHeight + shape.kernelHeight)),
        paddedWidth(std::max(0, (columns - 1) * shape.strideWidth + shape.kernelWidth)),
        rowSize(paddedWidth * shape.channels),
        imageSize(RoundUp(paddedHeight * rowSize + kLanes, 16)),
        window(shape.poolHeight * shape.poolWidth),
        hasWinners(window > 1 || shape.rectify),
        wideWinners(window > 254),
        filterLanes(RoundUp(shape.filters, kLanes)),
        outputs(pooledHeight * pooledWidth * shape.filters),
        winnersSize(hasWinners ? RoundUp((outputs + kLanes) * (wideWinners ? 4 : 1), 64) / 4 : 0) {}

  int pooledHeight, pooledWidth;
  /** Positions of the convolution that reach some window. */
  int rows, columns;
  /** What those positions see, zeros around the image included. */
  int paddedHeight, paddedWidth;
  /** Floats in a row of the padded image. */
  int rowSize;
  /** Floats of a padded image, with room for one vector to reach past its end. */
  int imageSize;
  int window;
  bool hasWinners, wideWinners;
  /** Filters, rounded up to vectors. */
  int filterLanes;
  /** Values of y, for one sample. */
  int outputs;
  /** In floats, for one sample, with room for one vector to reach past its end. */
  int winnersSize;
};

/** Without a pool, with strides of one, the image's gradient is a convolution of the outputs' gradient, turned by 180 degrees: its shape. */
ConvShape InputGradientShape(const ConvShape& shape);

/** Copies one sample into rows `from` to `to` - 1 of the padded image; with the last row, what is behind it becomes zeros. */
void PadRows(const ConvShape& shape, const ConvLayout& layout, const float* x, int from, int to, float* padded);
/** Copies the padded image's inside back. */
void Unpad(const ConvShape& shape, const ConvLayout& layout, const float* padded, float* x);

}  // namespace tarea

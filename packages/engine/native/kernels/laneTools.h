// What the kernels need of vectors beyond arithmetic: parts of a vector, square roots, transposition.
#pragma once

#include <limits>

#include "lanes.h"

#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace tarea {

#if defined(__AVX2__) && !defined(__AVX512F__)
inline __m256i FirstLanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/** The first `count` lanes from memory, zeros behind them; reads nothing else. */
inline Lanes LoadPart(const float* from, int count) {
#if defined(__AVX512F__)
  return (Lanes)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
#elif defined(__AVX2__)
  return (Lanes)_mm256_maskload_ps(from, FirstLanes(count));
#else
  Lanes value{};
  for (int lane = 0; lane < count; ++lane) value[lane] = from[lane];
  return value;
#endif
}

/** Writes the first `count` lanes and nothing else. */
inline void StorePart(float* to, Lanes value, int count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1), (__m512)value);
#elif defined(__AVX2__)
  _mm256_maskstore_ps(to, FirstLanes(count), (__m256)value);
#else
  for (int lane = 0; lane < count; ++lane) to[lane] = value[lane];
#endif
}

// Roots and quotients come from the processor's estimates and one step of Newton's method: within a few units in the last place,
// and several times as fast as its exact instructions.
#if defined(__AVX512F__)
inline Lanes GuessInverseRoot(Lanes value) { return (Lanes)_mm512_maskz_rsqrt14_ps(0xffff, (__m512)value); }
inline Lanes GuessInverse(Lanes value) { return (Lanes)_mm512_maskz_rcp14_ps(0xffff, (__m512)value); }
#elif defined(__AVX2__)
inline Lanes GuessInverseRoot(Lanes value) { return (Lanes)_mm256_rsqrt_ps((__m256)value); }
inline Lanes GuessInverse(Lanes value) { return (Lanes)_mm256_rcp_ps((__m256)value); }
#else
inline Lanes ExactRoot(Lanes value) {
#if defined(__aarch64__)
  return (Lanes)vsqrtq_f32((float32x4_t)value);
#else
  for (int lane = 0; lane < kLanes; ++lane) value[lane] = __builtin_sqrtf(value[lane]);
  return value;
#endif
}
#endif

/** value / sqrt(square) of positive squares. */
inline Lanes OverRoot(Lanes value, Lanes square) {
#if defined(__AVX2__)
  const Lanes guess = GuessInverseRoot(square);
  return value * (guess + (0.5f * guess) * (1 - (square * guess) * guess));
#else
  return value / ExactRoot(square);
#endif
}

/** value / (sqrt(square) + epsilon) of squares that are not negative. */
inline Lanes OverRoot(Lanes value, Lanes square, float epsilon) {
#if defined(__AVX2__)
  const Lanes smallest = Fill(std::numeric_limits<float>::min());
  const Lanes guess = GuessInverseRoot(square > smallest ? square : smallest);
  const Lanes root = square * guess;
  const Lanes divisor = root * (1.5f - 0.5f * (root * guess)) + epsilon;
  const Lanes inverse = GuessInverse(divisor);
  const Lanes quotient = value * inverse;
  return quotient + inverse * (value - divisor * quotient);
#else
  return value / (ExactRoot(square) + epsilon);
#endif
}

/** a0 b0 a1 b1 ... of the lower halves of two vectors. */
inline Lanes InterleaveLow(Lanes a, Lanes b) {
#if defined(__AVX512F__)
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#elif defined(__AVX__)
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
#endif
}

inline Lanes InterleaveHigh(Lanes a, Lanes b) {
#if defined(__AVX512F__)
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#elif defined(__AVX__)
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

/** Interleaving the halves of the rows as often as a lane's number has bits transposes the square. */
inline void TransposeSquare(Lanes (&square)[kLanes]) {
#pragma GCC unroll 4
  for (int width = 1; width < kLanes; width *= 2) {
    Lanes next[kLanes];
#pragma GCC unroll 8
    for (int row = 0; row < kLanes / 2; ++row) {
      next[2 * row] = InterleaveLow(square[row], square[row + kLanes / 2]);
      next[2 * row + 1] = InterleaveHigh(square[row], square[row + kLanes / 2]);
    }
#pragma GCC unroll 16
    for (int row = 0; row < kLanes; ++row) square[row] = next[row];
  }
}

/** to[columns, rows] = from[rows, columns] transposed; strides in floats. */
void Transpose(int rows, int columns, const float* from, ptrdiff_t fromStride, float* to, ptrdiff_t toStride);

}  // namespace tarea

// Transposes small matrices, a square of lanes at a time.
#include "laneTools.h"

namespace tarea {
namespace {

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

void FullSquare(const float* from, ptrdiff_t fromStride, float* to, ptrdiff_t toStride) {
  Lanes square[kLanes];
#pragma GCC unroll 16
  for (int row = 0; row < kLanes; ++row) square[row] = Load(from + row * fromStride);
  TransposeSquare(square);
#pragma GCC unroll 16
  for (int row = 0; row < kLanes; ++row) Store(to + row * toStride, square[row]);
}

void PartOfSquare(int rows, int columns, const float* from, ptrdiff_t fromStride, float* to, ptrdiff_t toStride) {
  Lanes square[kLanes];
#pragma GCC unroll 16
  for (int row = 0; row < kLanes; ++row) square[row] = row < rows ? LoadPart(from + row * fromStride, columns) : Lanes{};
  TransposeSquare(square);
#pragma GCC unroll 16
  for (int row = 0; row < kLanes; ++row) {
    if (row < columns) StorePart(to + row * toStride, square[row], rows);
  }
}

}  // namespace

void Transpose(int rows, int columns, const float* from, ptrdiff_t fromStride, float* to, ptrdiff_t toStride) {
  for (int row = 0; row < rows; row += kLanes) {
    for (int column = 0; column < columns; column += kLanes) {
      const int height = rows - row < kLanes ? rows - row : kLanes;
      const int width = columns - column < kLanes ? columns - column : kLanes;
      const float* source = from + row * fromStride + column;
      float* target = to + column * toStride + row;
      if (height == kLanes && width == kLanes) {
        FullSquare(source, fromStride, target, toStride);
      } else {
        PartOfSquare(height, width, source, fromStride, target, toStride);
      }
    }
  }
}

}  // namespace tarea

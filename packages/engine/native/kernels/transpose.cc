// Transposes small matrices, a square of lanes at a time.
#include "laneTools.h"

namespace tarea {
namespace {

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

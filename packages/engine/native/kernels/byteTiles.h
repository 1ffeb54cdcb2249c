// Batches of bytes for the matrix unit. bfloat16 has every byte exactly: one part is all there is, and half of the products are spared.
#pragma once

#include <cstdint>

#include "lanes.h"

namespace tarea {

/** Some columns of a batch as left factors. */
class ByteTiles {
 public:
  /** Takes columns [column, column + width) of the rows `rows[0, batch)` of `values`, which are `length` long. */
  void Take(const uint8_t* values, long length, const int32_t* rows, int batch, long column, int width);
  /** The batch itself, [batch, width], from this sample on, a multiple of 16. */
  const float* Samples(int sample) const;
  /** Transposed, [width, batch], from this column on, a multiple of 16. */
  const float* Columns(int column) const;

 private:
  void TakeSamples(const uint8_t* values, long length, const int32_t* rows);
  void TakeColumns(const uint8_t* values, long length, const int32_t* rows);

  Scratch scratch_;
  int batch_ = 0, width_ = 0;
  float *samples_ = nullptr, *columns_ = nullptr;
};

}  // namespace tarea

// Rows taken out of data as they are stored.
#pragma once

#include <algorithm>
#include <cstring>

#include "lanes.h"
#include "tensorflowApi.h"

namespace tarea {

/** Rows of bytes, int32 or float32; as float32 they are multiplied by `scale` unless they are that already. */
struct StoredRows {
  TF_DataType type;
  const char* values;
  /** Numbers in a row. */
  int64_t length;
  float scale;

  int64_t Width() const { return type == TF_UINT8 ? 1 : sizeof(float); }

  /** Columns [column, column + width) of rows[from, end), as they are asked for; row i goes to `to + i * stride`. */
  void Gather(const int32_t* rows, int64_t from, int64_t end, int64_t column, int64_t width, float* to, int64_t stride) const {
    const char* first = values + column * Width();
    int64_t fetched = from;
    for (int64_t i = from; i < end; i++) {
      for (; fetched < std::min(i + kAhead, end); fetched++) Fetch(first + rows[fetched] * length * Width(), width * Width());
      const char* row = first + rows[i] * length * Width();
      float* own = to + i * stride;
      if (type == TF_UINT8) Scale(reinterpret_cast<const uint8_t*>(row), width, own);
      else if (type == TF_INT32) Scale(reinterpret_cast<const int32_t*>(row), width, own);
      else std::memcpy(own, row, width * sizeof(float));
    }
  }

 private:
  template <class T>
  void Scale(const T* from, int64_t count, float* to) const {
    for (int64_t j = 0; j < count; j++) to[j] = static_cast<float>(from[j]) * scale;
  }
  static constexpr int64_t kAhead = 5;
};

/** Whether all of `count` row numbers or class ids are from 0 to below `limit`. */
inline bool AreBelow(const int32_t* numbers, int64_t count, int64_t limit) {
  bool inside = true;
  for (int64_t i = 0; i < count; i++) inside = inside && numbers[i] >= 0 && numbers[i] < limit;
  return inside;
}

}  // namespace tarea

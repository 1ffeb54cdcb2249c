// What TensorFlow's own operations in programs of steps share, and the groups in which they are added.
#pragma once

#include "operation.h"
#include "parallel.h"

namespace tarea {

/** Larger arrays are worked on in parts. */
constexpr int64_t kPlainLarge = 1 << 15;
constexpr int kPlainParts = 4;

/** `each(from, to)` for stretches of `size` numbers. */
template <class Each>
void ForStretches(int64_t size, const Each& each) {
  if (size < kPlainLarge) return each(0, size);
  Parallel(kPlainParts, [&](int part) { each(PartStart(size, kPlainParts, part), PartStart(size, kPlainParts, part + 1)); });
}

void AddPlainOperations();
void AddPlainArrays();
void AddPlainSums();

}  // namespace tarea

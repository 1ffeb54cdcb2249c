// A kernel of a fully connected layer shared out among parts by its rows.
#pragma once

#include "dense.h"
#include "parallel.h"

namespace tarea {

/** The rows of a kernel that belong to a part, and the columns of x. */
struct Slice {
  DenseShape shape;
  long from;
  long kernel() const { return from * shape.units; }
};

inline Slice SliceOf(const DenseShape& whole, int parts, int part) {
  const long from = PartStart(whole.inputs, parts, part);
  return {{whole.batch, static_cast<int>(PartStart(whole.inputs, parts, part + 1) - from), whole.units, whole.Stride(), whole.column, whole.lines}, from};
}

}  // namespace tarea

// Sums over lists of gradients: each adds its dy times a small matrix, found in one array, to a small matrix in another.
#pragma once

#include <cstddef>

namespace tarea {

/** Gradients, and where the matrix of each begins: of the image (a position) or of the filters (a filter). */
struct ConvEntries {
  const int* at;
  const float* dy;
  int count;
};

/** Arrays that hold matrices: floats from row to row. */
struct ConvMatrices {
  const float* from;
  int fromStride;
  float* to;
  int toStride;
};

/** For matrices of some size. Rows are read and written in whole vectors, `rowSize` floats, whatever their length. */
class EntryAdder {
 public:
  EntryAdder(int rows, int rowLength);
  int rowSize() const { return width_ * vectors_; }
  /** to += sum over the entries of dy * from[at], from row to row and behind a row's end up to rowSize too. */
  void Add(const ConvMatrices& matrices, const ConvEntries& entries) const;

 private:
  typedef void (*Function)(const ConvMatrices&, const ConvEntries&);
  static Function FunctionFor(int width, int rows, int vectors);

  int rows_, width_, vectors_;
  /** For the whole matrix at once; null if it takes several parts. */
  Function whole_;
};

}  // namespace tarea

// The backward pass of one sample: only over the positions that a gradient reaches.
#pragma once

#include "convEntries.h"
#include "convLayout.h"
#include "convOuter.h"

namespace tarea {

/**
 * The pool and the rectifier leave few positions with a gradient (with windows of 2 x 2, at most a quarter), so each filter's
 * gradient is a sum over a list of positions, dy times the part of the image that the kernel sees there; and the image's gradient
 * is a sum, position by position, over the filters that won there. Rows of the kernel, kernelWidth x channels, are in the lanes.
 */
class ConvBackwardPass {
 public:
  /** `filter` is null when `AddToImage` will not be called. */
  ConvBackwardPass(const ConvShape& shape, const ConvLayout& layout, const float* filter);

  /**
   * dz[pooledHeight, pooledWidth, filters] = dy where something passes, else 0; up to kLanes floats behind it are overwritten.
   * The functions below are about this sample then. Without winners dz is not written, and dy taken for it.
   */
  void Begin(const void* winners, const float* dy, float* dz);
  void AddToFilters(const float* padded);
  void AddToImage(float* dxPadded);
  void Finish(float* dfilter, float* dbias) const;

 private:
  void Allocate();
  /** Where the convolution's position sees the padded image. */
  int PlaceOf(int row, int column) const;
  template <typename Winner>
  void Route(const Winner* winners, const float* dy, float* dz);
  void AddBias();
  /** The list of one filter's gradients that are not 0, which are added to its bias' too. */
  ConvEntries ListOf(int filter);
  /** Adds to the image what a window passes back; `from` is its place in the image. */
  void AddWindow(float* dxPadded, int from, const float* dz, const int* at);

  const ConvShape& shape_;
  const ConvLayout& layout_;
  EntryAdder adder_;
  /** Taps in a row of the kernel, rounded up to vectors; taps of a filter. */
  int rowTaps_, filterTaps_;
  /** Pooled positions. */
  int positions_;
  /** Whether the filter's gradient is an outer product instead of lists. */
  bool outer_;
  const float* dz_;
  /** [filters, kernelHeight, rowTaps], and where each filter begins. */
  float* filter_;
  int* starts_;
  /** As `filter_`; or, for an outer product, [kernelHeight, kernelWidth, channels, filterLanes]. */
  float* dfilter_;
  /** [filters, kLanes], to be added up; or, for an outer product, [filterLanes]. */
  float* dbias_;
  /** [positions, filters]: which position of the window a gradient goes to, as an index into the padded image. */
  int* at_;
  /** dz and at_ by filters: [filters, positions]. Without a pool the places are the same for all filters: one row. */
  float* filterDz_;
  int* filterAt_;
  float* listDz_;
  int* listAt_;
  /** Where each position of a window lies in the image, from the window's first; where each window begins. */
  int* offsets_;
  int* windows_;
  /** The latter for each value of y. */
  int* outputWindows_;
};

}  // namespace tarea

// The gradient of a kernel, block by block.
#pragma once

#include <algorithm>
#include <cstring>

#include "dense.h"
#include "denseOnUnit.h"
#include "gemm.h"
#include "laneTools.h"
#include "matrixUnit.h"

namespace tarea {

// The part of the gradient that waits in the cache of the first level for the update that takes it.
constexpr int kGradientPanels = 256 / kPanel;
constexpr int kGradientRows = 14;
/** Inputs from which on it pays to pack dz. */
constexpr int kMinPackedInputs = 128;
/** Floats of x beyond which its columns are collected before they are used. */
constexpr size_t kLargeInput = 150000;

// On the matrix unit: rows of the kernel whose gradient is computed at a time, floats of dz that stay in the cache of the second level.
constexpr int kUnitRows = 2 * kTileSide;
constexpr int kUnitSectionFloats = 130000;

/** The most floats of a row of a block's gradient, a column's included. */
constexpr int kGradientWidth = kGradientPanels * kPanel + kLanes;

/** Part of a kernel. */
struct Block {
  int input, unit, rows, columns;
  /** Whether the product that is its gradient has that of the column behind it. */
  bool hasColumn = false;
  ptrdiff_t At(const DenseShape& shape) const { return static_cast<ptrdiff_t>(input) * shape.units + unit; }
};

/** x, or as much of it as a few bands of the kernel need: short rows in one place instead of pages far apart. */
class InputBand {
 public:
  InputBand(const DenseShape& shape, const float* x) : shape_(shape), x_(x) {
    isLarge_ = static_cast<size_t>(shape.batch) * shape.Stride() > kLargeInput;
    if (isLarge_) copy_ = scratch_.Get(static_cast<size_t>(shape.batch) * kStride);
  }
  ptrdiff_t Stride() const { return isLarge_ ? kStride : shape_.Stride(); }

  /** Columns [input, input + count) of x; `count` is at most kStride. */
  const float* At(int input, int count) {
    if (!isLarge_) return x_ + input;
    if (input < begin_ || input + count > end_) Copy(input);
    return copy_ + (input - begin_);
  }

 private:
  static constexpr int kStride = 272;

  void Copy(int input) {
    begin_ = input;
    end_ = std::min(input + kStride, shape_.inputs);
    for (int row = 0; row < shape_.batch; ++row) {
      std::memcpy(copy_ + row * kStride, x_ + static_cast<ptrdiff_t>(row) * shape_.Stride() + begin_,
                  (end_ - begin_) * sizeof(float));
    }
  }

  inline static thread_local Scratch scratch_;
  const DenseShape& shape_;
  const float* const x_;
  bool isLarge_;
  float* copy_ = nullptr;
  int begin_ = 0, end_ = 0;
};

/** dcolumn[rows] from as many columns of x. */
inline void ColumnGradient(const DenseShape& shape, int rows, const float* x, ptrdiff_t xStride, const float* dz, float* dcolumn) {
  for (int row = 0; row < rows; row += kLanes) {
    const int count = std::min(kLanes, rows - row);
    Lanes sums[2] = {};
    for (int sample = 0; sample < shape.batch; ++sample) {
      const float dy = dz[static_cast<ptrdiff_t>(sample) * shape.Outputs() + shape.units];
      sums[sample % 2] += dy * LoadPart(x + sample * xStride + row, count);
    }
    StorePart(dcolumn + row, sums[0] + sums[1], count);
  }
}

/** Rows of x^T for the matrix unit: while those of one band of blocks are multiplied, the next ones are brought into parts. */
class SplitBands {
 public:
  static constexpr bool kIsExact = false;
  SplitBands(const DenseShape& shape, const float* x) : shape_(shape), x_(x) {
    size_ = SplitSize(kUnitRows, shape.batch);
    rows_ = scratch_.Get(2 * size_);
  }
  /** The band from row `input` on; `share`: of the work that is to be done during the product of one block. */
  void Start(int input, float share) {
    const int count = std::min(kUnitRows, shape_.inputs - input);
    split_.StartLeft({count, shape_.batch, x_ + input, shape_.Stride(), false, shape_.lines}, Slot(input), kUnitRows, share);
  }
  void Finish() { split_.Finish(); }
  const float* At(int input) const { return Slot(input); }
  Aside* Work() { return &split_; }

 private:
  float* Slot(int input) const { return rows_ + input / kUnitRows % 2 * size_; }

  inline static thread_local Scratch scratch_;
  const DenseShape& shape_;
  const float* const x_;
  size_t size_;
  float* rows_;
  Splitting split_;
};

/** The same of bytes, which are in tiles already. */
class ByteBands {
 public:
  static constexpr bool kIsExact = true;
  explicit ByteBands(const ByteTiles& x) : x_(x) {}
  void Start(int, float) {}
  void Finish() {}
  const float* At(int input) const { return x_.Columns(input); }
  static Aside* Work() { return nullptr; }

 private:
  const ByteTiles& x_;
};

/**
 * Calls `take` with every block of the kernel, the product that is its gradient, c and its stride still to be set, and work that the
 * product has to do aside, or null. `dcolumn` is null if there is no column, whose gradient comes with blocks.
 */
template <class Bands, class Take>
void ForBlocksOnUnit(const DenseShape& shape, Bands bands, const float* dz, float* dcolumn, Take take) {
  static thread_local Scratch scratch;
  const EvenParts sections((shape.units + kPanel - 1) / kPanel, std::max(kGradientPanels, kUnitSectionFloats / kPanel / shape.batch));
  Splitting split;
  Product product = {};
  product.depth = shape.batch;
  product.isSplit = true;
  product.isExact = Bands::kIsExact;
  for (int section = 0; section < sections.parts; ++section) {
    const int begin = sections.Begin(section) * kPanel, end = std::min(sections.Begin(section + 1) * kPanel, shape.units);
    const bool hasColumn = dcolumn != nullptr && end == shape.units;
    float* const columns = scratch.Get(SplitSize(end - begin + hasColumn, shape.batch));
    split.StartRight({end - begin + hasColumn, shape.batch, dz + begin, shape.Outputs(), false}, columns);
    split.Finish();
    const int blocks = (end - begin + kGradientPanels * kPanel - 1) / (kGradientPanels * kPanel);
    bands.Start(0, 1);
    bands.Finish();
    for (int input = 0; input < shape.inputs; input += kUnitRows) {
      product.rows = std::min(kUnitRows, shape.inputs - input);
      product.a = bands.At(input);
      if (input + kUnitRows < shape.inputs) bands.Start(input + kUnitRows, 1.0f / blocks);
      for (int unit = begin; unit < end; unit += kGradientPanels * kPanel) {
        const int width = std::min(kGradientPanels * kPanel, end - unit);
        const Block block = {input, unit, product.rows, width, hasColumn && unit + width == end};
        product.columns = width + block.hasColumn;
        product.b = columns + SplitSize(unit - begin, shape.batch);
        take(block, product, bands.Work());
      }
      bands.Finish();
    }
  }
}

/** As ForBlocksOnUnit without one: the rows of x lie a stride apart. */
template <class Take>
void ForBlocks(const DenseShape& shape, const float* x, const float* dz, float* dcolumn, Take take) {
  static thread_local Scratch scratch;
  const int panels = (shape.units + kPanel - 1) / kPanel;
  const EvenParts sections(panels, std::max(kGradientPanels, kSectionFloats / kPanel / shape.batch));
  InputBand band(shape, x);
  Product product = {};
  product.depth = shape.batch;
  product.aTransposed = true;
  product.aStride = band.Stride();
  const bool isPacked = shape.inputs >= kMinPackedInputs;
  product.bStride = isPacked ? 0 : shape.Outputs();
  product.bEnd = dz + static_cast<ptrdiff_t>(shape.batch) * shape.Outputs();
  for (int section = 0; section < sections.parts; ++section) {
    const int begin = sections.Begin(section), end = sections.Begin(section + 1);
    const int columns = std::min(end * kPanel, shape.units) - begin * kPanel;
    float* packed = isPacked ? scratch.Get(PackedSize(shape.batch, columns)) : nullptr;
    if (isPacked) PackPanels(shape.batch, columns, dz + begin * kPanel, shape.Outputs(), packed);
    const EvenParts blocks(end - begin, kGradientPanels);
    const int height = std::max(1, kGradientPanels / panels) * kGradientRows;
    for (int input = 0; input < shape.inputs; input += height) {
      product.rows = std::min(height, shape.inputs - input);
      product.a = band.At(input, product.rows);
      if (section == 0 && dcolumn != nullptr) ColumnGradient(shape, product.rows, product.a, product.aStride, dz, dcolumn + input);
      for (int i = 0; i < blocks.parts; ++i) {
        const int unit = (begin + blocks.Begin(i)) * kPanel;
        product.columns = std::min((begin + blocks.Begin(i + 1)) * kPanel, shape.units) - unit;
        product.b = isPacked ? packed + static_cast<ptrdiff_t>(blocks.Begin(i)) * kPanel * shape.batch : dz + unit;
        take(Block{input, unit, product.rows, product.columns}, product, nullptr);
      }
    }
  }
}

}  // namespace tarea

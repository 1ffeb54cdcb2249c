#include "dense.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gemm.h"
#include "laneTools.h"

namespace tarea {
namespace {

// The part of the gradient that waits in the cache of the first level for the update that takes it.
constexpr int kGradientPanels = 256 / kPanel;
constexpr int kGradientRows = 14;
/** Inputs from which on it pays to pack dz. */
constexpr int kMinPackedInputs = 128;
/** Floats of x beyond which its columns are collected before they are used. */
constexpr size_t kLargeInput = 150000;
/** Inputs whose gradients are computed, batch in the lanes, before they are transposed. */
constexpr int kInputBlock = 112;

/** Part of a kernel. */
struct Block {
  int input, unit, rows, columns;
  ptrdiff_t At(const DenseShape& shape) const { return static_cast<ptrdiff_t>(input) * shape.units + unit; }
};

/** Updates one block of a kernel, step by step. */
class BlockUpdate : public Aside {
 public:
  BlockUpdate(const UpdateRule& rule, const DenseShape& shape, float* w, float* s0, float* s1)
      : rule_(rule), shape_(shape), w_(w), s0_(s0), s1_(s1) {}

  void Start(const Block& block, const float* gradient) {
    gradient_ = gradient;
    const bool whole = block.columns == shape_.units;
    at_ = block.At(shape_);
    rows_ = whole ? 1 : block.rows;
    columns_ = whole ? block.rows * block.columns : block.columns;
    step_ = block.rows * block.columns;
    column_ = 0;
  }

  void Step(float part) override { Update(static_cast<int>(step_ * part) / kLanes * kLanes + kLanes); }

  void Finish() { Update(step_); }

 private:
  void Update(int count) {
    while (count > 0 && rows_ > 0) {
      const int now = std::min(count, columns_ - column_);
      const ptrdiff_t at = at_ + column_;
      if (shape_.units > kWide) FetchAhead(at + kGradientPanels * kPanel, now);
      ApplyUpdate(rule_, now, gradient_, w_ + at, s0_ ? s0_ + at : nullptr, s1_ ? s1_ + at : nullptr);
      gradient_ += now;
      count -= now;
      column_ += now;
      if (column_ < columns_) continue;
      column_ = 0;
      at_ += shape_.units;
      --rows_;
    }
  }

  /** What the block to the right will need. */
  void FetchAhead(ptrdiff_t at, int count) const {
    for (const float* array : {w_, s0_, s1_}) {
      if (array == nullptr) return;
      for (int i = 0; i < count; i += kLineFloats) __builtin_prefetch(array + at + i, 0, 2);
    }
  }

  const UpdateRule& rule_;
  const DenseShape& shape_;
  float *w_, *s0_, *s1_;
  const float* gradient_ = nullptr;
  ptrdiff_t at_ = 0;
  int rows_ = 0, columns_ = 0, column_ = 0, step_ = 0;
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

  static thread_local Scratch scratch_;
  const DenseShape& shape_;
  const float* const x_;
  bool isLarge_;
  float* copy_ = nullptr;
  int begin_ = 0, end_ = 0;
};

thread_local Scratch InputBand::scratch_;

/** dcolumn[rows] from as many columns of x. */
void ColumnGradient(const DenseShape& shape, int rows, const float* x, ptrdiff_t xStride, const float* dz, float* dcolumn) {
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

/**
 * Calls `take` with every block of the kernel and the product that is its gradient, c and its stride still to be set. `dcolumn` is null
 * if there is no column.
 */
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
        take(Block{input, unit, product.rows, product.columns}, product);
      }
    }
  }
}

/** c[rows, lanes] = a column of `rows` numbers times a row. */
void MultiplyOuter(int rows, int lanes, const float* column, const float* row, float* c) {
  for (int i = 0; i < rows; ++i, c += lanes)
    for (int lane = 0; lane < lanes; lane += kLanes) Store(c + lane, column[i] * Load(row + lane));
}

/** A few vectors of columns from `unit`; a single vector has `tail` columns, several are full. */
template <int kVectors>
void OutputGradientColumns(int batch, int units, int unit, int tail, const float* dy, const float* y, float* dz, float* dbias) {
  const auto load = [tail](const float* from) { return kVectors > 1 ? Load(from) : LoadPart(from, tail); };
  const auto store = [tail](float* to, Lanes value) { kVectors > 1 ? Store(to, value) : StorePart(to, value, tail); };
  Lanes sums[kVectors] = {};
  for (int row = 0; row < batch; ++row) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(row) * units + unit;
    Lanes values[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      values[v] = load(dy + at + v * kLanes);
      if (y != nullptr) values[v] = load(y + at + v * kLanes) > 0 ? values[v] : Lanes{};
      sums[v] += values[v];
    }
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) store(dz + at + v * kLanes, values[v]);
  }
  if (dbias == nullptr) return;
  for (int v = 0; v < kVectors; ++v) store(dbias + unit + v * kLanes, sums[v]);
}

}  // namespace

void DenseForward(const DenseShape& shape, const float* x, const float* w, const float* bias, bool rectify, float* y,
                  const float* column) {
  Product product{};
  product.rows = shape.batch;
  product.columns = shape.units;
  product.depth = shape.inputs;
  product.a = x;
  product.aStride = shape.Stride();
  product.b = w;
  product.bEnd = w + static_cast<ptrdiff_t>(shape.inputs) * shape.units;
  product.bStride = shape.units;
  product.column = column;
  product.c = y;
  product.cStride = shape.Outputs();
  product.bias = bias;
  product.rectify = rectify;
  MultiplyByLarge(product);
}

void DenseOutputGradient(int batch, int units, const float* dy, const float* y, float* dz, float* dbias) {
  int unit = 0;
  for (; unit + 4 * kLanes <= units; unit += 4 * kLanes) OutputGradientColumns<4>(batch, units, unit, kLanes, dy, y, dz, dbias);
  for (; unit < units; unit += kLanes) {
    OutputGradientColumns<1>(batch, units, unit, std::min(kLanes, units - unit), dy, y, dz, dbias);
  }
}

void DenseInputGradient(const DenseShape& shape, const float* dz, const float* w, float* dx, const float* column) {
  static thread_local Scratch scratch;
  const int lanes = RoundUp(shape.batch, kLanes);
  const EvenParts blocks(shape.units, std::max(kLanes, kSectionFloats / lanes));
  const int depth = blocks.Begin(1) + 1;
  const int kept = blocks.parts == 1 ? std::min(kInputBlock, shape.inputs) : shape.inputs;
  float* turned = scratch.Get((static_cast<size_t>(depth) + 1 + kept) * lanes);
  float* sums = turned + static_cast<ptrdiff_t>(depth) * lanes;
  float* ofColumn = sums + static_cast<ptrdiff_t>(kept) * lanes;
  if (column != nullptr) Transpose(shape.batch, 1, dz + shape.units, shape.Outputs(), ofColumn, lanes);
  Product product{};
  product.columns = lanes;
  product.aStride = shape.units;
  product.b = turned;
  product.bEnd = sums;
  product.bStride = lanes;
  product.cStride = lanes;
  FetchBlock fetch;
  for (int i = 0; i < blocks.parts; ++i) {
    const bool isLast = i == blocks.parts - 1;
    const int unit = blocks.Begin(i);
    product.depth = blocks.Begin(i + 1) - unit;
    product.adds = i > 0 || column != nullptr;
    Transpose(shape.batch, product.depth, dz + unit, shape.Outputs(), turned, lanes);
    for (int input = 0; input < shape.inputs; input += kInputBlock) {
      product.rows = std::min(kInputBlock, shape.inputs - input);
      product.a = w + static_cast<ptrdiff_t>(input) * shape.units + unit;
      product.c = blocks.parts == 1 ? sums : sums + static_cast<ptrdiff_t>(input) * lanes;
      if (i == 0 && column != nullptr) MultiplyOuter(product.rows, lanes, column + input, ofColumn, product.c);
      if (isLast) fetch.Start(dx + input, shape.batch, product.rows, shape.Stride());
      MultiplyBySmall(product, isLast ? &fetch : nullptr);
      if (isLast) Transpose(product.rows, shape.batch, product.c, lanes, dx + input, shape.Stride());
    }
  }
}

void DenseKernelGradient(const DenseShape& shape, const float* x, const float* dz, float* dw, float* dcolumn) {
  ForBlocks(shape, x, dz, dcolumn, [&](const Block& block, Product& product) {
    product.c = dw + block.At(shape);
    product.cStride = shape.units;
    MultiplyBySmall(product, nullptr);
  });
}

void DenseKernelUpdate(const DenseShape& shape, const float* x, const float* dz, const UpdateRule& rule, float* w, float* s0,
                       float* s1, float* dcolumn) {
  static thread_local Scratch scratch;
  constexpr int size = kGradientPanels * kPanel * kGradientRows;
  float* gradient = scratch.Get(2 * size);
  float* other = gradient + size;
  BlockUpdate update(rule, shape, w, s0, s1);
  ForBlocks(shape, x, dz, dcolumn, [&](const Block& block, Product& product) {
    product.c = gradient;
    product.cStride = block.columns;
    MultiplyBySmall(product, &update);
    update.Finish();
    update.Start(block, gradient);
    std::swap(gradient, other);
  });
  update.Finish();
}

}  // namespace tarea

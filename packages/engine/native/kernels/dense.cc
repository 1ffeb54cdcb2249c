#include "dense.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "denseBlocks.h"
#include "denseOnUnit.h"
#include "gemm.h"
#include "laneTools.h"

namespace tarea {
namespace {

/** Inputs whose gradients are computed, batch in the lanes, before they are transposed. */
constexpr int kInputBlock = 112;

/** Updates one block of a kernel, step by step. */
class BlockUpdate : public Aside {
 public:
  BlockUpdate(const UpdateRule& rule, const DenseShape& shape, float* w, float* s0, float* s1)
      : rule_(rule), shape_(shape), w_(w), s0_(s0), s1_(s1) {}

  /** `stride`: floats from one row of the gradient to the next. */
  void Start(const Block& block, const float* gradient, int stride) {
    gradient_ = gradient;
    skip_ = stride - block.columns;
    const bool whole = block.columns == shape_.units && skip_ == 0;
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
      gradient_ += skip_;
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
  int skip_ = 0;
  ptrdiff_t at_ = 0;
  int rows_ = 0, columns_ = 0, column_ = 0, step_ = 0;
};

/** The column's own gradient, from behind that of a block in rows of kGradientWidth. */
void TakeColumn(const Block& block, const float* gradient, float* dcolumn) {
  for (int row = 0; row < block.rows; ++row) dcolumn[block.input + row] = gradient[row * kGradientWidth + block.columns];
}

/** `forBlocks` calls what it is given with every block of the gradient; each is taken while the next one is computed. */
template <class ForAll>
void UpdateByBlocks(const DenseShape& shape, const UpdateRule& rule, float* w, float* s0, float* s1, float* dcolumn, const ForAll& forBlocks) {
  static thread_local Scratch scratch;
  constexpr int size = kGradientWidth * std::max(kGradientRows, kUnitRows);
  float* gradient = scratch.Get(2 * size);
  float* other = gradient + size;
  BlockUpdate update(rule, shape, w, s0, s1);
  forBlocks([&](const Block& block, Product& product, Aside* aside) {
    product.c = gradient;
    product.cStride = product.isSplit ? kGradientWidth : block.columns;
    if (product.isSplit) product.columns = RoundUp(product.columns, kLanes);
    Together both(update, aside);
    MultiplyBySmall(product, &both);
    if (block.hasColumn) TakeColumn(block, gradient, dcolumn);
    update.Finish();
    update.Start(block, gradient, static_cast<int>(product.cStride));
    std::swap(gradient, other);
  });
  update.Finish();
}

/** c[rows, lanes] = a column of `rows` numbers times a row. */
void MultiplyOuter(int rows, int lanes, const float* column, const float* row, float* c) {
  for (int i = 0; i < rows; ++i, c += lanes)
    for (int lane = 0; lane < lanes; lane += kLanes) Store(c + lane, column[i] * Load(row + lane));
}

/** A batch whose rows lie a stride apart, for what cannot read them where they are. */
struct Collected {
  Collected(const DenseShape& given, const float* from) : shape(given), x(from) {
    if (given.lines == nullptr) return;
    static thread_local Scratch scratch;
    float* const rows = scratch.Get(static_cast<size_t>(given.batch) * given.inputs);
    for (int row = 0; row < given.batch; ++row)
      std::copy_n(from + given.lines[row], given.inputs, rows + static_cast<ptrdiff_t>(row) * given.inputs);
    x = rows;
    shape.stride = 0;
    shape.lines = nullptr;
  }
  DenseShape shape;
  const float* x;
};

/** `ForBlocks` of a batch whose rows may lie anywhere. */
template <class Take>
void ForBlocksOf(const DenseShape& shape, const float* x, const float* dz, float* dcolumn, Take take) {
  if (UnitPays(shape)) return ForBlocksOnUnit(shape, SplitBands(shape, x), dz, dcolumn, take);
  const Collected rows(shape, x);
  ForBlocks(rows.shape, rows.x, dz, dcolumn, take);
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
  if (UnitPays(shape)) return ForwardOnUnit(shape, x, w, bias, rectify, y, column);
  const Collected rows(shape, x);
  Product product{};
  product.rows = shape.batch;
  product.columns = shape.units;
  product.depth = shape.inputs;
  product.a = rows.x;
  product.aStride = rows.shape.Stride();
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
  if (UnitPays(shape)) return InputGradientOnUnit(shape, dz, w, dx, column);
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
  static thread_local Scratch scratch;
  float* const gradient = scratch.Get(kGradientWidth * kUnitRows);
  ForBlocksOf(shape, x, dz, dcolumn, [&](const Block& block, Product& product, Aside* aside) {
    float* const to = dw + block.At(shape);
    product.c = block.hasColumn ? gradient : to;
    product.cStride = block.hasColumn ? kGradientWidth : shape.units;
    MultiplyBySmall(product, aside);
    if (!block.hasColumn) return;
    for (int row = 0; row < block.rows; ++row)
      std::copy_n(gradient + row * kGradientWidth, block.columns, to + static_cast<ptrdiff_t>(row) * shape.units);
    TakeColumn(block, gradient, dcolumn);
  });
}

void DenseKernelUpdate(const DenseShape& shape, const float* x, const float* dz, const UpdateRule& rule, float* w, float* s0,
                       float* s1, float* dcolumn) {
  UpdateByBlocks(shape, rule, w, s0, s1, dcolumn, [&](auto take) { ForBlocksOf(shape, x, dz, dcolumn, take); });
}

void BytesKernelUpdate(const DenseShape& shape, const ByteTiles& x, const float* dz, const UpdateRule& rule, float* w, float* s0, float* s1) {
  UpdateByBlocks(shape, rule, w, s0, s1, nullptr, [&](auto take) { ForBlocksOnUnit(shape, ByteBands(x), dz, nullptr, take); });
}

}  // namespace tarea

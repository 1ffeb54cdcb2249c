#include "convEntries.h"

#include <algorithm>
#include <utility>

#include "convLayout.h"

namespace tarea {

namespace {

/** Most vectors and rows of a part; each vector has its accumulator. */
constexpr int kMostVectors = 6, kMostRows = 6;
/** Sums that must be under way to hide the latency of an addition. */
constexpr int kLeastSums = 8;

constexpr int RowsWith(int vectors) { return std::min(kMostRows, kAccumulators / vectors); }

template <int kWidth>
struct Vector {
  typedef float Value __attribute__((vector_size(kWidth * sizeof(float))));
  typedef Value Unaligned __attribute__((aligned(4), may_alias));
  static Value Load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
  static void Store(float* to, Value value) { *reinterpret_cast<Unaligned*>(to) = value; }
};

template <int kWidth, int kRows, int kVectors>
void AddPart(const ConvMatrices& matrices, const ConvEntries& entries) {
  typedef Vector<kWidth> V;
  constexpr int kChains = std::max(1, kLeastSums / (kRows * kVectors));
  typename V::Value sums[kChains][kRows][kVectors] = {};
#pragma GCC unroll 24
  for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 24
    for (int v = 0; v < kVectors; v++) sums[0][row][v] = V::Load(matrices.to + row * matrices.toStride + v * kWidth);
  }
  const float* const base = matrices.from;
  const ptrdiff_t stride = matrices.fromStride;
  const int* const at = entries.at;
  const float* const dys = entries.dy;
  const int count = entries.count;
  const auto add = [&](int i, auto& chain) {
    const float* from = base + at[i];
    const typename V::Value dy = dys[i] - typename V::Value{};
#pragma GCC unroll 24
    for (int row = 0; row < kRows; row++, from += stride) {
#pragma GCC unroll 24
      for (int v = 0; v < kVectors; v++) chain[row][v] += dy * V::Load(from + v * kWidth);
    }
  };
  int i = 0;
  for (; i + kChains <= count; i += kChains) {
#pragma GCC unroll 24
    for (int chain = 0; chain < kChains; chain++) add(i + chain, sums[chain]);
  }
  if (kChains > 1) {
    for (; i < count; i++) add(i, sums[0]);
  }
#pragma GCC unroll 24
  for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 24
    for (int v = 0; v < kVectors; v++) {
#pragma GCC unroll 24
      for (int chain = 1; chain < kChains; chain++) sums[0][row][v] += sums[chain][row][v];
      V::Store(matrices.to + row * matrices.toStride + v * kWidth, sums[0][row][v]);
    }
  }
}

typedef void (*PartFunction)(const ConvMatrices&, const ConvEntries&);

template <int kWidth, int kVectors, int... kRows>
PartFunction PartWithRows(int rows, std::integer_sequence<int, kRows...>) {
  static const PartFunction kFunctions[] = {AddPart<kWidth, kRows + 1, kVectors>...};
  return kFunctions[rows - 1];
}

template <int kWidth, int kVectors>
PartFunction PartWithVectors(int rows) {
  return PartWithRows<kWidth, kVectors>(rows, std::make_integer_sequence<int, RowsWith(kVectors)>());
}

/** The narrowest vectors that take a row at once, or the widest. */
int WidthFor(int row) { return row <= 4 ? 4 : row <= 8 ? std::min(8, kLanes) : kLanes; }

}  // namespace

EntryAdder::Function EntryAdder::FunctionFor(int width, int rows, int vectors) {
  if (width < kLanes) return width == 4 ? PartWithVectors<4, 1>(rows) : PartWithVectors<std::min(8, kLanes), 1>(rows);
  static PartFunction (*const kFunctions[kMostVectors])(int) = {
      PartWithVectors<kLanes, 1>, PartWithVectors<kLanes, 2>, PartWithVectors<kLanes, 3>,
      PartWithVectors<kLanes, 4>, PartWithVectors<kLanes, 5>, PartWithVectors<kLanes, 6>};
  return kFunctions[vectors - 1](rows);
}

EntryAdder::EntryAdder(int rows, int rowLength)
    : rows_(rows), width_(WidthFor(rowLength)), vectors_((rowLength + width_ - 1) / width_) {
  const bool whole = vectors_ <= kMostVectors && rows_ <= RowsWith(vectors_);
  whole_ = whole ? FunctionFor(width_, rows_, vectors_) : nullptr;
}

void EntryAdder::Add(const ConvMatrices& matrices, const ConvEntries& entries) const {
  if (whole_) return whole_(matrices, entries);
  for (int v = 0, vectors; v < vectors_; v += vectors) {
    vectors = NextPart(vectors_, kMostVectors, v);
    for (int row = 0, rows; row < rows_; row += rows) {
      rows = NextPart(rows_, RowsWith(vectors), row);
      ConvMatrices part = matrices;
      part.from += static_cast<ptrdiff_t>(row) * matrices.fromStride + v * width_;
      part.to += static_cast<ptrdiff_t>(row) * matrices.toStride + v * width_;
      FunctionFor(width_, rows, vectors)(part, entries);
    }
  }
}

}  // namespace tarea

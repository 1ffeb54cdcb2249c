// Products of matrices for fully connected layers; factors are copied only where they cannot be read well in place.
#pragma once

#include <cstddef>

#include "lanes.h"

namespace tarea {

/** Floats beyond which rows lie pages of memory apart: the processor does not fetch ahead, and narrow panels of them cost look-ups. */
constexpr int kWide = 1024;
/** Floats of one factor that stay in the cache of the second level while another is walked. */
constexpr int kSectionFloats = 200000;

/** `count` split into parts of almost the same size, none above `limit`. */
struct EvenParts {
  EvenParts(int count, int limit) : count(count), parts((count + limit - 1) / limit) {}
  int Begin(int index) const { return static_cast<int>(static_cast<long>(count) * index / parts); }
  int count, parts;
};

/** Work on memory, done in small steps between the tiles of a product, so that the memory is busy while they are computed. */
class Aside {
 public:
  virtual ~Aside() = default;
  /** `part`: how much of the product has been computed since the last call; all calls together: 1. */
  virtual void Step(float part) = 0;
};

/** One work after the other; the second may be null. */
class Together : public Aside {
 public:
  Together(Aside& first, Aside* second) : first_(first), second_(second) {}
  void Step(float part) override {
    first_.Step(part);
    if (second_ != nullptr) second_->Step(part);
  }

 private:
  Aside& first_;
  Aside* second_;
};

/** Asks for a block of memory that will be written soon, some lines at each step. */
class FetchBlock : public Aside {
 public:
  /** `rows` rows of `columns` floats, `stride` floats apart. */
  void Start(const float* from, int rows, int columns, ptrdiff_t stride);
  void Step(float part) override;

 private:
  const float* row_ = nullptr;
  int rows_ = 0, columns_ = 0, column_ = 0;
  ptrdiff_t stride_ = 0;
  float lines_ = 0, due_ = 0;
};

/** c[rows, columns] = start + a b. All strides are in floats. */
struct Product {
  int rows, columns, depth;
  const float* a;
  /** a(row, k) is a[row * aStride + k], or a[k * aStride + row] if `aTransposed`. */
  ptrdiff_t aStride;
  bool aTransposed;
  /** b(k, column) is b[k * bStride + column]; nothing is read from `bEnd` on. If `bStride` is 0 they are panels (PackPanels). */
  const float *b, *bEnd;
  ptrdiff_t bStride;
  /** One more column of b, [depth], which gives one more of c, without bias and rectifier; null: none. Only MultiplyByLarge takes it. */
  const float* column;
  /** Both factors are in parts for the matrix unit (matrixUnit.h). */
  bool isSplit;
  /** In such a product: bfloat16 has all numbers of a, which is in one part only (byteTiles.h). */
  bool isExact;
  float* c;
  ptrdiff_t cStride;
  /** One row that every row starts from; null: zeros, or c itself if `adds`. */
  const float* bias;
  bool adds;
  /** Negative results become zero. With `aTransposed` there is nothing but the product. */
  bool rectify;
  /** In products of MultiplyFactors: only columns before this one are rectified. */
  int rectified;
};

/** Columns of a packed panel. */
constexpr int kPanel = 2 * kLanes;

/** Floats that PackPanels writes. */
size_t PackedSize(int depth, int columns);

/** Copies b in the order in which tiles read it: all rows of the first panel, then of the next, padded to full vectors. */
void PackPanels(int depth, int columns, const float* b, ptrdiff_t bStride, float* to);

/** For a large `b` and few rows: each block of b is read once, for all rows. */
void MultiplyByLarge(const Product& product);

/** For a `b` that fits the caches: each band of rows of a and c is walked once. `aside` may be null. */
void MultiplyBySmall(const Product& product, Aside* aside);

}  // namespace tarea

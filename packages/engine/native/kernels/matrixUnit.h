// Products of float32 matrices on the processor's matrix unit (AMX). It multiplies bfloat16 numbers and adds up in float32. Each float32
// is the sum of three of them; of the nine products of two such sums the six that a float32 can tell are added up. The result is as near
// to the exact one as float32 arithmetic comes, in a fraction of its time. An infinite factor gives NaN.
#pragma once

#include <cstddef>

#include "gemm.h"
#include "laneTools.h"

namespace tarea {

/** Rows and columns of a tile of sums. */
constexpr int kTileSide = 16;
/** How deep the tiles of the factors are. */
constexpr int kTileDepth = 32;

/** Whether there is a matrix unit and the system lets this process use it. */
bool HasMatrixUnit();

/** Floats of memory that a factor in parts takes: `count` rows of a, or columns of b. */
constexpr size_t SplitSize(int count, int depth) {
  return static_cast<size_t>(RoundUp(count, kTileSide)) * RoundUp(depth, kTileDepth) * 3 / 2;
}

/**
 * A factor of a product as it lies in memory: lines of numbers, either along the depth, one for each row of a or column of b, or across,
 * one for each step of the depth.
 */
struct Factor {
  /** Rows of a, or columns of b. */
  int count;
  int depth;
  const float* from;
  /** Floats from one line to the next, unless `lines` has the distance of each from `from`. */
  ptrdiff_t stride;
  bool isAlong;
  const ptrdiff_t* lines = nullptr;
  /** A line is in pieces of `run` numbers, a multiple of 32, that lie `pieces[i]` floats from its begin; null: in one piece. */
  const ptrdiff_t* pieces = nullptr;
  int run = 0;
  /** What stands for the last number of each line, in an array of its own, unless null. */
  const float* last = nullptr;
  /** Where the part begins that is meant. */
  int firstCount = 0, firstDepth = 0;

  /** A part of it. */
  Factor Part(int across, int width, int along, int length) const {
    Factor part = *this;
    part.firstCount += across;
    part.count = width;
    part.firstDepth += along;
    part.depth = length;
    if (isAlong ? along + length < depth : across + width < count) part.last = nullptr;
    return part;
  }
};

/** Brings a factor into parts as MultiplySplit reads them, padded with zeros; tile by tile, so that another product can run meanwhile. */
class Splitting : public Aside {
 public:
  /**
   * `to` has SplitSize floats; all calls of Step together do `share` of the work; `ahead`: floats to the memory that will be needed after
   * this, which is asked for meanwhile.
   */
  void StartLeft(const Factor& factor, float* to, ptrdiff_t ahead = 0, float share = 1) { Start(factor, true, to, ahead, share); }
  void StartRight(const Factor& factor, float* to, ptrdiff_t ahead = 0) { Start(factor, false, to, ahead, 1); }
  void Step(float part) override;
  /** What is left. */
  void Finish();

 private:
  void Start(const Factor& factor, bool isLeft, float* to, ptrdiff_t ahead, float share);
  void Next();

  Factor factor_{};
  bool isLeft_ = false;
  /** Tiles next to each other, and along the depth. */
  int across_ = 0, deep_ = 0;
  ptrdiff_t ahead_ = 0;
  char* to_ = nullptr;
  int tile_ = 0, left_ = 0;
  float share_ = 0, due_ = 0;
};

/** A product whose factors `a` and `b` are in parts. `aside` may be null. */
void MultiplySplit(const Product& product, Aside* aside);

/** A product of these factors, with the rest of `product`: they are brought into parts block by block, each while another is multiplied. */
void MultiplyFactors(const Factor& left, const Factor& right, const Product& product);

}  // namespace tarea

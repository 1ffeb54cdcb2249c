#include <algorithm>

#include "matrixUnit.h"

namespace tarea {
namespace {

// What is in parts at a time: both factors of the product that runs and of the next one share the cache of the second level.
constexpr int kRows = 256, kDepth = 192, kColumns = 64;
/** Floats of a right factor that is kept in parts for all rows. */
constexpr size_t kKeptFloats = 200000;

/** `count` cut into as few pieces as do, none above `limit`, all but the last the same multiple of `unit`. */
struct Pieces {
  Pieces(int count, int limit, int unit) : count(count) {
    const int units = (count + unit - 1) / unit, pieces = (units * unit + limit - 1) / limit;
    size = (units + pieces - 1) / pieces * unit;
    number = (count + size - 1) / size;
  }
  int Begin(int piece) const { return piece * size; }
  int Size(int piece) const { return std::min(size, count - piece * size); }
  int count, size, number;
};

/** The blocks of a product in the order in which they are computed: columns run fastest, then the depth, then rows. */
struct Order {
  Order(int rows, int columns, int depth)
      : rows(rows, kRows, 2 * kTileSide), columns(columns, kColumns, 2 * kTileSide), depth(depth, kDepth, kTileDepth) {}
  int Turns() const { return rows.number * columns.number * depth.number; }
  int Row(int turn) const { return turn / (columns.number * depth.number); }
  int Deep(int turn) const { return turn / columns.number % depth.number; }
  int Column(int turn) const { return turn % columns.number; }
  Pieces rows, columns, depth;
};

}  // namespace

void MultiplyFactors(const Factor& left, const Factor& right, const Product& product) {
  static thread_local Scratch scratch;
  const Order order(left.count, right.count, left.depth);
  const size_t leftSize = SplitSize(order.rows.size, order.depth.size), rightSize = SplitSize(order.columns.size, order.depth.size);
  const int slots = order.columns.number * order.depth.number;
  const bool keeps = order.rows.number > 1 && slots * rightSize <= kKeptFloats;
  float* const lefts = scratch.Get(2 * leftSize + (keeps ? slots : 2) * rightSize);
  float* const rights = lefts + 2 * leftSize;
  const auto leftParts = [&](int turn) { return lefts + turn / order.columns.number % 2 * leftSize; };
  const auto rightParts = [&](int turn) { return rights + (keeps ? turn % slots : turn % 2) * rightSize; };
  Splitting splitLeft, splitRight;
  const auto start = [&](int turn) {
    const int row = order.Row(turn), deep = order.Deep(turn), column = order.Column(turn);
    const int along = order.depth.Begin(deep), length = order.depth.Size(deep);
    if (column == 0) {
      const ptrdiff_t ahead = left.isAlong ? length : length * left.stride;
      splitLeft.StartLeft(left.Part(order.rows.Begin(row), order.rows.Size(row), along, length), leftParts(turn), ahead);
    }
    if (keeps && turn >= slots) return;
    const int width = order.columns.Size(column);
    const bool goesDown = column + 1 == order.columns.number;
    const ptrdiff_t ahead = goesDown == right.isAlong ? width : width * right.stride;
    splitRight.StartRight(right.Part(order.columns.Begin(column), width, along, length), rightParts(turn), ahead);
  };
  start(0);
  for (int turn = 0; turn < order.Turns(); ++turn) {
    splitLeft.Finish();
    splitRight.Finish();
    const int row = order.Row(turn), deep = order.Deep(turn), column = order.Column(turn);
    Product block = product;
    block.rows = order.rows.Size(row);
    block.columns = order.columns.Size(column);
    block.depth = order.depth.Size(deep);
    block.a = leftParts(turn);
    block.b = rightParts(turn);
    block.c += order.rows.Begin(row) * product.cStride + order.columns.Begin(column);
    if (block.bias != nullptr) block.bias += order.columns.Begin(column);
    block.adds = product.adds || deep > 0;
    block.rectified = product.rectified - order.columns.Begin(column);
    block.rectify = product.rectify && deep + 1 == order.depth.number;
    if (turn + 1 < order.Turns()) start(turn + 1);
    Together both(splitLeft, &splitRight);
    MultiplySplit(block, &both);
  }
}

}  // namespace tarea

#include "workspace.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace tarea {
namespace {

struct Piece {
  size_t floats;
  float* data;
};

/** What nobody uses, smallest first. It is there until the process ends, when threads may still give memory back. */
struct Pool {
  std::mutex mutex;
  std::vector<Piece> pieces;
};

Pool& ThePool() {
  static Pool* const pool = new Pool;
  return *pool;
}

bool IsSmaller(const Piece& piece, size_t floats) { return piece.floats < floats; }

/** The smallest piece that is large enough; else the largest, which makes way for a larger one, so that pieces are as few as are in use at once. */
Piece Take(size_t floats) {
  Pool& pool = ThePool();
  const std::lock_guard<std::mutex> lock(pool.mutex);
  if (pool.pieces.empty()) return {0, nullptr};
  auto found = std::lower_bound(pool.pieces.begin(), pool.pieces.end(), floats, IsSmaller);
  if (found == pool.pieces.end()) --found;
  const Piece piece = *found;
  pool.pieces.erase(found);
  return piece;
}

}  // namespace

Workspace::Workspace(size_t floats) {
  if (floats == 0) return;
  Piece piece = Take(floats);
  if (piece.floats < floats) {
    std::free(piece.data);
    piece.floats = (floats + 1023) / 1024 * 1024;
    piece.data = static_cast<float*>(std::aligned_alloc(64, piece.floats * sizeof(float)));
  }
  floats_ = piece.floats;
  data_ = piece.data;
}

void FreeWorkspaces() {
  Pool& pool = ThePool();
  const std::lock_guard<std::mutex> lock(pool.mutex);
  for (const Piece& piece : pool.pieces) std::free(piece.data);
  pool.pieces.clear();
}

Workspace::~Workspace() {
  if (data_ == nullptr) return;
  Pool& pool = ThePool();
  const std::lock_guard<std::mutex> lock(pool.mutex);
  pool.pieces.insert(std::lower_bound(pool.pieces.begin(), pool.pieces.end(), floats_, IsSmaller), {floats_, data_});
}

}  // namespace tarea

// Matrices cut into pieces and put together: kernels of layers behind a concatenation, outputs of layers that share a walk.
#include <cstring>

#include "operation.h"
#include "register.h"

namespace tarea {
namespace {

/** Pieces of a matrix side by side or one below the other: how they lie in it. */
struct Pieces {
  explicit Pieces(Attributes& attributes) : columns(attributes.Bool("columns")) {}
  /** Copies one piece of `rows` by `width` numbers: either side's rows are its own width apart. */
  static void Copy(int64_t rows, int64_t width, const float* from, int64_t fromWidth, float* to, int64_t toWidth) {
    if (width == fromWidth && width == toWidth) std::memcpy(to, from, rows * width * sizeof(float));
    else
      for (int64_t row = 0; row < rows; row++) std::memcpy(to + row * toWidth, from + row * fromWidth, width * sizeof(float));
  }
  /** Whether pieces are columns, not rows. */
  bool columns;
};

/** x [n, m] -> pieces of `sizes` rows or columns. */
struct Split : Pieces {
  explicit Split(Attributes& attributes) : Pieces(attributes), sizes(attributes.IntList("sizes")) {}
  void Compute(Call& call) {
    const int64_t rows = call.Dim(0, 0), width = call.Dim(0, 1);
    int64_t total = 0;
    for (int64_t size : sizes) total += size;
    if (!call.Expect(call.Rank(0) == 2 && total == (columns ? width : rows), "the pieces do not make up the matrix")) return;
    const float* from = call.Input(0);
    for (size_t i = 0; i < sizes.size(); i++) {
      const int64_t height = columns ? rows : sizes[i], own = columns ? sizes[i] : width;
      float* const piece = call.Output(static_cast<int>(i), {height, own});
      if (!call.ok()) return;
      Copy(height, own, from, width, piece, own);
      from += columns ? own : height * own;
    }
  }
  std::vector<int64_t> sizes;
};

/** pieces -> the matrix that they make up. */
struct Join : Pieces {
  explicit Join(Attributes& attributes) : Pieces(attributes) {}
  void Compute(Call& call) {
    const int axis = columns ? 1 : 0;
    int64_t total = 0;
    for (int i = 0; i < call.inputs(); i++) {
      call.Expect(call.Rank(i) == 2 && call.Dim(i, 1 - axis) == call.Dim(0, 1 - axis), "the pieces do not fit each other");
      total += call.Dim(i, axis);
    }
    const int64_t rows = columns ? call.Dim(0, 0) : total, width = columns ? total : call.Dim(0, 1);
    float* to = call.Output(0, {rows, width});
    if (!call.ok()) return;
    for (int i = 0; i < call.inputs(); i++) {
      Copy(call.Dim(i, 0), call.Dim(i, 1), call.Input(i), call.Dim(i, 1), to, width);
      to += columns ? call.Dim(i, 1) : call.Size(i);
    }
  }
};

}  // namespace

std::string RegisterPieces() {
  const std::string fault = Register<Split>({"TareaSplit", {"x: float"}, {"pieces: count * float"}, {"count: int", "sizes: list(int)", "columns: bool"}});
  if (!fault.empty()) return fault;
  return Register<Join>({"TareaJoin", {"pieces: count * float"}, {"y: float"}, {"count: int", "columns: bool"}});
}

}  // namespace tarea

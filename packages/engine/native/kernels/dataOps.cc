// Batches taken out of data as they are stored, and weights in memory of their own.
#include <cstring>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "rowGather.h"

namespace tarea {
namespace {

/** values [N, ...] of bytes, int32 or float32, rows [B] -> their rows, times `scale` unless float32, as float32 [B, ...]. */
struct Gather {
  explicit Gather(Attributes& attributes) : scale(attributes.Float("scale")), parts(attributes.Int("parts")), columns(attributes.Bool("columns")) {}
  void Compute(Call& call) {
    if (!call.Expect(call.Rank(0) > 0 && call.Rank(1) == 1, "rows of values are asked for by a vector of row numbers")) return;
    const int64_t count = call.Dim(0, 0), batch = call.Dim(1, 0);
    const int32_t* rows = call.Input<int32_t>(1);
    std::vector<int64_t> dims{batch};
    int64_t length = 1;
    for (int axis = 1; axis < call.Rank(0); axis++) {
      dims.push_back(call.Dim(0, axis));
      length *= dims.back();
    }
    call.Expect(AreBelow(rows, batch, count), "a row number is out of range");
    float* to = call.Output(0, dims);
    if (!call.ok()) return;
    const StoredRows stored = {call.Type(0), call.Input<char>(0), length, scale};
    Parallel(parts, [&](int part) {
      const int64_t whole = columns ? length : batch, first = PartStart(whole, parts, part), end = PartStart(whole, parts, part + 1);
      if (columns) stored.Gather(rows, 0, batch, first, end - first, to + first, length);
      else stored.Gather(rows, first, end, 0, length, to, length);
    });
  }

  float scale;
  int parts;
  /** Whether a part has some columns of all rows, not all columns of some rows. */
  bool columns;
};

/** A value in memory that nobody else holds. */
struct Copy {
  explicit Copy(Attributes&) {}
  void Compute(Call& call) {
    float* y = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    const size_t bytes = static_cast<size_t>(call.Size(0)) * sizeof(float);
    UseLargePages(y, bytes);
    std::memcpy(y, call.Input(0), bytes);
  }

  /** Walking a large array costs fewer look-ups of pages then. Only a wish: systems may leave it as it is. */
  static void UseLargePages(float* memory, size_t bytes) {
#if defined(__linux__)
    constexpr uintptr_t kPage = 1 << 21;
    const uintptr_t begin = (reinterpret_cast<uintptr_t>(memory) + kPage - 1) / kPage * kPage;
    const uintptr_t end = (reinterpret_cast<uintptr_t>(memory) + bytes) / kPage * kPage;
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  }
};

}  // namespace

std::string RegisterData() {
  const std::string fault = Register<Copy>({"TareaCopy", {"x: float"}, {"y: float"}, {}});
  if (!fault.empty()) return fault;
  return Register<Gather>(
      {"TareaGather", {"values: T", "rows: int32"}, {"batch: float"}, {"T: {uint8, int32, float}", "scale: float", "parts: int", "columns: bool"}});
}

}  // namespace tarea

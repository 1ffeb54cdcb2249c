// Batches taken out of data as they are stored.
#include <algorithm>
#include <cstring>

#include "operation.h"
#include "parallel.h"
#include "register.h"

namespace tarea {
namespace {

/** values [N, ...] of bytes, int32 or float32, rows [B] -> their rows, times `scale` unless float32, as float32 [B, ...]. */
struct Gather {
  explicit Gather(Attributes& attributes) : scale(attributes.Float("scale")), parts(attributes.Int("parts")) {}
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
    bool inside = true;
    for (int64_t i = 0; i < batch; i++) inside = inside && rows[i] >= 0 && rows[i] < count;
    call.Expect(inside, "a row number is out of range");
    float* to = call.Output(0, dims);
    if (!call.ok()) return;
    const bool bytes = call.Type(0) == TF_UINT8;
    const char* from = call.Input<char>(0);
    const int64_t rowBytes = length * (bytes ? 1 : sizeof(float));
    Parallel(parts, [&](int part) {
      const int64_t end = PartStart(batch, parts, part + 1);
      int64_t fetched = PartStart(batch, parts, part);
      for (int64_t i = fetched; i < end; i++) {
        for (; fetched < std::min(i + kAhead, end); fetched++) Fetch(from + rows[fetched] * rowBytes, rowBytes);
        const char* row = from + rows[i] * rowBytes;
        if (bytes) Scale(reinterpret_cast<const uint8_t*>(row), length, to + i * length);
        else if (call.Type(0) == TF_INT32) Scale(reinterpret_cast<const int32_t*>(row), length, to + i * length);
        else std::memcpy(to + i * length, row, rowBytes);
      }
    });
  }
  /** Asks for a row that will be read soon: rows lie anywhere in memory, and no processor guesses where. */
  static void Fetch(const char* row, int64_t rowBytes) {
    for (int64_t offset = 0; offset < rowBytes; offset += 64) __builtin_prefetch(row + offset);
  }
  template <class T>
  void Scale(const T* from, int64_t length, float* to) const {
    for (int64_t j = 0; j < length; j++) to[j] = static_cast<float>(from[j]) * scale;
  }
  static constexpr int64_t kAhead = 5;
  float scale;
  int parts;
};

}  // namespace

std::string RegisterData() {
  return Register<Gather>(
      {"TareaGather", {"values: T", "rows: int32"}, {"batch: float"}, {"T: {uint8, int32, float}", "scale: float", "parts: int"}});
}

}  // namespace tarea

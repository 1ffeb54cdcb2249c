// Cross-entropies with their gradients and hits as one operation of TensorFlow.
#include "losses.h"
#include "operation.h"
#include "register.h"
#include "rowGather.h"

namespace tarea {
namespace {

/** Writes the sums [2] of a batch, to which `add(i, weight, &sums)` adds sample i; its weight is in input 2, or 1 where that is empty. */
template <class Add>
void SumBatch(const Call& call, int64_t batch, float* out, const Add& add) {
  LossSums sums;
  for (int64_t i = 0; i < batch; i++) add(i, call.Size(2) == 0 ? 1.0f : call.Input(2)[i], &sums);
  out[0] = static_cast<float>(sums.loss);
  out[1] = static_cast<float>(sums.hits);
}

/** logits [B, K], class ids [B], weights [B] or [0] -> sums [2] of losses and hits, gradient [B, K]. */
struct Crossentropy {
  explicit Crossentropy(Attributes&) {}
  void Compute(Call& call) {
    const int64_t batch = call.Dim(0, 0), classes = call.Dim(0, 1);
    if (!call.ExpectShape(1, {batch})) return;
    if (call.Size(2) != 0 && !call.ExpectShape(2, {batch})) return;
    const int32_t* ids = call.Input<int32_t>(1);
    call.Expect(call.ok() && classes > 0 && AreBelow(ids, batch, classes), "a class id is out of range");
    float* out = call.Output(0, {2});
    float* gradient = call.Output(1, {batch, classes});
    if (!call.ok()) return;
    SumBatch(call, batch, out, [&](int64_t i, float weight, LossSums* sums) {
      AddCrossentropy(call.Input(0) + i * classes, classes, ids[i], weight, gradient + i * classes, sums);
    });
  }
};

/** logits and labels in [0, 1], both [B, ...], weights [B] or [0] -> as Crossentropy; a sample's loss is the mean over its numbers. */
struct BinaryCrossentropy {
  explicit BinaryCrossentropy(Attributes&) {}
  void Compute(Call& call) {
    const int64_t batch = call.Dim(0, 0), size = call.Size(0), each = batch == 0 ? 0 : size / batch;
    call.Expect(call.Size(1) == size, "there are more or fewer labels than logits");
    if (call.Size(2) != 0 && !call.ExpectShape(2, {batch})) return;
    float* out = call.Output(0, {2});
    float* gradient = call.Output(1, call.Dims(0));
    if (!call.ok()) return;
    SumBatch(call, batch, out, [&](int64_t i, float weight, LossSums* sums) {
      AddBinaryCrossentropy(call.Input(0) + i * each, call.Input(1) + i * each, each, weight, gradient + i * each, sums);
    });
  }
};

}  // namespace

std::string RegisterLoss() {
  const std::string fault = Register<Crossentropy>({"TareaCrossentropy",
                                                    {"logits: float", "labels: int32", "weights: float"},
                                                    {"sums: float", "gradient: float"},
                                                    {}});
  if (!fault.empty()) return fault;
  return Register<BinaryCrossentropy>({"TareaBinaryCrossentropy",
                                       {"logits: float", "labels: float", "weights: float"},
                                       {"sums: float", "gradient: float"},
                                       {}});
}

}  // namespace tarea

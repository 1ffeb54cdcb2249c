// Cross-entropies with their gradients and hits as one operation of TensorFlow.
#include <algorithm>
#include <cmath>

#include "operation.h"
#include "register.h"

namespace tarea {
namespace {

/** What a loss leaves: sums over the batch of weighted losses and of hits. */
struct Sums {
  double loss = 0, hits = 0;
};

/** logits [B, K], class ids [B], weights [B] or [0] -> sums [2] of losses and hits, gradient [B, K]. */
struct Crossentropy {
  explicit Crossentropy(Attributes&) {}
  void Compute(Call& call) {
    const int64_t batch = call.Dim(0, 0), classes = call.Dim(0, 1);
    if (!call.ExpectShape(1, {batch})) return;
    if (call.Size(2) != 0 && !call.ExpectShape(2, {batch})) return;
    const int32_t* ids = call.Input<int32_t>(1);
    bool inside = classes > 0;
    for (int64_t i = 0; i < batch; i++) inside = inside && ids[i] >= 0 && ids[i] < classes;
    call.Expect(inside, "a class id is out of range");
    float* out = call.Output(0, {2});
    float* gradient = call.Output(1, {batch, classes});
    if (!call.ok()) return;
    Sums sums;
    for (int64_t i = 0; i < batch; i++) {
      const float weight = call.Size(2) == 0 ? 1 : call.Input(2)[i];
      Add(call.Input(0) + i * classes, classes, ids[i], weight, gradient + i * classes, &sums);
    }
    out[0] = static_cast<float>(sums.loss);
    out[1] = static_cast<float>(sums.hits);
  }
  static void Add(const float* logits, int64_t classes, int32_t id, float weight, float* gradient, Sums* sums) {
    const float* largest = std::max_element(logits, logits + classes);
    float total = 0;
    for (int64_t c = 0; c < classes; c++) total += gradient[c] = std::exp(logits[c] - *largest);
    for (int64_t c = 0; c < classes; c++) gradient[c] *= weight / total;
    gradient[id] -= weight;
    sums->loss += weight * (std::log(total) - (logits[id] - *largest));
    sums->hits += largest - logits == id;
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
    Sums sums;
    for (int64_t i = 0; i < size; i++) {
      const float share = (call.Size(2) == 0 ? 1 : call.Input(2)[i / each]) / static_cast<float>(each);
      const float x = call.Input(0)[i], label = call.Input(1)[i], small = std::exp(-std::fabs(x));
      sums.loss += share * (std::fmax(x, 0.0f) - x * label + std::log1p(small));
      sums.hits += static_cast<float>(x > 0) == label ? 1.0 / each : 0.0;
      gradient[i] = share * ((x > 0 ? 1 / (1 + small) : small / (1 + small)) - label);
    }
    out[0] = static_cast<float>(sums.loss);
    out[1] = static_cast<float>(sums.hits);
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

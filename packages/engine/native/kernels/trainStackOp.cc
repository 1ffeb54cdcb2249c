// Training of a whole stack of fully connected layers as one operation of TensorFlow: all steps of a call, from rows of the data to updated
// weights. What a part has written stays in the cache of its core from one step to the next.
#include <algorithm>
#include <memory>
#include <utility>

#include "byteTiles.h"
#include "denseOnUnit.h"
#include "losses.h"
#include "operation.h"
#include "register.h"
#include "rowGather.h"
#include "rules.h"
#include "stack.h"

namespace tarea {
namespace {

/** What a call trains on. */
struct TrainingData {
  StoredRows stored;
  /** Class ids [N]; null: numbers in [0, 1] of every output of every sample. */
  const int32_t* ids;
  const float* labels;
  /** Of each sample, or null. */
  const float* weights;
};

/** The weights of a stack and their slots: all kernels, then all biases. */
struct Weights {
  std::vector<float*> values, first, second;
};

/** The steps of one call. */
class StackTraining : public GradientTaker {
 public:
  StackTraining(const Stack& stack, const TrainingData& data, const Weights& weights, const UpdateRule& rule, int parts)
      : stack_(stack), data_(data), weights_(weights), rule_(rule), parts_(parts), layers_(stack.layers()),
        wide_(stack.widths[0] >= kWideInputs), at_(layers_), gradient_(stack_, at_, parts, wide_, nullptr), losses_(parts) {
    bytes_ = wide_ && data.stored.type == TF_UINT8;
    for (int part = 0; part < parts; part++) bytes_ = bytes_ && UnitPaysForBytes(SliceOf(stack_.Layer(0, stack_.batch), parts, part).shape);
    if (bytes_) tiles_ = std::make_unique<ByteTiles[]>(parts);
    for (int layer = 0; layer < layers_; layer++) {
      at_.kernels[layer] = weights.values[layer];
      at_.biases[layer] = weights.values[layers_ + layer];
    }
    Divide();
  }

  /** `rows`: those of the batches [steps, batch]; `rates`: [steps, rateCount]; `results` [steps, 3]: data loss, penalty, hits. */
  void Run(int64_t steps, const int32_t* rows, const float* rates, int64_t rateCount, float* results) {
    for (int64_t step = 0; step <= steps; step++) {
      const int32_t* const batch = rows + step * stack_.batch;
      if (step > 0) rule_.rate = rates[(step - 1) * rateCount];
      float* const x = x_[step % 2];
      Parallel(parts_, [&](int part) {
        if (step > 0) gradient_.Join(part, *this);
        if (step < steps) Start(part, batch, x);
      });
      if (step == steps) break;
      at_.x = x;
      Parallel(parts_, [&](int part) { Pass(part, batch); });
      LossSums sums;
      for (const LossSums& own : losses_) {
        sums.loss += own.loss;
        sums.hits += own.hits;
      }
      results[3 * step] = static_cast<float>(sums.loss * stack_.batch);
      results[3 * step + 1] = 0;
      results[3 * step + 2] = static_cast<float>(sums.hits);
    }
  }

  void TakeProduct(int layer, int part, const Slice& rows, const float* x, const float* dz) override {
    const auto at = [&](const std::vector<float*>& arrays) { return arrays.empty() ? nullptr : arrays[layer] + rows.kernel(); };
    float *const w = at(weights_.values), *const s0 = at(weights_.first), *const s1 = at(weights_.second);
    if (layer == 0 && bytes_) BytesKernelUpdate(rows.shape, tiles_[part], dz, rule_, w, s0, s1);
    else DenseKernelUpdate(rows.shape, x, dz, rule_, w, s0, s1);
  }

  void TakeSums(int layer, bool isBias, const float* partial, long size, long from, long to) override {
    constexpr long kBlock = 512;
    float gradient[kBlock];
    for (long begin = from; begin < to; begin += kBlock) {
      const long count = std::min(kBlock, to - begin);
      AddParts(partial + begin, size, parts_, 0, count, gradient);
      const auto at = [&](const std::vector<float*>& arrays) {
        return arrays.empty() ? nullptr : arrays[isBias ? layers_ + layer : layer] + begin;
      };
      ApplyUpdate(rule_, count, gradient, at(weights_.values), at(weights_.first), at(weights_.second));
    }
  }

 private:
  /** Cuts up the memory that the steps share. */
  void Divide() {
    const size_t batch = stack_.batch, inputs = bytes_ ? 0 : batch * data_.stored.length;
    const size_t outputs = batch * stack_.widths[layers_];
    size_t size = (wide_ ? inputs + batch * stack_.widths[1] * parts_ : 2 * inputs) + outputs;
    for (int layer = 0; layer < layers_; layer++) size += batch * stack_.widths[layer + 1];
    float* free = memory_.Get(size);
    const auto take = [&](size_t count) { return std::exchange(free, free + count); };
    x_[0] = take(inputs);
    // Where parts share the inputs out by samples, one part may gather a batch while another one still needs the last one.
    x_[1] = wide_ ? x_[0] : take(inputs);
    sums_ = wide_ ? take(batch * stack_.widths[1] * parts_) : nullptr;
    dy_ = take(outputs);
    for (int layer = 0; layer < layers_; layer++) at_.y[layer] = take(batch * stack_.widths[layer + 1]);
    gradient_.Divide(ofGradient_);
  }

  Slice Inputs(int part) const { return SliceOf(stack_.Layer(0, stack_.batch), parts_, part); }

  /** Gathers a part of the batch; of a wide first layer, also multiplies it. */
  void Start(int part, const int32_t* rows, float* x) {
    const long length = data_.stored.length;
    if (!wide_) return data_.stored.Gather(rows, stack_.From(part, parts_), stack_.From(part + 1, parts_), 0, length, x, length);
    const Slice slice = Inputs(part);
    float* const sums = sums_ + static_cast<long>(part) * stack_.batch * stack_.widths[1];
    const float* const kernel = at_.kernels[0] + slice.kernel();
    if (bytes_) {
      const auto* values = reinterpret_cast<const uint8_t*>(data_.stored.values);
      tiles_[part].Take(values, length, rows, stack_.batch, slice.from, slice.shape.inputs);
      return BytesForward(slice.shape, tiles_[part], kernel, sums);
    }
    data_.stored.Gather(rows, 0, stack_.batch, slice.from, slice.shape.inputs, x + slice.from, length);
    DenseForward(slice.shape, x + slice.from, kernel, nullptr, false, sums);
  }

  /** Takes the samples of a part up through the layers to the loss and down again. */
  void Pass(int part, const int32_t* rows) {
    const float scale = bytes_ ? data_.stored.scale : 1;
    if (wide_) JoinSums(stack_, at_, part, parts_, sums_, scale);
    PassUp(stack_, at_, wide_ ? 1 : 0, part, parts_);
    losses_[part] = {};
    const long units = stack_.widths[layers_];
    for (long sample = stack_.From(part, parts_); sample < stack_.From(part + 1, parts_); sample++) {
      const float weight = (data_.weights == nullptr ? 1 : data_.weights[rows[sample]]) / static_cast<float>(stack_.batch);
      const float* const logits = at_.y[layers_ - 1] + sample * units;
      float* const dy = dy_ + sample * units;
      if (data_.ids != nullptr) AddCrossentropy(logits, units, data_.ids[rows[sample]], weight, dy, &losses_[part]);
      else AddBinaryCrossentropy(logits, data_.labels + rows[sample] * units, units, weight, dy, &losses_[part]);
    }
    gradient_.PassDown(part, dy_);
    if (!bytes_) return;
    // The kernel's gradient will be worked out from bytes.
    float* const dz = gradient_.dz(0);
    for (long i = stack_.From(part, parts_) * stack_.widths[1]; i < stack_.From(part + 1, parts_) * stack_.widths[1]; i++) dz[i] *= scale;
  }

  const Stack& stack_;
  const TrainingData& data_;
  const Weights& weights_;
  UpdateRule rule_;
  const int parts_, layers_;
  const bool wide_;
  /** Whether the first layer works on bytes as they are. */
  bool bytes_;
  StackArrays at_;
  StackGradient gradient_;
  std::vector<LossSums> losses_;
  std::unique_ptr<ByteTiles[]> tiles_;
  Scratch memory_, ofGradient_;
  float *x_[2], *sums_ = nullptr, *dy_ = nullptr;
};

/**
 * values [N, ...], labels: class ids [N] or numbers [N, outputs], sample weights [N] or [0], rows [steps, B], rates [steps, r] of which the
 * first is the rule's, the values of variables: kernels, biases, and of each slot as many -> [steps, 3]. Updates them in place.
 */
struct TrainStack {
  /** The first kernel among the inputs. */
  static constexpr int kFirst = 5;

  explicit TrainStack(Attributes& attributes)
      : rule(RuleFrom(attributes)), rectify(attributes.IntList("rectify")), scale(attributes.Float("scale")), parts(attributes.Int("parts")) {}

  void Compute(Call& call) {
    const int layers = static_cast<int>(rectify.size()), slots = SlotsOf(rule.kind), arrays = 2 * layers;
    if (!call.Expect(call.inputs() == kFirst + arrays * (1 + slots), "a stack needs a kernel, a bias and their slots for each layer")) return;
    const int64_t count = call.Dim(0, 0), steps = call.Dim(3, 0), batch = call.Dim(3, 1);
    call.Expect(call.Rank(0) > 1 && call.Rank(3) == 2 && batch > 0, "values, or the rows of the batches, have another rank");
    call.Expect(call.Dim(4, 0) == steps && call.Dim(4, 1) > 0, "each step needs its rate");
    const int64_t length = call.Size(0) / std::max<int64_t>(count, 1);
    const Stack stack = ReadStack(call, static_cast<int>(batch), length);
    const int64_t outputs = stack.widths.back();
    const bool isIds = call.Type(1) == TF_INT32;
    call.Expect(call.Size(1) == (isIds ? count : count * outputs), "there are more or fewer labels than samples");
    call.Expect(call.Size(2) == 0 || call.Size(2) == count, "there are more or fewer weights than samples");
    const int32_t* const rows = call.Input<int32_t>(3);
    call.Expect(call.ok() && AreBelow(rows, steps * batch, count), "a row number is out of range");
    if (isIds) call.Expect(call.ok() && AreClasses(call.Input<int32_t>(1), rows, steps * batch, outputs), "a class id is out of range");
    float* const results = call.Output(0, {steps, 3});
    if (!call.ok()) return;
    const TrainingData data = {{call.Type(0), call.Input<char>(0), length, scale},
                               isIds ? call.Input<int32_t>(1) : nullptr,
                               isIds ? nullptr : call.Input(1),
                               call.Size(2) == 0 ? nullptr : call.Input(2)};
    Weights weights;
    for (int i = 0; i < arrays; i++) {
      weights.values.push_back(call.Variable(kFirst + i));
      if (slots > 0) weights.first.push_back(call.Variable(kFirst + arrays + i));
      if (slots > 1) weights.second.push_back(call.Variable(kFirst + 2 * arrays + i));
    }
    StackTraining(stack, data, weights, rule, parts).Run(steps, rows, call.Input(4), call.Dim(4, 1), results);
  }

  /** The sizes of the layers, from the kernels; those of biases and slots must fit. */
  Stack ReadStack(Call& call, int batch, int64_t length) const {
    const int layers = static_cast<int>(rectify.size()), arrays = 2 * layers;
    Stack stack;
    stack.batch = batch;
    stack.rectify = rectify;
    stack.widths.push_back(static_cast<int>(length));
    for (int layer = 0; layer < layers; layer++) {
      const int64_t inputs = stack.widths.back(), units = call.Dim(kFirst + layer, 1);
      for (int input = kFirst + layer; input < call.inputs(); input += arrays) {
        call.ExpectShape(input, {inputs, units});
        call.ExpectShape(input + layers, {units});
      }
      stack.widths.push_back(static_cast<int>(units));
    }
    return stack;
  }

  static bool AreClasses(const int32_t* ids, const int32_t* rows, int64_t count, int64_t classes) {
    bool inside = true;
    for (int64_t i = 0; i < count; i++) inside = inside && ids[rows[i]] >= 0 && ids[rows[i]] < classes;
    return inside;
  }

  UpdateRule rule;
  std::vector<int64_t> rectify;
  float scale;
  int parts;
};

}  // namespace

std::string RegisterTrainStack() {
  return Register<TrainStack>(
      {"TareaTrainStack",
       {"values: T", "labels: L", "weights: float", "rows: int32", "rates: float", "kernels: layers * float", "biases: layers * float",
        "slots: slot_count * float"},
       {"results: float"},
       {"T: {uint8, int32, float}", "L: {int32, float}", "layers: int", "slot_count: int >= 0", "rectify: list(int)", "scale: float", "rule: int",
        "first: float", "second: float", "epsilon: float", "parts: int"},
       true});
}

}  // namespace tarea

// Fully connected layers with large kernels as operations of TensorFlow. Each part of the work has its own rows of the kernel, forward,
// backward and in the update, so that no core reads what another one keeps in its cache.
#include <algorithm>

#include "dense.h"
#include "lanes.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "rules.h"
#include "slice.h"

namespace tarea {
namespace {

DenseShape ShapeOf(const Call& call, int x, int w) {
  return {static_cast<int>(call.Dim(x, 0)), static_cast<int>(call.Dim(w, 0)), static_cast<int>(call.Dim(w, 1))};
}

/** x [B, n], w [n, m], bias [m] -> y [B, m]. */
struct Dense {
  explicit Dense(Attributes& attributes) : rectify(attributes.Bool("rectify")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = ShapeOf(call, 0, 1);
    call.ExpectShape(0, {shape.batch, shape.inputs});
    if (!call.ExpectShape(2, {shape.units})) return;
    float* y = call.Output(0, {shape.batch, shape.units});
    if (!call.ok()) return;
    if (parts == 1 || parts > shape.inputs) return DenseForward(shape, call.Input(0), call.Input(1), call.Input(2), rectify, y);
    const size_t size = static_cast<size_t>(shape.batch) * shape.units;
    static thread_local Scratch scratch;
    float* const partial = scratch.Get(size * (parts - 1));
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      DenseForward(slice.shape, call.Input(0) + slice.from, call.Input(1) + slice.kernel(), part == 0 ? call.Input(2) : nullptr,
                   false, part == 0 ? y : partial + (part - 1) * size);
    });
    Parallel(parts, [&](int part) { Join(partial, size, PartStart(size, parts, part), PartStart(size, parts, part + 1), y); });
  }
  /** Adds the sums of the other parts to y from number `from` to `to`. */
  void Join(const float* partial, size_t size, long from, long to, float* y) const {
    for (int part = 1; part < parts; part++) {
      const float* other = partial + (part - 1) * size;
      for (long i = from; i < to; i++) y[i] += other[i];
    }
    if (!rectify) return;
    for (long i = from; i < to; i++) y[i] = y[i] > 0 ? y[i] : 0;
  }
  bool rectify;
  int parts;
};

/** dy and y [B, m] -> dz [B, m], dbias [m]. */
struct OutputGradient {
  explicit OutputGradient(Attributes& attributes) : rectify(attributes.Bool("rectify")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const int64_t batch = call.Dim(0, 0), units = call.Dim(0, 1);
    if (!call.ExpectShape(1, {batch, units})) return;
    float* dz = call.Output(0, {batch, units});
    float* dbias = call.Output(1, {units});
    if (!call.ok()) return;
    static thread_local Scratch scratch;
    float* const partial = scratch.Get(units * parts);
    Parallel(parts, [&](int part) {
      const int64_t from = PartStart(batch, parts, part), at = from * units;
      DenseOutputGradient(static_cast<int>(PartStart(batch, parts, part + 1) - from), static_cast<int>(units), call.Input(0) + at,
                          rectify ? call.Input(1) + at : nullptr, dz + at, partial + part * units);
    });
    AddParts(partial, units, parts, 0, units, dbias);
  }
  bool rectify;
  int parts;
};

/** dz [B, m], w [n, m] -> dx [B, n]. */
struct InputGradient {
  explicit InputGradient(Attributes& attributes) : parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = ShapeOf(call, 0, 1);
    if (!call.ExpectShape(0, {shape.batch, shape.units})) return;
    float* dx = call.Output(0, {shape.batch, shape.inputs});
    if (!call.ok()) return;
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      DenseInputGradient(slice.shape, call.Input(0), call.Input(1) + slice.kernel(), dx + slice.from);
    });
  }
  int parts;
};

/** x [B, n], dz [B, m] -> dw [n, m]. */
struct KernelGradient {
  explicit KernelGradient(Attributes& attributes) : parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = {static_cast<int>(call.Dim(0, 0)), static_cast<int>(call.Dim(0, 1)), static_cast<int>(call.Dim(1, 1))};
    if (!call.ExpectShape(1, {shape.batch, shape.units})) return;
    float* dw = call.Output(0, {shape.inputs, shape.units});
    if (!call.ok()) return;
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      DenseKernelGradient(slice.shape, call.Input(0) + slice.from, call.Input(1), dw + slice.kernel());
    });
  }
  int parts;
};

/** x [B, n], dz [B, m], rate, the value of a variable w [n, m], those of its slots: updates them in place. */
struct KernelUpdate {
  explicit KernelUpdate(Attributes& attributes) : rule(RuleFrom(attributes)), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = ShapeOf(call, 0, 3);
    call.ExpectShape(0, {shape.batch, shape.inputs});
    call.ExpectShape(1, {shape.batch, shape.units});
    call.ExpectShape(2, {});
    const int slots = SlotsOf(rule.kind);
    call.Expect(call.inputs() == 4 + slots, "the rule needs another number of slots");
    for (int slot = 0; slot < slots; slot++) call.ExpectShape(4 + slot, {shape.inputs, shape.units});
    if (!call.ok()) return;
    UpdateRule own = rule;
    own.rate = *call.Input(2);
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      const auto at = [&](int input) { return call.Variable(input) + slice.kernel(); };
      DenseKernelUpdate(slice.shape, call.Input(0) + slice.from, call.Input(1), own, at(3), slots > 0 ? at(4) : nullptr,
                        slots > 1 ? at(5) : nullptr);
    });
  }
  UpdateRule rule;
  int parts;
};

/** rate, then n gradients, the values of n variables, and n values of each slot: updates them in place. */
struct Update {
  explicit Update(Attributes& attributes) : rule(RuleFrom(attributes)), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const int slots = SlotsOf(rule.kind), count = (call.inputs() - 1) / (2 + slots);
    call.ExpectShape(0, {});
    call.Expect(call.inputs() == 1 + count * (2 + slots), "the rule needs another number of slots");
    for (int i = 0; i < count; i++)
      for (int array = 1; array < 2 + slots; array++)
        call.Expect(call.Size(1 + i) == call.Size(1 + array * count + i), "a gradient has another size than its weight");
    if (!call.ok()) return;
    UpdateRule own = rule;
    own.rate = *call.Input(0);
    Parallel(parts, [&](int part) {
      for (int i = 0; i < count; i++) {
        const long size = call.Size(1 + i), from = PartStart(size, parts, part), to = PartStart(size, parts, part + 1);
        const auto at = [&](int array) { return call.Variable(1 + array * count + i) + from; };
        ApplyUpdate(own, to - from, call.Input(1 + i) + from, at(1), slots > 0 ? at(2) : nullptr, slots > 1 ? at(3) : nullptr);
      }
    });
  }
  UpdateRule rule;
  int parts;
};

}  // namespace

std::string RegisterDense() {
  std::string fault = Register<Dense>(
      {"TareaDense", {"x: float", "w: float", "bias: float"}, {"y: float"}, {"rectify: bool", "parts: int"}});
  if (fault.empty()) {
    fault = Register<OutputGradient>(
        {"TareaDenseOutputGradient", {"dy: float", "y: float"}, {"dz: float", "dbias: float"}, {"rectify: bool", "parts: int"}});
  }
  if (fault.empty())
    fault = Register<InputGradient>({"TareaDenseInputGradient", {"dz: float", "w: float"}, {"dx: float"}, {"parts: int"}});
  if (fault.empty())
    fault = Register<KernelGradient>({"TareaDenseKernelGradient", {"x: float", "dz: float"}, {"dw: float"}, {"parts: int"}});
  if (fault.empty()) {
    fault = Register<KernelUpdate>({"TareaDenseKernelUpdate",
                                    {"x: float", "dz: float", "rate: float", "w: float", "slots: slot_count * float"},
                                    {},
                                    {"slot_count: int >= 0", "rule: int", "first: float", "second: float", "epsilon: float", "parts: int"},
                                    true});
  }
  if (fault.empty()) {
    fault = Register<Update>({"TareaUpdate",
                              {"rate: float", "gradients: count * float", "weights: count * float", "slots: slot_count * float"},
                              {},
                              {"count: int", "slot_count: int >= 0", "rule: int", "first: float", "second: float", "epsilon: float", "parts: int"},
                              true});
  }
  return fault;
}

}  // namespace tarea

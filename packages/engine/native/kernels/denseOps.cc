// Fully connected layers with large kernels as operations of TensorFlow. Each part of the work has its own rows of the kernel, forward,
// backward and in the update, so that no core reads what another one keeps in its cache. Where another layer of one unit takes the same
// inputs, its weights come along as a column: its sums are the last of each row of y, their gradients the last of dy and dz.
#include <algorithm>

#include "dense.h"
#include "lanes.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "rowGather.h"
#include "rules.h"
#include "slice.h"

namespace tarea {
namespace {

DenseShape ShapeOf(const Call& call, int x, int w, bool column) {
  return {static_cast<int>(call.Dim(x, 0)), static_cast<int>(call.Dim(w, 0)), static_cast<int>(call.Dim(w, 1)), 0, column};
}

/** Where the rows of a batch begin when x [N, n] is all the data and the last input [B] has the batch's row numbers. */
class BatchRows {
 public:
  /** `gathers`: whether it is like that, and not x the batch. */
  BatchRows(Call& call, bool gathers, DenseShape* shape) {
    call.ExpectShape(0, {shape->batch, shape->inputs});
    if (!gathers) return;
    const int last = call.inputs() - 1;
    const int64_t count = call.Dim(last, 0);
    const int32_t* const rows = call.Input<int32_t>(last);
    if (!call.Expect(call.Rank(last) == 1 && AreBelow(rows, count, shape->batch), "a row number is out of range")) return;
    for (int64_t i = 0; i < count; i++) lines_.push_back(static_cast<ptrdiff_t>(rows[i]) * shape->inputs);
    shape->batch = static_cast<int>(count);
    shape->lines = lines_.data();
  }

 private:
  std::vector<ptrdiff_t> lines_;
};

/** x [B, n], w [n, m], bias [m], at most one column [n, 1], perhaps rows (see BatchRows) -> y [B, m or m + 1]. */
struct Dense {
  explicit Dense(Attributes& attributes)
      : rectify(attributes.Bool("rectify")), column(attributes.Int("count") > 0), gathers(attributes.Int("gathers") > 0), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    DenseShape shape = ShapeOf(call, 0, 1, column);
    const BatchRows rows(call, gathers, &shape);
    if (shape.column) call.ExpectShape(3, {shape.inputs, 1});
    if (!call.ExpectShape(2, {shape.units})) return;
    float* y = call.Output(0, {shape.batch, shape.Outputs()});
    if (!call.ok()) return;
    const float* const weights = column ? call.Input(3) : nullptr;
    if (parts == 1 || parts > shape.inputs)
      return DenseForward(shape, call.Input(0), call.Input(1), call.Input(2), rectify, y, weights);
    const size_t size = static_cast<size_t>(shape.batch) * shape.Outputs();
    static thread_local Scratch scratch;
    float* const partial = scratch.Get(size * (parts - 1));
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      DenseForward(slice.shape, call.Input(0) + slice.from, call.Input(1) + slice.kernel(), part == 0 ? call.Input(2) : nullptr,
                   false, part == 0 ? y : partial + (part - 1) * size, column ? weights + slice.from : nullptr);
    });
    Parallel(parts, [&](int part) {
      for (long row = PartStart(shape.batch, parts, part); row < PartStart(shape.batch, parts, part + 1); row++)
        Join(shape, partial + row * shape.Outputs(), size, y + row * shape.Outputs());
    });
  }
  /** Adds the sums of the other parts to a row of y. */
  void Join(const DenseShape& shape, const float* partial, size_t size, float* y) const {
    for (int part = 1; part < parts; part++) {
      const float* other = partial + (part - 1) * size;
      for (int i = 0; i < shape.Outputs(); i++) y[i] += other[i];
    }
    if (!rectify) return;
    for (int i = 0; i < shape.units; i++) y[i] = y[i] > 0 ? y[i] : 0;
  }
  bool rectify, column, gathers;
  int parts;
};

/** dy and y [B, m or m + 1] -> dz like them, dbias [m]. */
struct OutputGradient {
  explicit OutputGradient(Attributes& attributes)
      : rectify(attributes.Bool("rectify")), column(attributes.Bool("column")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const int64_t batch = call.Dim(0, 0), units = call.Dim(0, 1);
    call.Expect(units > (column ? 1 : 0), "a layer has at least one unit besides the column");
    if (!call.ExpectShape(1, {batch, units})) return;
    float* dz = call.Output(0, {batch, units});
    float* dbias = call.Output(1, {units - column});
    if (!call.ok()) return;
    static thread_local Scratch scratch;
    float* const partial = scratch.Get(units * parts);
    Parallel(parts, [&](int part) {
      const int64_t from = PartStart(batch, parts, part), at = from * units;
      DenseOutputGradient(static_cast<int>(PartStart(batch, parts, part + 1) - from), static_cast<int>(units), call.Input(0) + at,
                          rectify ? call.Input(1) + at : nullptr, dz + at, partial + part * units);
      if (!column) return;
      for (int64_t last = at + units - 1; last < PartStart(batch, parts, part + 1) * units; last += units) dz[last] = call.Input(0)[last];
    });
    AddParts(partial, units, parts, 0, units - column, dbias);
  }
  bool rectify, column;
  int parts;
};

/** dz [B, m or m + 1], w [n, m], as many columns [n, 1] -> dx [B, n]. */
struct InputGradient {
  explicit InputGradient(Attributes& attributes) : parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = ShapeOf(call, 0, 1, call.inputs() > 2);
    if (shape.column) call.ExpectShape(2, {shape.inputs, 1});
    if (!call.ExpectShape(0, {shape.batch, shape.Outputs()})) return;
    float* dx = call.Output(0, {shape.batch, shape.inputs});
    if (!call.ok()) return;
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      DenseInputGradient(slice.shape, call.Input(0), call.Input(1) + slice.kernel(), dx + slice.from,
                         shape.column ? call.Input(2) + slice.from : nullptr);
    });
  }
  int parts;
};

/** x [B, n], dz [B, m or m + 1] -> dw [n, m], the column's gradient [n, 1] (empty if there is none). */
struct KernelGradient {
  explicit KernelGradient(Attributes& attributes) : column(attributes.Bool("column")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const DenseShape shape = {static_cast<int>(call.Dim(0, 0)), static_cast<int>(call.Dim(0, 1)),
                              static_cast<int>(call.Dim(1, 1)) - column, 0, column};
    call.Expect(shape.units > 0, "a layer has at least one unit besides the column");
    if (!call.ExpectShape(1, {shape.batch, shape.Outputs()})) return;
    float* dw = call.Output(0, {shape.inputs, shape.units});
    float* dcolumn = call.Output(1, {column ? shape.inputs : 0, 1});
    if (!call.ok()) return;
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      DenseKernelGradient(slice.shape, call.Input(0) + slice.from, call.Input(1), dw + slice.kernel(),
                          column ? dcolumn + slice.from : nullptr);
    });
  }
  bool column;
  int parts;
};

/**
 * x [B, n], dz [B, m or m + 1], rate, the value of a variable w [n, m], those of its slots, perhaps that of the column [n, 1] and those
 * of its slots, perhaps rows (see BatchRows): updates variables in place -> the gradient [n, 1] of a column that is not among them
 * (else empty).
 */
struct KernelUpdate {
  explicit KernelUpdate(Attributes& attributes)
      : rule(RuleFrom(attributes)),
        column(attributes.Bool("column")),
        updatesColumn(attributes.Int("column_count") > 0),
        gathers(attributes.Int("gathers") > 0),
        parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    DenseShape shape = ShapeOf(call, 0, 3, column);
    const BatchRows rows(call, gathers, &shape);
    call.ExpectShape(1, {shape.batch, shape.Outputs()});
    call.ExpectShape(2, {});
    const int slots = SlotsOf(rule.kind);
    const int own = 4 + slots, columnArrays = updatesColumn ? 1 + slots : 0;
    call.Expect(column || !updatesColumn, "there is no column to be updated");
    call.Expect(call.inputs() == own + columnArrays + gathers, "the rule needs another number of slots");
    for (int slot = 0; slot < slots; slot++) call.ExpectShape(4 + slot, {shape.inputs, shape.units});
    for (int array = 0; array < columnArrays; array++) call.ExpectShape(own + array, {shape.inputs, 1});
    float* dcolumn = call.Output(0, {column && !updatesColumn ? shape.inputs : 0, 1});
    if (!call.ok()) return;
    static thread_local Scratch scratch;
    if (updatesColumn) dcolumn = scratch.Get(shape.inputs);
    UpdateRule now = rule;
    now.rate = *call.Input(2);
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(shape, parts, part);
      if (slice.shape.inputs == 0) return;
      const auto at = [&](int input) { return call.Variable(input) + slice.kernel(); };
      DenseKernelUpdate(slice.shape, call.Input(0) + slice.from, call.Input(1), now, at(3), slots > 0 ? at(4) : nullptr,
                        slots > 1 ? at(5) : nullptr, column ? dcolumn + slice.from : nullptr);
      if (!updatesColumn) return;
      const auto columnAt = [&](int array) { return call.Variable(own + array) + slice.from; };
      ApplyUpdate(now, slice.shape.inputs, dcolumn + slice.from, columnAt(0), slots > 0 ? columnAt(1) : nullptr,
                  slots > 1 ? columnAt(2) : nullptr);
    });
  }
  UpdateRule rule;
  bool column, updatesColumn, gathers;
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
      {"TareaDense", {"x: float", "w: float", "bias: float", "columns: count * float", "rows: gathers * int32"},
       {"y: float"},
       {"count: int >= 0", "gathers: int >= 0", "rectify: bool", "parts: int"}});
  if (fault.empty()) {
    fault = Register<OutputGradient>(
        {"TareaDenseOutputGradient", {"dy: float", "y: float"}, {"dz: float", "dbias: float"}, {"rectify: bool", "column: bool", "parts: int"}});
  }
  if (fault.empty())
    fault = Register<InputGradient>(
        {"TareaDenseInputGradient", {"dz: float", "w: float", "columns: count * float"}, {"dx: float"}, {"count: int >= 0", "parts: int"}});
  if (fault.empty())
    fault = Register<KernelGradient>(
        {"TareaDenseKernelGradient", {"x: float", "dz: float"}, {"dw: float", "dcolumn: float"}, {"column: bool", "parts: int"}});
  if (fault.empty()) {
    fault = Register<KernelUpdate>({"TareaDenseKernelUpdate",
                                    {"x: float", "dz: float", "rate: float", "w: float", "slots: slot_count * float",
                                     "column_arrays: column_count * float", "rows: gathers * int32"},
                                    {"dcolumn: float"},
                                    {"slot_count: int >= 0", "column_count: int >= 0", "gathers: int >= 0", "rule: int", "first: float", "second: float",
                                     "epsilon: float", "column: bool",
                                     "parts: int"},
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

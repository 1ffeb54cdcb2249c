// Fully connected layers one behind the other as two operations of TensorFlow: all of them forward, all of them backward.
#include <algorithm>
#include <limits>

#include "dense.h"
#include "lanes.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "slice.h"

namespace tarea {
namespace {

/**
 * A first layer this wide is shared out by its inputs, not by samples: a core that has columns of x and the rows of the kernel that they
 * meet never waits for those of another core.
 */
constexpr int kWideInputs = 256;

/** The sizes of a stack's layers, from the shapes of its kernels. */
struct Stack {
  int batch = 0;
  std::vector<int> widths;  // of the inputs, then of each layer
  int layers() const { return static_cast<int>(widths.size()) - 1; }
  bool IsWide(int parts) const { return parts > 1 && widths[0] >= kWideInputs; }
  DenseShape Layer(int layer, int rows) const { return {rows, widths[layer], widths[layer + 1]}; }
};

/** Reads the sizes of a stack of `layers` kernels that begin at input `first`, for inputs x at input `x`. */
bool ReadStack(Call& call, int x, int first, int layers, Stack* stack) {
  stack->batch = static_cast<int>(call.Dim(x, 0));
  stack->widths.assign(1, static_cast<int>(call.Dim(x, 1)));
  for (int layer = 0; layer < layers; layer++) {
    const int64_t units = call.Dim(first + layer, 1);
    if (!call.ExpectShape(first + layer, {stack->widths.back(), units})) return false;
    stack->widths.push_back(static_cast<int>(units));
  }
  return call.ok();
}

/** x, kernels, biases -> the outputs of all layers. */
struct DenseStack {
  explicit DenseStack(Attributes& attributes)
      : rectify(attributes.IntList("rectify")), parts(attributes.Int("parts")), columns(attributes.Bool("columns")) {}
  void Compute(Call& call) {
    const int layers = static_cast<int>(rectify.size());
    Stack stack;
    if (!call.Expect(call.inputs() == 1 + 2 * layers, "a stack needs a kernel and a bias for each layer")) return;
    if (!ReadStack(call, 0, 1, layers, &stack)) return;
    std::vector<float*> y(layers);
    for (int layer = 0; layer < layers; layer++) {
      call.ExpectShape(1 + layers + layer, {stack.widths[layer + 1]});
      y[layer] = call.Output(layer, {stack.batch, stack.widths[layer + 1]});
    }
    if (!call.ok()) return;
    const bool wide = columns && stack.IsWide(parts);
    static thread_local Scratch scratch;
    float* const sums = wide ? scratch.Get(static_cast<size_t>(stack.batch) * stack.widths[1] * parts) : nullptr;
    if (wide) Parallel(parts, [&](int part) { SumSlice(call, stack, part, sums); });
    Parallel(parts, [&](int part) {
      const long from = PartStart(stack.batch, parts, part), rows = PartStart(stack.batch, parts, part + 1) - from;
      if (wide) JoinSums(stack, from, rows, sums, call.Input(1 + layers), y[0]);
      const float* x = wide ? y[0] + from * stack.widths[1] : call.Input(0) + from * stack.widths[0];
      for (int layer = wide ? 1 : 0; layer < layers && rows > 0; layer++) {
        float* own = y[layer] + from * stack.widths[layer + 1];
        DenseForward(stack.Layer(layer, static_cast<int>(rows)), x, call.Input(1 + layer), call.Input(1 + layers + layer),
                     rectify[layer] != 0, own);
        x = own;
      }
    });
  }

  /** What the inputs of one part add to the first layer's sums, for all samples. */
  void SumSlice(const Call& call, const Stack& stack, int part, float* sums) const {
    const Slice slice = SliceOf(stack.Layer(0, stack.batch), parts, part);
    DenseForward(slice.shape, call.Input(0) + slice.from, call.Input(1) + slice.kernel(), nullptr, false,
                 sums + static_cast<long>(part) * stack.batch * stack.widths[1]);
  }

  /** The first layer's outputs for some samples, from the sums of all parts. */
  void JoinSums(const Stack& stack, long from, long rows, const float* sums, const float* bias, float* y) const {
    const long units = stack.widths[1], size = stack.batch * units;
    const float floor = rectify[0] != 0 ? 0 : -std::numeric_limits<float>::infinity();
    for (long row = from; row < from + rows; row++) {
      for (long unit = 0; unit < units; unit++) {
        const long at = row * units + unit;
        float sum = bias[unit];
        for (int part = 0; part < parts; part++) sum += sums[part * size + at];
        y[at] = sum < floor ? floor : sum;
      }
    }
  }

  std::vector<int64_t> rectify;
  int parts;
  /** Whether a wide first layer is shared out by its inputs. */
  bool columns;
};

/** One run backward through a stack. Each part first takes its samples down through all layers, then joins what all parts have left. */
struct Backward {
  Backward(const Call& given, const Stack& sizes, const std::vector<int64_t>& rectified, int count, bool wantsInputs)
      : call(given), stack(sizes), rectify(rectified), parts(count), layers(sizes.layers()), inputs(wantsInputs),
        dkernels(layers), dbiases(layers), dz(layers), partials(layers) {}

  /** Cuts working memory out of `scratch`. */
  void Divide(Scratch& scratch) {
    size_t size = 0;
    widest = 0;
    for (int layer = 0; layer < layers; layer++) {
      const DenseShape shape = stack.Layer(layer, stack.batch);
      size += static_cast<size_t>(stack.batch + parts) * shape.units + (IsPartial(layer) ? KernelSize(layer) * parts : 0);
      widest = std::max(widest, shape.units);
    }
    float* free = scratch.Get(size + static_cast<size_t>(stack.batch) * widest);
    passed = free;
    free += static_cast<size_t>(stack.batch) * widest;
    for (int layer = 0; layer < layers; layer++) {
      dz[layer] = free;
      free += static_cast<size_t>(stack.batch + parts) * stack.widths[layer + 1];
      partials[layer] = free;
      if (IsPartial(layer)) free += KernelSize(layer) * parts;
    }
  }

  size_t KernelSize(int layer) const { return static_cast<size_t>(stack.widths[layer]) * stack.widths[layer + 1]; }

  /** Whether parts add up kernel gradients of their own samples: cheaper than fetching the samples of others where the kernel is small. */
  bool IsPartial(int layer) const {
    if (parts == 1 || (layer == 0 && stack.IsWide(parts))) return false;
    return KernelSize(layer) <= static_cast<size_t>(stack.batch) * (stack.widths[layer] / 2 + stack.widths[layer + 1]);
  }

  const float* Inputs(int layer) const { return layer == 0 ? call.Input(1) : call.Input(2 + layers + layer - 1); }

  /** The gradients of all layers' sums, and of the inputs, for the samples of one part; the parts' bias gradients lie behind each dz. */
  void PassDown(int part) const {
    const long from = PartStart(stack.batch, parts, part);
    const int rows = static_cast<int>(PartStart(stack.batch, parts, part + 1) - from);
    float* const down = passed + from * widest;
    for (int layer = layers - 1; layer >= 0; layer--) {
      const DenseShape shape = stack.Layer(layer, rows);
      const float* dy = layer == layers - 1 ? call.Input(0) + from * shape.units : down;
      const float* y = rectify[layer] != 0 ? call.Input(2 + layers + layer) + from * shape.units : nullptr;
      float* own = dz[layer] + from * shape.units;
      DenseOutputGradient(rows, shape.units, dy, y, own, dz[layer] + static_cast<long>(stack.batch + part) * shape.units);
      if (IsPartial(layer)) {
        float* partial = partials[layer] + KernelSize(layer) * part;
        if (rows > 0) DenseKernelGradient(shape, Inputs(layer) + from * shape.inputs, own, partial);
        else std::fill(partial, partial + KernelSize(layer), 0.0f);
      }
      if (rows == 0 || (layer == 0 && (!inputs || stack.IsWide(parts)))) continue;
      DenseInputGradient(shape, own, call.Input(2 + layer), layer == 0 ? dx + from * shape.inputs : down);
    }
  }

  /** One part of the gradients of all kernels and biases, from what all parts have left. */
  void Join(int part) const {
    for (int layer = layers - 1; layer >= 0; layer--) {
      const DenseShape shape = stack.Layer(layer, stack.batch);
      const Slice slice = SliceOf(shape, parts, part);
      if (layer == 0 && inputs && stack.IsWide(parts))
        DenseInputGradient(slice.shape, dz[0], call.Input(2) + slice.kernel(), dx + slice.from);
      if (IsPartial(layer)) {
        const long size = KernelSize(layer);
        AddParts(partials[layer], size, parts, PartStart(size, parts, part), PartStart(size, parts, part + 1), dkernels[layer]);
      } else if (slice.shape.inputs > 0) {
        DenseKernelGradient(slice.shape, Inputs(layer) + slice.from, dz[layer], dkernels[layer] + slice.kernel());
      }
      const float* biases = dz[layer] + static_cast<long>(shape.batch) * shape.units;
      if (part == 0) AddParts(biases, shape.units, parts, 0, shape.units, dbiases[layer]);
    }
  }

  const Call& call;
  const Stack& stack;
  const std::vector<int64_t>& rectify;
  const int parts, layers;
  const bool inputs;
  float* dx = nullptr;
  std::vector<float*> dkernels, dbiases, dz, partials;
  /** The gradient of a layer's output on its way down, of each part for itself. */
  float* passed = nullptr;
  int widest = 0;
};

/** dy, x, kernels, outputs of all layers -> dx (empty unless asked for), dkernels, dbiases. */
struct DenseStackGradient {
  explicit DenseStackGradient(Attributes& attributes)
      : rectify(attributes.IntList("rectify")), parts(attributes.Int("parts")), inputs(attributes.Bool("inputs")) {}

  void Compute(Call& call) {
    const int layers = static_cast<int>(rectify.size());
    Stack stack;
    if (!call.Expect(call.inputs() == 2 + 2 * layers, "a stack needs a kernel and an output for each layer")) return;
    if (!ReadStack(call, 1, 2, layers, &stack)) return;
    if (!call.ExpectShape(0, {stack.batch, stack.widths[layers]})) return;
    Backward run(call, stack, rectify, parts, inputs);
    run.dx = inputs ? call.Output(0, {stack.batch, stack.widths[0]}) : call.Output(0, {0});
    for (int layer = 0; layer < layers; layer++) {
      const int units = stack.widths[layer + 1];
      call.ExpectShape(2 + layers + layer, {stack.batch, units});
      run.dkernels[layer] = call.Output(1 + layer, {stack.widths[layer], units});
      run.dbiases[layer] = call.Output(1 + layers + layer, {units});
    }
    if (!call.ok()) return;
    static thread_local Scratch scratch;
    run.Divide(scratch);
    Parallel(parts, [&](int part) { run.PassDown(part); });
    Parallel(parts, [&](int part) { run.Join(part); });
  }

  std::vector<int64_t> rectify;
  int parts;
  bool inputs;
};

}  // namespace

std::string RegisterStack() {
  const std::string fault = Register<DenseStack>({"TareaDenseStack",
                                                  {"x: float", "kernels: layers * float", "biases: layers * float"},
                                                  {"outputs: layers * float"},
                                                  {"layers: int", "rectify: list(int)", "parts: int", "columns: bool"}});
  if (!fault.empty()) return fault;
  return Register<DenseStackGradient>({"TareaDenseStackGradient",
                                       {"dy: float", "x: float", "kernels: layers * float", "outputs: layers * float"},
                                       {"dx: float", "dkernels: layers * float", "dbiases: layers * float"},
                                       {"layers: int", "rectify: list(int)", "parts: int", "inputs: bool"}});
}

}  // namespace tarea

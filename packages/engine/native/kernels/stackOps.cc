// Fully connected layers one behind the other as two operations of TensorFlow: all of them forward, all of them backward.
#include <algorithm>

#include "dense.h"
#include "lanes.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "slice.h"

namespace tarea {
namespace {

/** The sizes of a stack's layers, from the shapes of its kernels. */
struct Stack {
  int batch = 0;
  std::vector<int> widths;  // of the inputs, then of each layer
  int layers() const { return static_cast<int>(widths.size()) - 1; }
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
      : rectify(attributes.IntList("rectify")), parts(attributes.Int("parts")) {}
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
    Parallel(parts, [&](int part) {
      const long from = PartStart(stack.batch, parts, part), rows = PartStart(stack.batch, parts, part + 1) - from;
      const float* x = call.Input(0) + from * stack.widths[0];
      for (int layer = 0; layer < layers && rows > 0; layer++) {
        float* own = y[layer] + from * stack.widths[layer + 1];
        DenseForward(stack.Layer(layer, static_cast<int>(rows)), x, call.Input(1 + layer), call.Input(1 + layers + layer),
                     rectify[layer] != 0, own);
        x = own;
      }
    });
  }
  std::vector<int64_t> rectify;
  int parts;
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
    float* dx = inputs ? call.Output(0, {stack.batch, stack.widths[0]}) : call.Output(0, {0});
    std::vector<float*> dkernels(layers), dbiases(layers), dz(layers), y(layers);
    size_t size = 0, widest = 0;
    for (int layer = 0; layer < layers; layer++) {
      const int units = stack.widths[layer + 1];
      call.ExpectShape(2 + layers + layer, {stack.batch, units});
      dkernels[layer] = call.Output(1 + layer, {stack.widths[layer], units});
      dbiases[layer] = call.Output(1 + layers + layer, {units});
      size += static_cast<size_t>(stack.batch + parts) * units;
      widest = std::max<size_t>(widest, units);
    }
    if (!call.ok()) return;
    static thread_local Scratch scratch;
    float* free = scratch.Get(size + stack.batch * widest);
    float* const passed = free;  // the gradient of a layer's output on its way down, of each part for itself
    free += stack.batch * widest;
    for (int layer = 0; layer < layers; layer++) {
      dz[layer] = free;
      free += static_cast<size_t>(stack.batch + parts) * stack.widths[layer + 1];
    }
    Parallel(parts, [&](int part) { PassDown(call, stack, part, passed + PartStart(stack.batch, parts, part) * widest, dz, dx); });
    Parallel(parts, [&](int part) {
      for (int layer = layers - 1; layer >= 0; layer--) {
        const float* x = layer == 0 ? call.Input(1) : call.Input(2 + layers + layer - 1);
        const DenseShape shape = stack.Layer(layer, stack.batch);
        const Slice slice = SliceOf(shape, parts, part);
        if (slice.shape.inputs > 0) DenseKernelGradient(slice.shape, x + slice.from, dz[layer], dkernels[layer] + slice.kernel());
        if (part == 0) BiasGradient(shape, dz[layer], dbiases[layer]);
      }
    });
  }

  /** The gradients of all layers' sums, and of the inputs, for the samples of one part; the parts' bias gradients lie behind each dz. */
  void PassDown(const Call& call, const Stack& stack, int part, float* passed, const std::vector<float*>& dz, float* dx) const {
    const int layers = stack.layers();
    const long from = PartStart(stack.batch, parts, part), rows = PartStart(stack.batch, parts, part + 1) - from;
    for (int layer = layers - 1; layer >= 0; layer--) {
      const int units = stack.widths[layer + 1];
      const float* dy = layer == layers - 1 ? call.Input(0) + from * units : passed;
      const float* y = rectify[layer] != 0 ? call.Input(2 + layers + layer) + from * units : nullptr;
      float* own = dz[layer] + from * units;
      DenseOutputGradient(static_cast<int>(rows), units, dy, y, own,
                          dz[layer] + static_cast<long>(stack.batch + part) * units);
      if (rows == 0 || (layer == 0 && !inputs)) continue;
      float* down = layer == 0 ? dx + from * stack.widths[0] : passed;
      DenseInputGradient(stack.Layer(layer, static_cast<int>(rows)), own, call.Input(2 + layer), down);
    }
  }

  void BiasGradient(const DenseShape& shape, const float* dz, float* dbias) const {
    const float* partial = dz + static_cast<long>(shape.batch) * shape.units;
    for (int unit = 0; unit < shape.units; unit++) {
      float sum = 0;
      for (int part = 0; part < parts; part++) sum += partial[static_cast<long>(part) * shape.units + unit];
      dbias[unit] = sum;
    }
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
                                                  {"layers: int", "rectify: list(int)", "parts: int"}});
  if (!fault.empty()) return fault;
  return Register<DenseStackGradient>({"TareaDenseStackGradient",
                                       {"dy: float", "x: float", "kernels: layers * float", "outputs: layers * float"},
                                       {"dx: float", "dkernels: layers * float", "dbiases: layers * float"},
                                       {"layers: int", "rectify: list(int)", "parts: int", "inputs: bool"}});
}

}  // namespace tarea

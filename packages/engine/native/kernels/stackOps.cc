// Fully connected layers one behind the other as two operations of TensorFlow: all of them forward, all of them backward.
#include "operation.h"
#include "register.h"
#include "stack.h"

namespace tarea {
namespace {

/** The sizes of a stack and the arrays that come in, for inputs x at input `x` and as many kernels as `rectify` has numbers from `first`. */
bool ReadStack(Call& call, int x, int first, const std::vector<int64_t>& rectify, Stack* stack, StackArrays* at) {
  stack->batch = static_cast<int>(call.Dim(x, 0));
  stack->widths.assign(1, static_cast<int>(call.Dim(x, 1)));
  stack->rectify = rectify;
  at->x = call.Input(x);
  for (size_t layer = 0; layer < rectify.size(); layer++) {
    const int kernel = first + static_cast<int>(layer);
    const int64_t units = call.Dim(kernel, 1);
    if (!call.ExpectShape(kernel, {stack->widths.back(), units})) return false;
    stack->widths.push_back(static_cast<int>(units));
    at->kernels[layer] = call.Input(kernel);
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
    StackArrays at(layers);
    if (!call.Expect(call.inputs() == 1 + 2 * layers, "a stack needs a kernel and a bias for each layer")) return;
    if (!ReadStack(call, 0, 1, rectify, &stack, &at)) return;
    for (int layer = 0; layer < layers; layer++) {
      call.ExpectShape(1 + layers + layer, {stack.widths[layer + 1]});
      at.biases[layer] = call.Input(1 + layers + layer);
      at.y[layer] = call.Output(layer, {stack.batch, stack.widths[layer + 1]});
    }
    if (!call.ok()) return;
    if (!columns || parts == 1 || stack.widths[0] < kWideInputs) return Parallel(parts, [&](int part) { PassUp(stack, at, 0, part, parts); });
    static thread_local Scratch scratch;
    const long size = static_cast<long>(stack.batch) * stack.widths[1];
    float* const sums = scratch.Get(size * parts);
    Parallel(parts, [&](int part) {
      const Slice slice = SliceOf(stack.Layer(0, stack.batch), parts, part);
      DenseForward(slice.shape, at.x + slice.from, at.kernels[0] + slice.kernel(), nullptr, false, sums + part * size);
    });
    Parallel(parts, [&](int part) {
      JoinSums(stack, at, part, parts, sums);
      PassUp(stack, at, 1, part, parts);
    });
  }
  std::vector<int64_t> rectify;
  int parts;
  /** Whether a wide first layer is shared out by its inputs. */
  bool columns;
};

/** Writes the gradients into arrays of their own. */
class GradientArrays : public GradientTaker {
 public:
  GradientArrays(int layers, int parts) : dkernels(layers), dbiases(layers), parts_(parts) {}
  void TakeProduct(int layer, int, const Slice& rows, const float* x, const float* dz) override {
    DenseKernelGradient(rows.shape, x, dz, dkernels[layer] + rows.kernel());
  }
  void TakeSums(int layer, bool isBias, const float* partial, long size, long from, long to) override {
    AddParts(partial, size, parts_, from, to, isBias ? dbiases[layer] : dkernels[layer]);
  }
  std::vector<float*> dkernels, dbiases;

 private:
  const int parts_;
};

/** dy, x, kernels, outputs of all layers -> dx (empty unless asked for), dkernels, dbiases. */
struct DenseStackGradient {
  explicit DenseStackGradient(Attributes& attributes)
      : rectify(attributes.IntList("rectify")), parts(attributes.Int("parts")), inputs(attributes.Bool("inputs")) {}

  void Compute(Call& call) {
    const int layers = static_cast<int>(rectify.size());
    Stack stack;
    StackArrays at(layers);
    if (!call.Expect(call.inputs() == 2 + 2 * layers, "a stack needs a kernel and an output for each layer")) return;
    if (!ReadStack(call, 1, 2, rectify, &stack, &at)) return;
    if (!call.ExpectShape(0, {stack.batch, stack.widths[layers]})) return;
    float* const dx = call.Output(0, {inputs ? stack.batch : 0, stack.widths[0]});
    GradientArrays gradients(layers, parts);
    for (int layer = 0; layer < layers; layer++) {
      const int units = stack.widths[layer + 1];
      call.ExpectShape(2 + layers + layer, {stack.batch, units});
      at.y[layer] = const_cast<float*>(call.Input(2 + layers + layer));
      gradients.dkernels[layer] = call.Output(1 + layer, {stack.widths[layer], units});
      gradients.dbiases[layer] = call.Output(1 + layers + layer, {units});
    }
    if (!call.ok()) return;
    StackGradient run(stack, at, parts, parts > 1 && stack.widths[0] >= kWideInputs, inputs ? dx : nullptr);
    static thread_local Scratch scratch;
    run.Divide(scratch);
    Parallel(parts, [&](int part) { run.PassDown(part, call.Input(0)); });
    Parallel(parts, [&](int part) { run.Join(part, gradients); });
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

// All steps of a call as one operation of TensorFlow: it runs a step's program as many times as there are steps.
#include "operation.h"
#include "register.h"
#include "stepProgram.h"
#include "workspace.h"

namespace tarea {
namespace {

/** The number of steps, then the arrays that the program takes from outside: float32, int32, bytes -> what each step leaves [steps, size]. */
struct TrainSteps {
  explicit TrainSteps(Attributes& attributes) : program(attributes.Text("program")), size(attributes.Int("size")) {}
  ~TrainSteps() { FreeWorkspaces(); }

  void Compute(Call& call) {
    if (!Expect(call, program.fault())) return;
    call.Expect(call.inputs() == 1 + program.outside(), "the program takes another number of arrays");
    if (!call.Expect(call.Type(0) == TF_INT32 && call.Rank(0) == 0, "the number of steps is an int32 scalar")) return;
    const int64_t steps = *call.Input<int32_t>(0);
    call.Expect(steps >= 0, "the number of steps is negative");
    float* const results = call.Output(0, {steps, size});
    if (!call.ok()) return;
    std::vector<Array> outside;
    for (int input = 1; input < call.inputs(); input++) outside.push_back(call.InputArray(input));
    Expect(call, program.Run(steps, outside, size, results));
  }

  static bool Expect(Call& call, const std::string& fault) { return call.Expect(fault.empty(), fault.c_str()); }

  StepProgram program;
  int64_t size;
};

}  // namespace

std::string RegisterTrainSteps() {
  return Register<TrainSteps>(
      {"TareaTrainSteps",
       {"count: int32", "floats: float_count * float", "ints: int_count * int32", "bytes: byte_count * uint8"},
       {"results: float"},
       {"program: string", "size: int", "float_count: int >= 0", "int_count: int >= 0", "byte_count: int >= 0"},
       true});
}

}  // namespace tarea

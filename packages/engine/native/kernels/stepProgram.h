// A training step as a list of operations that run one after the other on memory of its own, without TensorFlow between them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operation.h"

namespace tarea {

/** What one step does. It does not change while it runs. */
class StepProgram {
 public:
  /**
   * Reads a program: first the number of arrays that come from outside and the number of the array that is the step's result, then an
   * operation per line: name, inputs, number of outputs that are taken, attributes as `name=value`. Numbers with a point are given by their
   * bits, lists are joined by commas, an empty one is `-`. Arrays count from those outside; then comes the number of the step in its call,
   * int32, then the outputs of all operations.
   */
  explicit StepProgram(const std::string& text);

  /** What is wrong with the text, or "". */
  const std::string& fault() const { return fault_; }
  int outside() const { return outside_; }

  /**
   * Runs so many steps on `outside`; the result of each, `size` numbers, goes to `results`. Says what went wrong, or "". Steps before that
   * one have changed what they change.
   */
  std::string Run(int64_t steps, const std::vector<Array>& outside, int64_t size, float* results) const;

 private:
  struct Instruction {
    std::string name;
    std::unique_ptr<Operation> operation;
    std::vector<int> inputs;
    int firstOutput = 0, outputs = 0;
    /** Whether its output is its first input in the shape that the second one names, if there is one; it has no operation then. */
    bool isAlias = false;
    /** Arrays that nothing takes after it. */
    std::vector<int> last;
  };
  class Memory;
  class Step;

  static std::string RunOne(const Instruction& instruction, std::vector<Array>& arrays, Memory& memory);
  void Read(const std::string& text);
  bool ReadInstruction(const std::string& line);
  void FindLast();

  std::string fault_;
  int outside_ = 0, result_ = -1, arrays_ = 0;
  std::vector<Instruction> instructions_;
  /** For each array that whose memory it is in: another one's, or its own. */
  std::vector<int> owner_;
};

}  // namespace tarea

#include "stepProgram.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

#include "workspace.h"

namespace tarea {
namespace {

std::vector<int64_t> ReadList(const std::string& text) {
  std::vector<int64_t> values;
  std::istringstream from(text == "-" ? "" : text);
  for (std::string value; std::getline(from, value, ',');) values.push_back(std::strtoll(value.c_str(), nullptr, 10));
  return values;
}

/** The attributes of a line of a program. */
class LineAttributes : public Attributes {
 public:
  explicit LineAttributes(std::istringstream& line) {
    for (std::string entry; line >> entry;) {
      const size_t at = entry.find('=');
      if (at != std::string::npos) values_[entry.substr(0, at)] = entry.substr(at + 1);
    }
  }
  bool Bool(const char* name) override { return Text(name) == "1"; }
  float Float(const char* name) override {
    const uint32_t bits = static_cast<uint32_t>(std::strtoul(Text(name).c_str(), nullptr, 10));
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  int Int(const char* name) override { return static_cast<int>(std::strtol(Text(name).c_str(), nullptr, 10)); }
  std::vector<int64_t> IntList(const char* name) override { return ReadList(Text(name)); }
  std::string Text(const char* name) override {
    const auto found = values_.find(name);
    if (found != values_.end()) return found->second;
    Fail(std::string(name) + " is missing");
    return "";
  }
  const std::string& fault() const { return fault_; }

 protected:
  void Fail(const std::string& message) override { fault_ = message; }

 private:
  std::map<std::string, std::string> values_;
  std::string fault_;
};

/** Gives `array` the lengths of axes in `shape`, of which one may be -1; false unless the numbers stay as many. */
bool Reshape(const Array& shape, Array* array) {
  const int64_t size = array->Size();
  if (shape.type != TF_INT32 || shape.rank != 1 || shape.dims[0] > Array::kMaxRank) return false;
  array->rank = static_cast<int>(shape.dims[0]);
  int64_t* open = nullptr;
  for (int axis = 0; axis < array->rank; axis++) {
    int64_t& length = array->dims[axis] = static_cast<const int32_t*>(shape.data)[axis];
    if (length >= 0) continue;
    open = &length;
    length = 1;
  }
  if (open != nullptr && array->Size() > 0) *open = size / array->Size();
  return array->Size() == size;
}

}  // namespace

/** Memory for the arrays of a step: what nothing takes any more is given to others, in every step to the same ones. */
class StepProgram::Memory {
 public:
  explicit Memory(int arrays) : blocks_(arrays, kNone) {}

  /** Memory for an array, the same in each step. */
  float* Of(int array, size_t floats) {
    int& block = blocks_[array];
    if (block == kNone) block = Take(floats);
    return floats <= sizes_[block] ? all_[block]->data() : nullptr;
  }

  /** The same for an output that nobody takes, of the operation that runs. */
  float* OfUnused(const Instruction& instruction, int output, size_t floats) {
    const auto [at, isNew] = unused_.try_emplace({&instruction, output}, kNone);
    if (isNew) unusedNow_.push_back(at->second = Take(floats));
    return floats <= sizes_[at->second] ? all_[at->second]->data() : nullptr;
  }

  /** The operation has ended. */
  void FreeUnused() {
    free_.insert(free_.end(), unusedNow_.begin(), unusedNow_.end());
    unusedNow_.clear();
  }

  /** Nothing takes this array from now on. */
  void Free(int array) {
    if (blocks_[array] != kNone) free_.push_back(blocks_[array]);
  }

 private:
  static constexpr int kNone = -1;
  /** Memory is taken over from arrays that are at most so many times as large. */
  static constexpr size_t kMostWaste = 4;

  int Take(size_t floats) {
    auto best = free_.end();
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      const size_t size = sizes_[*it];
      if (size >= floats && size <= std::max(kMostWaste * floats, kSmallest) && (best == free_.end() || size < sizes_[*best])) best = it;
    }
    if (best != free_.end()) {
      const int block = *best;
      free_.erase(best);
      return block;
    }
    sizes_.push_back(std::max(floats, kSmallest));
    all_.push_back(std::make_unique<Workspace>(sizes_.back()));
    return static_cast<int>(all_.size()) - 1;
  }

  static constexpr size_t kSmallest = 16;
  std::vector<int> blocks_, free_, unusedNow_;
  std::map<std::pair<const Instruction*, int>, int> unused_;
  std::vector<size_t> sizes_;
  std::vector<std::unique_ptr<Workspace>> all_;
};

/** A run of one operation of a step. */
class StepProgram::Step : public Call {
 public:
  Step(const Instruction& instruction, std::vector<Array>& arrays, Memory& memory)
      : instruction_(instruction), arrays_(arrays), memory_(memory) {
    for (const int input : instruction.inputs) inputs_.push_back(arrays[input]);
  }
  const std::string& fault() const { return fault_; }

 protected:
  void* Allocate(int output, const Array& array) override {
    const size_t bytes = static_cast<size_t>(array.Size()) * WidthOf(array.type), floats = (bytes + sizeof(float) - 1) / sizeof(float);
    const bool isTaken = output < instruction_.outputs;
    const int at = instruction_.firstOutput + output;
    void* const data = isTaken ? memory_.Of(at, floats) : memory_.OfUnused(instruction_, output, floats);
    if (!Expect(data != nullptr, "an output has another size than in the first step")) return nullptr;
    if (!isTaken) return data;
    arrays_[at] = array;
    return arrays_[at].data = data;
  }

 private:
  const Instruction& instruction_;
  std::vector<Array>& arrays_;
  Memory& memory_;
};

StepProgram::StepProgram(const std::string& text) {
  Read(text);
  if (fault_.empty()) FindLast();
}

void StepProgram::Read(const std::string& text) {
  std::istringstream from(text);
  std::string line;
  if (!std::getline(from, line) || !(std::istringstream(line) >> outside_ >> result_) || outside_ < 0) {
    fault_ = "the program has no beginning";
    return;
  }
  arrays_ = outside_ + 1;
  for (int i = 0; i < arrays_; i++) owner_.push_back(i);
  while (std::getline(from, line))
    if (!ReadInstruction(line)) return;
  if (result_ < 0 || result_ >= arrays_) fault_ = "the result is not there";
}

bool StepProgram::ReadInstruction(const std::string& line) {
  std::istringstream from(line);
  Instruction next;
  std::string inputs;
  if (!(from >> next.name >> inputs >> next.outputs) || next.outputs < 0) {
    fault_ = "a line of the program cannot be read: " + line;
    return false;
  }
  for (const int64_t input : ReadList(inputs)) {
    if (input < 0 || input >= arrays_) fault_ = next.name + " takes an array that is not there";
    next.inputs.push_back(static_cast<int>(input));
  }
  next.isAlias = (next.name == "Reshape" && next.inputs.size() == 2) || (next.name == "Identity" && next.inputs.size() == 1);
  const MakeOperation make = FindOperation(next.name);
  if (make == nullptr && !next.isAlias) fault_ = "there is no operation " + next.name;
  if (!fault_.empty()) return false;
  if (!next.isAlias) {
    LineAttributes attributes(from);
    next.operation = make(attributes);
    if (!attributes.fault().empty()) fault_ = next.name + ": " + attributes.fault();
    if (!fault_.empty()) return false;
  }
  next.firstOutput = arrays_;
  for (int output = 0; output < next.outputs; output++) owner_.push_back(next.isAlias ? owner_[next.inputs[0]] : arrays_ + output);
  arrays_ += next.outputs;
  instructions_.push_back(std::move(next));
  return true;
}

void StepProgram::FindLast() {
  std::vector<int> last(arrays_, -1);
  for (size_t i = 0; i < instructions_.size(); i++) {
    const Instruction& instruction = instructions_[i];
    for (const int input : instruction.inputs) last[owner_[input]] = static_cast<int>(i);
    for (int output = 0; output < instruction.outputs; output++) last[owner_[instruction.firstOutput + output]] = static_cast<int>(i);
  }
  last[owner_[result_]] = -1;
  for (int array = outside_ + 1; array < arrays_; array++)
    if (last[array] >= 0) instructions_[last[array]].last.push_back(array);
}

std::string StepProgram::RunOne(const Instruction& instruction, std::vector<Array>& arrays, Memory& memory) {
  if (instruction.isAlias) {
    Array& output = arrays[instruction.firstOutput] = arrays[instruction.inputs[0]];
    const bool fits = instruction.inputs.size() == 1 || Reshape(arrays[instruction.inputs[1]], &output);
    return fits ? "" : "the new shape has another size";
  }
  Step step(instruction, arrays, memory);
  instruction.operation->Compute(step);
  return step.fault();
}

std::string StepProgram::Run(int64_t steps, const std::vector<Array>& outside, int64_t size, float* results) const {
  Memory memory(arrays_);
  std::vector<Array> arrays(arrays_);
  std::copy(outside.begin(), outside.end(), arrays.begin());
  int32_t number = 0;
  arrays[outside_].type = TF_INT32;
  arrays[outside_].data = &number;
  for (; number < steps; number++) {
    for (const Instruction& instruction : instructions_) {
      const std::string fault = RunOne(instruction, arrays, memory);
      if (!fault.empty()) return instruction.name + ": " + fault;
      if (number > 0) continue;
      memory.FreeUnused();
      for (const int array : instruction.last) memory.Free(array);
    }
    const Array& result = arrays[result_];
    if (result.type != TF_FLOAT || result.Size() != size) return "the result has another size";
    std::copy_n(static_cast<const float*>(result.data), size, results + number * size);
  }
  return "";
}

}  // namespace tarea

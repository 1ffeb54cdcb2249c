// The rules of updates as attributes of operations.
#pragma once

#include "dense.h"
#include "operation.h"

namespace tarea {

inline int SlotsOf(UpdateRule::Kind kind) {
  if (kind == UpdateRule::kSgd) return 0;
  return kind == UpdateRule::kAdam ? 2 : 1;
}

/** `rule` is the number of the kind; the rate comes with each step. */
inline UpdateRule RuleFrom(Attributes& attributes) {
  const auto kind = static_cast<UpdateRule::Kind>(attributes.Int("rule"));
  return {kind, 0, attributes.Float("first"), attributes.Float("second"), attributes.Float("epsilon")};
}

}  // namespace tarea

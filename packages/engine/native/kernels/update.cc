// How the optimizers change weights by a gradient that is there already.
#include "dense.h"
#include "laneTools.h"

namespace tarea {
namespace {

/** Weights and their slots, one vector each. */
struct Weights {
  Lanes w, s0, s1;
};

template <UpdateRule::Kind kKind>
constexpr int kSlots = kKind == UpdateRule::kSgd ? 0 : kKind == UpdateRule::kAdam ? 2 : 1;

template <UpdateRule::Kind kKind>
inline void Change(const UpdateRule& rule, Lanes g, Weights& at) {
  const float rate = rule.rate, first = rule.first;
  if constexpr (kKind == UpdateRule::kSgd) {
    at.w -= rate * g;
  } else if constexpr (kKind == UpdateRule::kMomentum) {
    at.s0 = first * at.s0 - rate * g;
    at.w += at.s0;
  } else if constexpr (kKind == UpdateRule::kNesterov) {
    at.s0 = first * at.s0 - rate * g;
    at.w += first * at.s0 - rate * g;
  } else if constexpr (kKind == UpdateRule::kAdagrad) {
    at.s0 += g * g;
    at.w -= rate * OverRoot(g, at.s0);
  } else {
    at.s0 += (g - at.s0) * (1 - first);
    at.s1 += (g * g - at.s1) * (1 - rule.second);
    at.w -= rate * OverRoot(at.s0, at.s1, rule.epsilon);
  }
}

template <UpdateRule::Kind kKind>
void Walk(const UpdateRule rule, long count, const float* g, float* w, float* s0, float* s1) {
  constexpr int slots = kSlots<kKind>;
  Weights at{};
  long i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    at.w = Load(w + i);
    if (slots > 0) at.s0 = Load(s0 + i);
    if (slots > 1) at.s1 = Load(s1 + i);
    Change<kKind>(rule, Load(g + i), at);
    Store(w + i, at.w);
    if (slots > 0) Store(s0 + i, at.s0);
    if (slots > 1) Store(s1 + i, at.s1);
  }
  const int rest = static_cast<int>(count - i);
  if (rest == 0) return;
  at.w = LoadPart(w + i, rest);
  if (slots > 0) at.s0 = LoadPart(s0 + i, rest);
  if (slots > 1) at.s1 = LoadPart(s1 + i, rest);
  Change<kKind>(rule, LoadPart(g + i, rest), at);
  StorePart(w + i, at.w, rest);
  if (slots > 0) StorePart(s0 + i, at.s0, rest);
  if (slots > 1) StorePart(s1 + i, at.s1, rest);
}

}  // namespace

void ApplyUpdate(const UpdateRule& rule, long count, const float* g, float* w, float* s0, float* s1) {
  switch (rule.kind) {
    case UpdateRule::kSgd:
      return Walk<UpdateRule::kSgd>(rule, count, g, w, s0, s1);
    case UpdateRule::kMomentum:
      return Walk<UpdateRule::kMomentum>(rule, count, g, w, s0, s1);
    case UpdateRule::kNesterov:
      return Walk<UpdateRule::kNesterov>(rule, count, g, w, s0, s1);
    case UpdateRule::kAdagrad:
      return Walk<UpdateRule::kAdagrad>(rule, count, g, w, s0, s1);
    case UpdateRule::kAdam:
      return Walk<UpdateRule::kAdam>(rule, count, g, w, s0, s1);
  }
}

}  // namespace tarea

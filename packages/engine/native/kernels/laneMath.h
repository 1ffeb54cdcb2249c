// Functions of every lane, to within a few units of the last place.
#pragma once

#include <cstdint>

#include "lanes.h"

namespace tarea {

typedef int32_t LaneInts __attribute__((vector_size(kLanes * sizeof(int32_t))));

/** Where |x| is below this, differences from 1 lose digits, and the first terms of a series are enough. */
constexpr float kNearZero = 0.25f;

/** e^x; 0 from below -87, the largest from above 88 on, and no number for none. */
inline Lanes Exponential(Lanes x) {
  const Lanes low = Fill(-87.0f), high = Fill(88.0f);
  Lanes bounded = x < low ? low : x;
  bounded = bounded > high ? high : bounded;
  // Adding 3 * 2^22 rounds to a whole number, which is then in the last bits.
  const float kRound = 12582912.0f;
  const Lanes shifted = bounded * 1.44269504f + kRound;
  const Lanes whole = shifted - kRound;
  const Lanes rest = (bounded - whole * 0.693145752f) - whole * 1.42860677e-6f;
  Lanes sum = rest * (1.0f / 5040) + (1.0f / 720);
  sum = sum * rest + (1.0f / 120);
  sum = sum * rest + (1.0f / 24);
  sum = sum * rest + (1.0f / 6);
  sum = sum * rest + 0.5f;
  sum = sum * rest + 1.0f;
  sum = sum * rest + 1.0f;
  const Lanes power = (Lanes)(((LaneInts)shifted + 127) << 23);
  return x < low ? Lanes{} : sum * power;
}

/** e^x - 1. */
inline Lanes ExponentialLessOne(Lanes x) {
  Lanes sum = x * (1.0f / 5040) + (1.0f / 720);
  sum = sum * x + (1.0f / 120);
  sum = sum * x + (1.0f / 24);
  sum = sum * x + (1.0f / 6);
  sum = sum * x + 0.5f;
  sum = sum * x + 1.0f;
  return (x < kNearZero) & (x > -kNearZero) ? sum * x : Exponential(x) - 1.0f;
}

inline Lanes HyperbolicTangent(Lanes x) {
  const Lanes square = x * x;
  Lanes sum = square * (62.0f / 2835) - (17.0f / 315);
  sum = sum * square + (2.0f / 15);
  sum = sum * square - (1.0f / 3);
  sum = sum * square + 1.0f;
  const Lanes magnitude = x < 0.0f ? -x : x;
  const Lanes far = 1.0f - 2.0f / (Exponential(magnitude * 2.0f) + 1.0f);
  return magnitude < kNearZero ? sum * x : x < 0.0f ? -far : far;
}

inline Lanes Logistic(Lanes x) { return 1.0f / (1.0f + Exponential(-x)); }

}  // namespace tarea

// What both forward passes do with the sums of a window: bias is in them already.
#pragma once

#include "convLayout.h"

namespace tarea {

/** Winner that stands for no position at all. */
constexpr uint8_t kDeadWinner = 255;

struct WindowBest {
  Lanes best;
  Integers winner;
};

/** Greatest of a window's positions, rectified if asked, with the index of the first such position. */
template <int kWindow, typename At>
inline WindowBest BestOf(bool rectify, At at) {
  WindowBest result = {at(0), Integers{}};
#pragma GCC unroll 24
  for (int i = 1; i < kWindow; i++) {
    const Lanes next = at(i);
    const auto greater = next > result.best;
    result.best = greater ? next : result.best;
    result.winner = greater ? Integers{} + i : result.winner;
  }
  if (rectify) {
    const auto dead = result.best <= Lanes{};
    result.best = dead ? Lanes{} : result.best;
    result.winner = dead ? Integers{} + kDeadWinner : result.winner;
  }
  return result;
}

/** Writes the first `count` lanes, at most all. */
inline void StoreWinners(uint8_t* to, Integers winners, int count) {
  const Bytes bytes = Narrow(winners);
  if (count >= kLanes) {
    *reinterpret_cast<UnalignedBytes*>(to) = bytes;
    return;
  }
#if defined(__AVX512BW__) && defined(__AVX512VL__)
  _mm_mask_storeu_epi8(to, static_cast<__mmask16>((1u << count) - 1), (__m128i)bytes);
#else
  for (int lane = 0; lane < count; lane++) to[lane] = bytes[lane];
#endif
}

}  // namespace tarea

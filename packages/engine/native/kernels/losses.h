// Losses of single samples with their gradients.
#pragma once

#include <cstdint>

namespace tarea {

/** What a loss leaves: sums over samples of weighted losses and of hits. */
struct LossSums {
  double loss = 0, hits = 0;
};

/** -log softmax(logits)[id], a hit where the first of the largest logits is `id`; gradient[classes] is of the weighted loss. */
void AddCrossentropy(const float* logits, int64_t classes, int32_t id, float weight, float* gradient, LossSums* sums);

/** The mean over `size` logits of their cross-entropies with labels in [0, 1], and the share of them that is right. */
void AddBinaryCrossentropy(const float* logits, const float* labels, int64_t size, float weight, float* gradient, LossSums* sums);

}  // namespace tarea

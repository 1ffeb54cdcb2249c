#include "losses.h"

#include <algorithm>
#include <cmath>

namespace tarea {

void AddCrossentropy(const float* logits, int64_t classes, int32_t id, float weight, float* gradient, LossSums* sums) {
  const float* largest = std::max_element(logits, logits + classes);
  float total = 0;
  for (int64_t c = 0; c < classes; c++) total += gradient[c] = std::exp(logits[c] - *largest);
  for (int64_t c = 0; c < classes; c++) gradient[c] *= weight / total;
  gradient[id] -= weight;
  sums->loss += weight * (std::log(total) - (logits[id] - *largest));
  sums->hits += largest - logits == id;
}

void AddBinaryCrossentropy(const float* logits, const float* labels, int64_t size, float weight, float* gradient, LossSums* sums) {
  const float share = weight / static_cast<float>(size);
  for (int64_t i = 0; i < size; i++) {
    const float x = logits[i], label = labels[i], small = std::exp(-std::fabs(x));
    sums->loss += share * (std::fmax(x, 0.0f) - x * label + std::log1p(small));
    sums->hits += static_cast<float>(x > 0) == label ? 1.0 / size : 0.0;
    gradient[i] = share * ((x > 0 ? 1 / (1 + small) : small / (1 + small)) - label);
  }
}

}  // namespace tarea

// Dropout whose mask is drawn where it is used, from Philox4x32-10 (Salmon et al., 2011): element for element the numbers that
// TensorFlow's StatelessRandomUniformV2 draws for the same key and counter.
#include <algorithm>
#include <cstring>

#include "operation.h"
#include "parallel.h"
#include "register.h"

namespace tarea {
namespace {

/** Counters that are worked on at once, so that the compiler fills vectors. */
constexpr int kBlocks = 32;
constexpr int kWords = 4;

/** Four words for each of the counters (first, step, high0, high1) ... (first + kBlocks - 1, step, high0, high1). */
void Philox(uint32_t first, uint32_t step, const uint32_t (&high)[2], const uint32_t (&key)[2], uint32_t (&words)[kWords][kBlocks]) {
  for (int i = 0; i < kBlocks; i++) {
    words[0][i] = first + static_cast<uint32_t>(i);
    words[1][i] = step;
    words[2][i] = high[0];
    words[3][i] = high[1];
  }
  uint32_t key0 = key[0], key1 = key[1];
  for (int round = 0; round < 10; round++, key0 += 0x9e3779b9u, key1 += 0xbb67ae85u) {
    for (int i = 0; i < kBlocks; i++) {
      const uint64_t product0 = static_cast<uint64_t>(words[0][i]) * 0xd2511f53u;
      const uint64_t product1 = static_cast<uint64_t>(words[2][i]) * 0xcd9e8d57u;
      words[0][i] = static_cast<uint32_t>(product1 >> 32) ^ words[1][i] ^ key0;
      words[2][i] = static_cast<uint32_t>(product0 >> 32) ^ words[3][i] ^ key1;
      words[1][i] = static_cast<uint32_t>(product1);
      words[3][i] = static_cast<uint32_t>(product0);
    }
  }
}

/** x, step -> x where a uniform number of [0, 1) is at least `rate`, times 1 / (1 - rate), else 0. */
struct Dropout {
  explicit Dropout(Attributes& attributes) : rate(attributes.Float("rate")), scale(attributes.Float("scale")), parts(attributes.Int("parts")) {
    const std::vector<int64_t> words = attributes.Ints("stream", 4);
    for (int i = 0; i < 2; i++) {
      key[i] = static_cast<uint32_t>(words[i]);
      high[i] = static_cast<uint32_t>(words[2 + i]);
    }
  }
  void Compute(Call& call) {
    const long size = call.Size(0);
    call.Expect(size <= int64_t{kWords} << 32, "there are more numbers than one step of a stream draws");
    if (!call.ExpectShape(1, {})) return;
    float* y = call.Output(0, call.Dims(0));
    if (!call.ok()) return;
    const uint32_t step = static_cast<uint32_t>(*call.Input<int32_t>(1));
    const long chunk = kWords * kBlocks, chunks = (size + chunk - 1) / chunk;
    Parallel(parts, [&](int part) {
      for (long c = PartStart(chunks, parts, part); c < PartStart(chunks, parts, part + 1); c++)
        Apply(call.Input(0) + c * chunk, y + c * chunk, static_cast<int>(std::min(chunk, size - c * chunk)), c * kBlocks, step);
    });
  }
  /** Numbers [4 * first, 4 * first + count) of the step. */
  void Apply(const float* x, float* y, int count, long first, uint32_t step) const {
    uint32_t words[kWords][kBlocks];
    Philox(static_cast<uint32_t>(first), step, high, key, words);
    // Masks first, so that no processor has to guess what was drawn.
    uint32_t masks[kBlocks * kWords];
    for (int i = 0; i < kBlocks; i++) {
      for (int word = 0; word < kWords; word++) {
        const uint32_t bits = (words[word][i] & 0x7fffffu) | 0x3f800000u;
        float uniform;
        std::memcpy(&uniform, &bits, sizeof uniform);
        masks[i * kWords + word] = uniform - 1.0f >= rate ? ~0u : 0u;
      }
    }
    for (int i = 0; i < count; i++) {
      const float scaled = x[i] * scale;
      uint32_t bits;
      std::memcpy(&bits, &scaled, sizeof bits);
      bits &= masks[i];
      std::memcpy(y + i, &bits, sizeof bits);
    }
  }
  float rate, scale;
  int parts;
  uint32_t key[2], high[2];
};

}  // namespace

std::string RegisterDropout() {
  return Register<Dropout>({"TareaDropout",
                            {"x: float", "step: int32"},
                            {"y: float"},
                            {"rate: float", "scale: float", "stream: list(int)", "parts: int"}});
}

}  // namespace tarea

// Batch normalization over the last axis, forward with the moving averages and backward, as operations of TensorFlow.
#include <algorithm>
#include <cmath>

#include "lanes.h"
#include "laneTools.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"

namespace tarea {
namespace {

/** Rows whose sums are added up by themselves before they join the others: long sums in float32 lose digits. */
constexpr long kRowsPerSum = 256;

/** Calls `take(channel, lanes)` for each vector of channels; the last one may be a part. */
template <class Take>
void ForVectors(long channels, const Take& take) {
  for (long channel = 0; channel < channels; channel += kLanes)
    take(channel, static_cast<int>(channels - channel < kLanes ? channels - channel : kLanes));
}

/** sums[channels] over rows [from, to) of what `term(at, channel, lanes)` gives for the numbers from `at` on. */
template <class Term>
void SumRows(long channels, long from, long to, float* sums, const Term& term) {
  ForVectors(channels, [&](long channel, int lanes) {
    Lanes all{};
    for (long start = from; start < to; start += kRowsPerSum) {
      const long end = start + kRowsPerSum < to ? start + kRowsPerSum : to;
      Lanes some{};
      for (long row = start; row < end; row++) some += term(row * channels + channel, channel, lanes);
      all += some;
    }
    StorePart(sums + channel, all, lanes);
  });
}

/** The sum over all rows, part by part; `sums` has room for as many as there are parts and holds the result in front. */
template <class Term>
void SumParts(long channels, long rows, int parts, float* sums, const Term& term) {
  Parallel(parts, [&](int part) {
    SumRows(channels, PartStart(rows, parts, part), PartStart(rows, parts, part + 1), sums + part * channels, term);
  });
  AddParts(sums, channels, parts, 0, channels, sums);
}

struct Sizes {
  long rows, channels;
};

bool ReadSizes(Call& call, int x, Sizes* sizes) {
  sizes->channels = call.Dim(x, call.Rank(x) - 1);
  if (!call.Expect(call.Rank(x) > 0 && call.Size(x) > 0, "there is nothing to normalize")) return false;
  sizes->rows = call.Size(x) / sizes->channels;
  return true;
}

/** x [..., C], scale, offset, moving mean and variance [C] -> y, mean, 1 / deviation, the new moving mean and variance. */
struct BatchNorm {
  explicit BatchNorm(Attributes& attributes)
      : epsilon(attributes.Float("epsilon")), momentum(attributes.Float("momentum")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    Sizes sizes;
    if (!ReadSizes(call, 0, &sizes)) return;
    const long channels = sizes.channels, rows = sizes.rows;
    for (int input = 1; input < 5; input++) call.ExpectShape(input, {channels});
    float* y = call.Output(0, call.Dims(0));
    float* out[4];
    for (int i = 0; i < 4; i++) out[i] = call.Output(1 + i, {channels});
    if (!call.ok()) return;
    const float* x = call.Input(0);
    static thread_local Scratch scratch;
    float* const sums = scratch.Get(channels * parts);
    SumParts(channels, rows, parts, sums, [&](long at, long, int lanes) { return LoadPart(x + at, lanes); });
    for (long c = 0; c < channels; c++) out[0][c] = sums[c] / rows;
    SumParts(channels, rows, parts, sums, [&](long at, long channel, int lanes) {
      const Lanes difference = LoadPart(x + at, lanes) - LoadPart(out[0] + channel, lanes);
      return difference * difference;
    });
    for (long c = 0; c < channels; c++) {
      const float variance = sums[c] / rows;
      out[1][c] = 1 / std::sqrt(variance + epsilon);
      out[2][c] = call.Input(3)[c] + (out[0][c] - call.Input(3)[c]) * (1 - momentum);
      out[3][c] = call.Input(4)[c] + (variance - call.Input(4)[c]) * (1 - momentum);
    }
    Parallel(parts, [&](int part) {
      const long from = PartStart(rows, parts, part), to = PartStart(rows, parts, part + 1);
      ForVectors(channels, [&](long channel, int lanes) {
        const Lanes factor = LoadPart(call.Input(1) + channel, lanes) * LoadPart(out[1] + channel, lanes);
        const Lanes middle = LoadPart(out[0] + channel, lanes), offset = LoadPart(call.Input(2) + channel, lanes);
        for (long at = from * channels + channel; at < to * channels; at += channels)
          StorePart(y + at, (LoadPart(x + at, lanes) - middle) * factor + offset, lanes);
      });
    });
  }
  float epsilon, momentum;
  int parts;
};

/** dy and x [..., C], scale, mean, 1 / deviation [C] -> dx, dscale, doffset. */
struct BatchNormGradient {
  explicit BatchNormGradient(Attributes& attributes) : parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    Sizes sizes;
    if (!ReadSizes(call, 1, &sizes)) return;
    const long channels = sizes.channels, rows = sizes.rows;
    call.Expect(call.Size(0) == call.Size(1), "dy has another size than x");
    for (int input = 2; input < 5; input++) call.ExpectShape(input, {channels});
    float* dx = call.Output(0, call.Dims(1));
    float* dscale = call.Output(1, {channels});
    float* doffset = call.Output(2, {channels});
    if (!call.ok()) return;
    const float *dy = call.Input(0), *x = call.Input(1), *mean = call.Input(3), *inverse = call.Input(4);
    static thread_local Scratch scratch;
    float* const sums = scratch.Get(channels * parts);
    SumParts(channels, rows, parts, sums, [&](long at, long channel, int lanes) {
      return LoadPart(dy + at, lanes) * (LoadPart(x + at, lanes) - LoadPart(mean + channel, lanes));
    });
    for (long c = 0; c < channels; c++) dscale[c] = sums[c] * inverse[c];
    SumParts(channels, rows, parts, sums, [&](long at, long, int lanes) { return LoadPart(dy + at, lanes); });
    std::copy(sums, sums + channels, doffset);
    Parallel(parts, [&](int part) {
      const long from = PartStart(rows, parts, part), to = PartStart(rows, parts, part + 1);
      ForVectors(channels, [&](long channel, int lanes) {
        const Lanes inverses = LoadPart(inverse + channel, lanes), factor = LoadPart(call.Input(2) + channel, lanes) * inverses;
        const Lanes share = LoadPart(dscale + channel, lanes) * inverses / static_cast<float>(rows);
        const Lanes level = LoadPart(doffset + channel, lanes) / static_cast<float>(rows), middle = LoadPart(mean + channel, lanes);
        for (long at = from * channels + channel; at < to * channels; at += channels) {
          const Lanes rest = LoadPart(dy + at, lanes) - level - (LoadPart(x + at, lanes) - middle) * share;
          StorePart(dx + at, rest * factor, lanes);
        }
      });
    });
  }
  int parts;
};

}  // namespace

std::string RegisterNorm() {
  const std::string fault =
      Register<BatchNorm>({"TareaBatchNorm",
                           {"x: float", "scale: float", "offset: float", "moving_mean: float", "moving_variance: float"},
                           {"y: float", "mean: float", "inverse: float", "new_mean: float", "new_variance: float"},
                           {"epsilon: float", "momentum: float", "parts: int"}});
  if (!fault.empty()) return fault;
  return Register<BatchNormGradient>({"TareaBatchNormGradient",
                                      {"dy: float", "x: float", "scale: float", "mean: float", "inverse: float"},
                                      {"dx: float", "dscale: float", "doffset: float"},
                                      {"parts: int"}});
}

}  // namespace tarea

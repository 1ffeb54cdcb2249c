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
/** Vectors of channels that are worked on at once. */
constexpr int kVectors = 4;

/** Calls `take(channel, lanes)` for each vector of channels; the last one may be a part. */
template <class Take>
inline void ForVectors(long channels, const Take& take) {
  long channel = 0;
  for (; channel + kLanes <= channels; channel += kLanes) take(channel, kLanes);
  if (channel < channels) take(channel, static_cast<int>(channels - channel));
}

/** Calls `take(start, end)` for stretches of the rows [from, to). */
template <class Take>
void ForStretches(long from, long to, const Take& take) {
  for (long start = from; start < to; start += kRowsPerSum) take(start, start + kRowsPerSum < to ? start + kRowsPerSum : to);
}

/**
 * Sums over the rows [start, end) of what `terms(at, channel, lanes, sums)` adds to the vectors `sums` for the numbers from `at` on;
 * `take(channel, lanes, sums)` gets them for each vector of channels.
 */
template <int kSums, class Terms, class Take>
void SumRows(long channels, long start, long end, const Terms& terms, const Take& take) {
  long channel = 0;
  for (; channel + kVectors * kLanes <= channels; channel += kVectors * kLanes) {
    Lanes sums[kVectors][kSums] = {};
    for (long row = start; row < end; row++) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; v++) {
        const long own = channel + v * kLanes;
        terms(row * channels + own, own, kLanes, sums[v]);
      }
    }
    for (int v = 0; v < kVectors; v++) take(channel + v * kLanes, kLanes, sums[v]);
  }
  for (; channel < channels; channel += kLanes) {
    const int lanes = static_cast<int>(std::min<long>(kLanes, channels - channel));
    Lanes sums[kSums] = {};
    for (long row = start; row < end; row++) terms(row * channels + channel, channel, lanes, sums);
    take(channel, lanes, sums);
  }
}

/** Means of channels and sums of squared differences from them, over so many rows. */
struct Moments {
  long rows = 0;
  float *mean, *squares;

  /** Takes the moments of `count` other rows in: those of the channels from `channel` on (Chan et al., 1979). */
  void Join(long count, long channel, int lanes, Lanes otherMean, Lanes otherSquares) {
    const float all = static_cast<float>(rows + count), share = static_cast<float>(count) / all;
    const Lanes own = LoadPart(mean + channel, lanes), difference = otherMean - own;
    StorePart(mean + channel, own + difference * share, lanes);
    const Lanes between = difference * difference * (static_cast<float>(rows) * share);
    StorePart(squares + channel, LoadPart(squares + channel, lanes) + otherSquares + between, lanes);
  }

  /** Takes the rows [from, to) of x in, each stretch while it is in the cache. */
  void Add(const float* x, long channels, long from, long to) {
    ForStretches(from, to, [&](long start, long end) {
      const float count = static_cast<float>(end - start);
      const auto add = [x](long at, long, int lanes, Lanes* sums) { sums[0] += LoadPart(x + at, lanes); };
      SumRows<1>(channels, start, end, add, [&](long channel, int lanes, const Lanes* sums) {
        const Lanes middle = sums[0] / count;
        Lanes apart{};
        for (long row = start; row < end; row++) {
          const Lanes difference = LoadPart(x + row * channels + channel, lanes) - middle;
          apart += difference * difference;
        }
        Join(end - start, channel, lanes, middle, apart);
      });
      rows += end - start;
    });
  }
};

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
    float* const memory = scratch.Get(2 * channels * parts + channels);
    std::vector<Moments> moments(parts);
    Parallel(parts, [&](int part) {
      Moments& own = moments[part];
      own.mean = memory + 2 * channels * part;
      own.squares = own.mean + channels;
      std::fill_n(own.mean, 2 * channels, 0.0f);
      own.Add(x, channels, PartStart(rows, parts, part), PartStart(rows, parts, part + 1));
    });
    Moments& all = moments[0];
    for (int part = 1; part < parts; part++) {
      const Moments& other = moments[part];
      if (other.rows == 0) continue;
      ForVectors(channels, [&](long channel, int lanes) {
        all.Join(other.rows, channel, lanes, LoadPart(other.mean + channel, lanes), LoadPart(other.squares + channel, lanes));
      });
      all.rows += other.rows;
    }
    float* const factors = memory + 2 * channels * parts;
    for (long c = 0; c < channels; c++) {
      const float variance = all.squares[c] / rows;
      out[0][c] = all.mean[c];
      out[1][c] = 1 / std::sqrt(variance + epsilon);
      out[2][c] = call.Input(3)[c] + (out[0][c] - call.Input(3)[c]) * (1 - momentum);
      out[3][c] = call.Input(4)[c] + (variance - call.Input(4)[c]) * (1 - momentum);
      factors[c] = call.Input(1)[c] * out[1][c];
    }
    const float *const offsets = call.Input(2), *const means = out[0];
    Parallel(parts, [&](int part) {
      for (long row = PartStart(rows, parts, part); row < PartStart(rows, parts, part + 1); row++) {
        ForVectors(channels, [&](long channel, int lanes) {
          const long at = row * channels + channel;
          const Lanes apart = LoadPart(x + at, lanes) - LoadPart(means + channel, lanes);
          StorePart(y + at, apart * LoadPart(factors + channel, lanes) + LoadPart(offsets + channel, lanes), lanes);
        });
      }
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
    float* const sums = scratch.Get(channels * (2 * parts + 3));
    Parallel(parts, [&](int part) {
      float* const own = sums + 2 * channels * part;
      std::fill_n(own, 2 * channels, 0.0f);
      const auto add = [&](long at, long channel, int lanes, Lanes* terms) {
        const Lanes gradient = LoadPart(dy + at, lanes);
        terms[0] += gradient * (LoadPart(x + at, lanes) - LoadPart(mean + channel, lanes));
        terms[1] += gradient;
      };
      ForStretches(PartStart(rows, parts, part), PartStart(rows, parts, part + 1), [&](long start, long end) {
        SumRows<2>(channels, start, end, add, [&](long channel, int lanes, const Lanes* terms) {
          for (int i = 0; i < 2; i++) {
            float* const sum = own + i * channels + channel;
            StorePart(sum, LoadPart(sum, lanes) + terms[i], lanes);
          }
        });
      });
    });
    AddParts(sums, 2 * channels, parts, 0, 2 * channels, sums);
    float *const factors = sums + 2 * channels * parts, *const levels = factors + channels;
    float *const shares = levels + channels;
    for (long c = 0; c < channels; c++) {
      dscale[c] = sums[c] * inverse[c];
      doffset[c] = sums[channels + c];
      factors[c] = call.Input(2)[c] * inverse[c];
      shares[c] = dscale[c] * inverse[c] / static_cast<float>(rows);
      levels[c] = doffset[c] / static_cast<float>(rows);
    }
    Parallel(parts, [&](int part) {
      for (long row = PartStart(rows, parts, part); row < PartStart(rows, parts, part + 1); row++) {
        ForVectors(channels, [&](long channel, int lanes) {
          const long at = row * channels + channel;
          const auto of = [&](const float* values) { return LoadPart(values + channel, lanes); };
          const Lanes rest = LoadPart(dy + at, lanes) - of(levels) - (LoadPart(x + at, lanes) - of(mean)) * of(shares);
          StorePart(dx + at, rest * of(factors), lanes);
        });
      }
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

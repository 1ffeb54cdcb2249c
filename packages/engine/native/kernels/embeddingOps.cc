// Embeddings as operations of TensorFlow: rows of a table by numbers that come as float32, as all inputs of a model do.
#include <algorithm>

#include "laneTools.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"

namespace tarea {
namespace {

/** Fails unless each id is the number of one of so many rows, once its digits behind the point are cut off. */
void ExpectRows(Call& call, const float* ids, long count, long rows) {
  bool inside = true;
  for (long i = 0; i < count; i++) inside = inside && ids[i] > -1 && ids[i] < static_cast<float>(rows);
  call.Expect(inside, "an id has no row in the embedding's table");
}

// How long before their turn rows are asked for.
constexpr long kLookupsAhead = 12;
constexpr long kSumsAhead = 6;

/** Calls `each(column, count)` for the vectors of a row; only the last may have fewer numbers than lanes. */
template <class Each>
inline void ForVectors(long width, const Each& each) {
  long c = 0;
  for (; c + kLanes <= width; c += kLanes) each(c, kLanes);
  if (c < width) each(c, static_cast<int>(width - c));
}

/** ids [B, ...], table [V, C] -> their rows [B, ..., C]. */
struct Embedding {
  explicit Embedding(Attributes& attributes) : parts(attributes.Int("parts")), columns(attributes.Bool("columns")) {}
  void Compute(Call& call) {
    const long rows = call.Dim(1, 0), width = call.Dim(1, 1), count = call.Size(0);
    if (!call.Expect(call.Rank(1) == 2, "a table has two axes")) return;
    const float* ids = call.Input(0);
    ExpectRows(call, ids, count, rows);
    std::vector<int64_t> dims = call.Dims(0);
    dims.push_back(width);
    float* y = call.Output(0, dims);
    if (!call.ok()) return;
    const float* table = call.Input(1);
    const long bytes = width * sizeof(float);
    // A stretch of ids for each part, or the same stretch of each sample's ids.
    const long samples = columns ? call.Dim(0, 0) : 1, length = samples == 0 ? 0 : count / samples;
    Parallel(parts, [&](int part) {
      for (long sample = 0; sample < samples; sample++) {
        for (long at = PartStart(length, parts, part); at < PartStart(length, parts, part + 1); at++) {
          const long i = sample * length + at;
          if (i + kLookupsAhead < count) Fetch(table + static_cast<long>(ids[i + kLookupsAhead]) * width, bytes);
          const float* from = table + static_cast<long>(ids[i]) * width;
          float* to = y + i * width;
          ForVectors(width, [&](long c, int lanes) { StorePart(to + c, LoadPart(from + c, lanes), lanes); });
        }
      }
    });
  }
  int parts;
  /** Whether a part has some ids of all samples, not all ids of some samples. */
  bool columns;
};

/** dy [..., C], ids [...] -> dtable [V, C]; each part has its own rows of the table. */
struct EmbeddingGradient {
  explicit EmbeddingGradient(Attributes& attributes) : rows(attributes.Int("rows")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    const long width = call.Dim(0, call.Rank(0) - 1), count = call.Size(1);
    if (!call.Expect(call.Size(0) == count * width, "each id needs one gradient")) return;
    const float *dy = call.Input(0), *ids = call.Input(1);
    ExpectRows(call, ids, count, rows);
    float* table = call.Output(0, {rows, width});
    if (!call.ok()) return;
    Parallel(parts, [&](int part) {
      const long from = PartStart(rows, parts, part), to = PartStart(rows, parts, part + 1);
      std::fill(table + from * width, table + to * width, 0.0f);
      for (long begin = 0; begin < count; begin += kBlock) AddBlock(ids, begin, std::min(begin + kBlock, count), from, to, dy, width, table);
    });
  }

  /** Adds the gradients of those ids in [begin, end) that name rows in [from, to), which are listed first: a branch for each would be guessed wrong. */
  static void AddBlock(const float* ids, long begin, long end, long from, long to, const float* dy, long width, float* table) {
    const long bytes = width * sizeof(float);
    long own[kBlock + 1];
    int count = 0;
    for (long i = begin; i < end; i++) {
      const long row = static_cast<long>(ids[i]);
      own[count] = i;
      count += (row >= from) & (row < to);
    }
    for (int n = 0; n < count; n++) {
      if (n + kSumsAhead < count) {
        const long ahead = own[n + kSumsAhead];
        Fetch(dy + ahead * width, bytes);
        Fetch(table + static_cast<long>(ids[ahead]) * width, bytes);
      }
      const float* add = dy + own[n] * width;
      float* sum = table + static_cast<long>(ids[own[n]]) * width;
      ForVectors(width, [&](long c, int lanes) { StorePart(sum + c, LoadPart(sum + c, lanes) + LoadPart(add + c, lanes), lanes); });
    }
  }
  static constexpr long kBlock = 256;
  long rows;
  int parts;
};

}  // namespace

std::string RegisterEmbedding() {
  const std::string fault =
      Register<Embedding>({"TareaEmbedding", {"ids: float", "table: float"}, {"y: float"}, {"parts: int", "columns: bool"}});
  if (!fault.empty()) return fault;
  return Register<EmbeddingGradient>(
      {"TareaEmbeddingGradient", {"dy: float", "ids: float"}, {"dtable: float"}, {"rows: int", "parts: int"}});
}

}  // namespace tarea

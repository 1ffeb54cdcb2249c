#include "convBackward.h"

namespace tarea {

namespace {

inline Integers LoadWinners(const uint8_t* from) { return Widen(from); }
inline Integers LoadWinners(const uint32_t* from) { return LoadIntegers(reinterpret_cast<const int*>(from)); }

/** Appends the lanes in `keep` (-1, others 0) to a list with room for a whole vector, and returns how many these are. */
inline int Append(Integers keep, Lanes dy, Integers at, float* dyTo, int* atTo) {
#if defined(__AVX512F__)
  const __mmask16 mask = _mm512_test_epi32_mask((__m512i)keep, (__m512i)keep);
  _mm512_storeu_ps(dyTo, _mm512_maskz_compress_ps(mask, (__m512)dy));
  _mm512_storeu_si512(atTo, _mm512_maskz_compress_epi32(mask, (__m512i)at));
  return __builtin_popcount(mask);
#else
  int count = 0;
  for (int lane = 0; lane < kLanes; lane++) {
    dyTo[count] = dy[lane];
    atTo[count] = at[lane];
    count -= keep[lane];
  }
  return count;
#endif
}

}  // namespace

ConvBackwardPass::ConvBackwardPass(const ConvShape& shape, const ConvLayout& layout, const float* filter)
    : shape_(shape),
      layout_(layout),
      adder_(shape.kernelHeight, shape.kernelWidth * shape.channels),
      rowTaps_(adder_.rowSize()),
      filterTaps_(shape.kernelHeight * rowTaps_),
      positions_(layout.pooledHeight * layout.pooledWidth),
      outer_(OuterPays(shape, layout, filterTaps_ / kLanes)) {
  Allocate();
  for (int i = 0; i < layout.window; i++) offsets_[i] = PlaceOf(i / shape.poolWidth, i % shape.poolWidth);
  for (int i = 0; i < positions_; i++) {
    windows_[i] = PlaceOf(i / layout.pooledWidth * shape.poolHeight, i % layout.pooledWidth * shape.poolWidth);
    if (layout.window > 1) std::fill_n(outputWindows_ + i * shape.filters, shape.filters, windows_[i]);
  }
  if (!filter) return;
  for (int f = 0; f < shape.filters; f++) starts_[f] = f * filterTaps_;
  std::fill_n(filter_, static_cast<size_t>(shape.filters) * filterTaps_, 0.0f);
  const int row = shape.kernelWidth * shape.channels;
  for (int i = 0; i < shape.kernelHeight; i++) {
    Transpose(row, shape.filters, filter + static_cast<size_t>(i) * row * shape.filters, shape.filters, filter_ + i * rowTaps_,
              filterTaps_);
  }
}

void ConvBackwardPass::Allocate() {
  thread_local Scratch scratch;
  const size_t filters = layout_.filterLanes, filterSize = filters * filterTaps_, biasSize = filters * kLanes;
  // Vectors reach past the ends of what is not in whole vectors.
  const size_t window = RoundUp(layout_.window, 16), positions = RoundUp(positions_ + kLanes, 16);
  const size_t outputs = RoundUp(layout_.outputs + kLanes, 16), list = std::max(positions, filters + kLanes);
  float* next = scratch.Get(2 * filterSize + biasSize + filters + 4 * outputs + 2 * list + window + positions);
  const auto take = [&next](size_t count) {
    float* taken = next;
    next += count;
    return taken;
  };
  const auto takeIntegers = [&take](size_t count) { return reinterpret_cast<int*>(take(count)); };
  filter_ = take(filterSize);
  dfilter_ = take(filterSize);
  dbias_ = take(biasSize);
  filterDz_ = take(outputs);
  filterAt_ = takeIntegers(outputs);
  at_ = takeIntegers(outputs);
  outputWindows_ = takeIntegers(outputs);
  windows_ = takeIntegers(positions);
  offsets_ = takeIntegers(window);
  listDz_ = take(list);
  listAt_ = takeIntegers(list);
  starts_ = takeIntegers(filters);
  std::fill_n(dfilter_, filterSize, 0.0f);
  std::fill_n(dbias_, biasSize, 0.0f);
}

int ConvBackwardPass::PlaceOf(int row, int column) const {
  return row * shape_.strideHeight * layout_.rowSize + column * shape_.strideWidth * shape_.channels;
}

template <typename Winner>
void ConvBackwardPass::Route(const Winner* winners, const float* dy, float* dz) {
  const Integers dead = Integers{} + static_cast<Winner>(-1);
  const int outputs = layout_.outputs, window = layout_.window;
  const int* const windows = outputWindows_;
  const int* const offsets = offsets_;
  int* const at = at_;
  for (int i = 0; i < outputs; i += kLanes) {
    const Integers winner = LoadWinners(winners + i);
    const Lanes g = outputs - i < kLanes ? LoadPart(dy + i, outputs - i) : Load(dy + i);
    Store(dz + i, winner == dead ? Lanes{} : g);
    if (window == 1) continue;
    Integers place = LoadIntegers(windows + i);
    for (int j = 1; j < window; j++) place += winner == j ? Integers{} + offsets[j] : Integers{};
    StoreIntegers(at + i, place);
  }
}

void ConvBackwardPass::AddBias() {
  for (int f = 0; f < shape_.filters; f += kLanes) {
    const int count = std::min(kLanes, shape_.filters - f);
    Lanes sum = Load(dbias_ + f);
    for (int i = 0; i < positions_; i++) {
      const float* from = dz_ + static_cast<size_t>(i) * shape_.filters + f;
      sum += count < kLanes ? LoadPart(from, count) : Load(from);
    }
    Store(dbias_ + f, sum);
  }
}

void ConvBackwardPass::Begin(const void* winners, const float* dy, float* dz) {
  dz_ = winners ? dz : dy;
  if (winners && layout_.wideWinners) {
    Route(static_cast<const uint32_t*>(winners), dy, dz);
  } else if (winners) {
    Route(static_cast<const uint8_t*>(winners), dy, dz);
  }
}

ConvEntries ConvBackwardPass::ListOf(int filter) {
  const size_t from = static_cast<size_t>(filter) * positions_;
  const float* dz = shape_.filters > 1 ? filterDz_ + from : dz_;
  const int* at = layout_.window == 1 ? windows_ : shape_.filters > 1 ? filterAt_ + from : at_;
  int count = 0, i = 0;
  Lanes sum = Load(dbias_ + filter * kLanes);
  for (; i + kLanes <= positions_; i += kLanes) {
    const Lanes g = Load(dz + i);
    sum += g;
    count += Append(g != Lanes{}, g, LoadIntegers(at + i), listDz_ + count, listAt_ + count);
  }
  if (i < positions_) {
    const Lanes g = LoadPart(dz + i, positions_ - i);
    sum += g;
    count += Append(g != Lanes{}, g, LoadIntegers(at + i), listDz_ + count, listAt_ + count);
  }
  Store(dbias_ + filter * kLanes, sum);
  return {listAt_, listDz_, count};
}

void ConvBackwardPass::AddToFilters(const float* padded) {
  if (outer_) {
    AddBias();
    AddOuter(shape_, layout_, {padded, dz_, at_, windows_, offsets_}, dfilter_);
    return;
  }
  if (shape_.filters > 1) {
    Transpose(positions_, shape_.filters, dz_, shape_.filters, filterDz_, positions_);
    if (layout_.window > 1) {
      Transpose(positions_, shape_.filters, reinterpret_cast<const float*>(at_), shape_.filters,
                reinterpret_cast<float*>(filterAt_), positions_);
    }
  }
  for (int f = 0; f < shape_.filters; f++) {
    adder_.Add({padded, layout_.rowSize, dfilter_ + static_cast<size_t>(f) * filterTaps_, rowTaps_}, ListOf(f));
  }
}

void ConvBackwardPass::AddWindow(float* dxPadded, int from, const float* dz, const int* at) {
  for (int i = 0; i < layout_.window; i++) {
    const int place = from + offsets_[i];
    int count = 0;
    for (int f = 0; f < shape_.filters; f += kLanes) {
      const int filters = std::min(kLanes, shape_.filters - f);
      const Lanes g = filters < kLanes ? LoadPart(dz + f, filters) : Load(dz + f);
      Integers keep = g != Lanes{};
      if (layout_.window > 1) keep &= LoadIntegers(at + f) == place;
      count += Append(keep, g, LoadIntegers(starts_ + f), listDz_ + count, listAt_ + count);
    }
    if (count > 0) adder_.Add({filter_, rowTaps_, dxPadded + place, layout_.rowSize}, {listAt_, listDz_, count});
  }
}

void ConvBackwardPass::AddToImage(float* dxPadded) {
  std::memset(dxPadded, 0, layout_.imageSize * sizeof(float));
  for (int i = 0; i < positions_; i++) {
    const size_t at = static_cast<size_t>(i) * shape_.filters;
    AddWindow(dxPadded, windows_[i], dz_ + at, at_ + at);
  }
}

void ConvBackwardPass::Finish(float* dfilter, float* dbias) const {
  const int row = shape_.kernelWidth * shape_.channels, filters = shape_.filters;
  if (outer_) {
    if (dbias) std::memcpy(dbias, dbias_, filters * sizeof(float));
    for (int tap = 0; tap < shape_.kernelHeight * row; tap++, dfilter += filters) {
      std::memcpy(dfilter, dfilter_ + static_cast<size_t>(tap) * layout_.filterLanes, filters * sizeof(float));
    }
    return;
  }
  for (int f = 0; dbias && f < filters; f++) {
    dbias[f] = 0;
    for (int lane = 0; lane < kLanes; lane++) dbias[f] += dbias_[f * kLanes + lane];
  }
  for (int i = 0; i < shape_.kernelHeight; i++) {
    Transpose(filters, row, dfilter_ + i * rowTaps_, filterTaps_, dfilter + static_cast<size_t>(i) * row * filters, filters);
  }
}

}  // namespace tarea

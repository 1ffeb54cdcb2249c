// Convolutions with few channels as operations of TensorFlow.
#include <algorithm>

#include "conv.h"
#include "lanes.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"
#include "workspace.h"

namespace tarea {
namespace {

/** Strides, padding before, size of the output before the pool, window of the pool; each for height, then width. */
constexpr char kGeometry[] = "geometry";
constexpr int kGeometrySize = 8;

ConvShape ShapeFrom(Attributes& attributes) {
  ConvShape shape{};
  const std::vector<int64_t> geometry = attributes.Ints(kGeometry, kGeometrySize);
  int* const fields[] = {&shape.strideHeight, &shape.strideWidth, &shape.padTop, &shape.padLeft,
                         &shape.outHeight, &shape.outWidth, &shape.poolHeight, &shape.poolWidth};
  for (int i = 0; i < kGeometrySize; i++) *fields[i] = static_cast<int>(geometry[i]);
  shape.rectify = attributes.Bool("rectify");
  return shape;
}

/** Takes the sizes of images and filters over; false unless they fit. */
bool Complete(ConvShape& shape, Call& call, int batch, int height, int width, int filter) {
  shape.batch = batch;
  shape.height = height;
  shape.width = width;
  shape.kernelHeight = static_cast<int>(call.Dim(filter, 0));
  shape.kernelWidth = static_cast<int>(call.Dim(filter, 1));
  shape.channels = static_cast<int>(call.Dim(filter, 2));
  shape.filters = static_cast<int>(call.Dim(filter, 3));
  call.Expect(shape.poolHeight > 0 && shape.poolWidth > 0 && shape.strideHeight > 0 && shape.strideWidth > 0 &&
                  shape.padTop >= 0 && shape.padLeft >= 0 && shape.outHeight >= shape.poolHeight &&
                  shape.outWidth >= shape.poolWidth,
              "geometry is out of range");
  return call.Expect(call.Rank(filter) == 4, "a filter has four axes");
}

/** The samples of one part, and where they lie in the arrays of the whole batch. */
struct Part {
  ConvShape shape;
  size_t input, output, saved;
};

/** Parts hold whole vectors of samples where there are enough of them. */
Part PartOf(const ConvShape& whole, int parts, int part) {
  const int blocks = whole.batch / kLanes;
  const auto start = [&](int i) {
    if (blocks < parts) return static_cast<int>(PartStart(whole.batch, parts, i));
    return i == parts ? whole.batch : static_cast<int>(PartStart(blocks, parts, i)) * kLanes;
  };
  const size_t from = start(part);
  Part own = {whole, from * whole.height * whole.width * whole.channels,
              from * whole.pooledHeight() * whole.pooledWidth() * whole.filters, 0};
  for (int before = 0; before < part; before++) {
    ConvShape shape = whole;
    shape.batch = start(before + 1) - start(before);
    if (shape.batch > 0) own.saved += ConvSavedSize(shape);
  }
  own.shape.batch = start(part + 1) - start(part);
  return own;
}

/** Number of floats that all parts keep. */
int64_t SavedSize(const ConvShape& shape, int parts) {
  const Part last = PartOf(shape, parts, parts - 1);
  return static_cast<int64_t>(last.saved + (last.shape.batch > 0 ? ConvSavedSize(last.shape) : 0));
}

/** x, filter, bias -> y, saved. */
struct Conv {
  explicit Conv(Attributes& attributes)
      : common(ShapeFrom(attributes)), keep(attributes.Bool("keep")), parts(attributes.Int("parts")) {}
  void Compute(Call& call) {
    ConvShape shape = common;
    const int64_t batch = call.Dim(0, 0), height = call.Dim(0, 1), width = call.Dim(0, 2);
    if (!Complete(shape, call, static_cast<int>(batch), static_cast<int>(height), static_cast<int>(width), 1)) return;
    call.ExpectShape(0, {batch, height, width, shape.channels});
    if (!call.ExpectShape(2, {shape.filters})) return;
    float* y = call.Output(0, {batch, shape.pooledHeight(), shape.pooledWidth(), shape.filters});
    float* saved = call.Output(1, {keep ? SavedSize(shape, parts) : 0});
    if (!call.ok()) return;
    Parallel(parts, [&](int i) {
      const Part part = PartOf(shape, parts, i);
      if (part.shape.batch == 0) return;
      ConvForward(part.shape, call.Input(0) + part.input, call.Input(1), call.Input(2), y + part.output,
                  keep ? saved + part.saved : nullptr);
    });
  }
  ConvShape common;
  bool keep;
  int parts;
};

/** dy, filter, saved -> dx (empty unless asked for), dfilter, dbias. */
struct ConvGradient {
  explicit ConvGradient(Attributes& attributes)
      : common(ShapeFrom(attributes)), inputs(attributes.Bool("inputs")), parts(attributes.Int("parts")) {
    const std::vector<int64_t> size = attributes.Ints("size", 2);
    height = static_cast<int>(size[0]);
    width = static_cast<int>(size[1]);
  }
  void Compute(Call& call) {
    ConvShape shape = common;
    const int64_t batch = call.Dim(0, 0);
    if (!Complete(shape, call, static_cast<int>(batch), height, width, 1)) return;
    call.ExpectShape(0, {batch, shape.pooledHeight(), shape.pooledWidth(), shape.filters});
    if (!call.ExpectShape(2, {SavedSize(shape, parts)})) return;
    float* dx = inputs ? call.Output(0, {batch, height, width, shape.channels}) : call.Output(0, {0});
    float* dfilter = call.Output(1, {shape.kernelHeight, shape.kernelWidth, shape.channels, shape.filters});
    float* dbias = call.Output(2, {shape.filters});
    if (!call.ok()) return;
    const size_t numbers = static_cast<size_t>(shape.kernelHeight) * shape.kernelWidth * shape.channels * shape.filters;
    const size_t each = numbers + shape.filters;
    const Workspace others(each * (parts - 1));
    Parallel(parts, [&](int i) {
      const Part part = PartOf(shape, parts, i);
      float* const own = i == 0 ? dfilter : others.data() + (i - 1) * each;
      float* const ownBias = i == 0 ? dbias : own + numbers;
      if (part.shape.batch == 0) {
        std::fill_n(own, numbers, 0.0f);
        std::fill_n(ownBias, shape.filters, 0.0f);
        return;
      }
      ConvBackward(part.shape, call.Input(0) + part.output, call.Input(1), call.Input(2) + part.saved,
                   inputs ? dx + part.input : nullptr, own, ownBias);
    });
    Parallel(parts, [&](int part) {
      AddOthers(others.data(), each, parts - 1, PartStart(numbers, parts, part), PartStart(numbers, parts, part + 1), dfilter);
    });
    AddOthers(others.data() + numbers, each, parts - 1, 0, shape.filters, dbias);
  }

  ConvShape common;
  bool inputs;
  int parts, height, width;
};

}  // namespace

std::string RegisterConv() {
  const std::string fault = Register<Conv>({"TareaConv",
                                            {"x: float", "filter: float", "bias: float"},
                                            {"y: float", "saved: float"},
                                            {"geometry: list(int)", "rectify: bool", "keep: bool", "parts: int"}});
  if (!fault.empty()) return fault;
  return Register<ConvGradient>({"TareaConvGradient",
                                 {"dy: float", "filter: float", "saved: float"},
                                 {"dx: float", "dfilter: float", "dbias: float"},
                                 {"geometry: list(int)", "rectify: bool", "inputs: bool", "size: list(int)", "parts: int"}});
}

}  // namespace tarea

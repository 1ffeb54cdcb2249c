// Pools and up-samplings of images with their channels last as operations of TensorFlow; samples are shared out among parts.
#include <algorithm>
#include <limits>

#include "laneTools.h"
#include "operation.h"
#include "parallel.h"
#include "register.h"

namespace tarea {
namespace {

typedef int32_t LaneMask __attribute__((vector_size(kLanes * sizeof(int32_t))));

/** Calls `take(channel, lanes)` for each vector of channels; the last one may be a part. */
template <class Take>
inline void ForVectors(long channels, const Take& take) {
  for (long channel = 0; channel < channels; channel += kLanes)
    take(channel, static_cast<int>(std::min<long>(kLanes, channels - channel)));
}

struct Images {
  long batch, height, width, channels;
  long Row() const { return width * channels; }
  long Sample() const { return height * Row(); }
};

bool ReadImages(Call& call, int input, Images* images) {
  *images = {call.Dim(input, 0), call.Dim(input, 1), call.Dim(input, 2), call.Dim(input, 3)};
  return call.Expect(call.Rank(input) == 4, "images have four axes");
}

/** A window that moves over images: `geometry` has its size, its steps, the rows and columns before the image, and the output's size. */
struct Window {
  static constexpr int kNumbers = 8;
  explicit Window(Attributes& attributes) : isAverage(attributes.Bool("average")), parts(attributes.Int("parts")) {
    const std::vector<int64_t> numbers = attributes.Ints("geometry", kNumbers);
    long* const fields[] = {&height, &width, &stepDown, &stepAside, &top, &left, &outHeight, &outWidth};
    for (int i = 0; i < kNumbers; i++) *fields[i] = numbers[i];
  }
  /** Fails unless each place of the window has at least one pixel of the images. */
  bool Fits(Call& call, const Images& images) const {
    const bool inOrder = height > 0 && width > 0 && stepDown > 0 && stepAside > 0 && top >= 0 && left >= 0 && top < height && left < width;
    const bool inside = outHeight >= 0 && outWidth >= 0 && (outHeight - 1) * stepDown - top < images.height &&
                        (outWidth - 1) * stepAside - left < images.width;
    return call.Expect(inOrder && inside, "the window leaves the images");
  }
  /** Rows or columns [from, to) of an image that the window covers at a place. */
  struct Cover {
    Cover(long start, long size, long length) : from(std::max(start, 0L)), to(std::min(start + size, length)) {}
    long from, to;
  };
  /** `each(at, rows, columns)` for each pixel of the output of a sample; `at`: where its channels begin. */
  template <class Each>
  void ForPixels(const Images& images, const Each& each) const {
    for (long row = 0; row < outHeight; row++)
      for (long column = 0; column < outWidth; column++)
        each((row * outWidth + column) * images.channels, Cover(row * stepDown - top, height, images.height),
             Cover(column * stepAside - left, width, images.width));
  }
  /** `each(sample)` for all samples, in parts. */
  template <class Each>
  void ForSamples(long batch, const Each& each) const {
    Parallel(parts, [&](int part) {
      for (long sample = PartStart(batch, parts, part); sample < PartStart(batch, parts, part + 1); sample++) each(sample);
    });
  }
  long OutSample(const Images& images) const { return outHeight * outWidth * images.channels; }

  bool isAverage;
  int parts;
  long height = 0, width = 0, stepDown = 0, stepAside = 0, top = 0, left = 0, outHeight = 0, outWidth = 0;
};

/** x [B, H, W, C] -> the largest numbers of each window, or their means. */
struct Pool : Window {
  using Window::Window;
  void Compute(Call& call) {
    Images images;
    if (!ReadImages(call, 0, &images) || !Fits(call, images)) return;
    float* const y = call.Output(0, {images.batch, outHeight, outWidth, images.channels});
    if (!call.ok()) return;
    ForSamples(images.batch, [&](long sample) {
      const float* const x = call.Input(0) + sample * images.Sample();
      float* const to = y + sample * OutSample(images);
      ForPixels(images, [&](long at, Cover rows, Cover columns) {
        const float count = static_cast<float>((rows.to - rows.from) * (columns.to - columns.from));
        ForVectors(images.channels, [&](long channel, int lanes) {
          Lanes result = Fill(isAverage ? 0 : -std::numeric_limits<float>::infinity());
          for (long row = rows.from; row < rows.to; row++) {
            for (long column = columns.from; column < columns.to; column++) {
              const Lanes value = LoadPart(x + row * images.Row() + column * images.channels + channel, lanes);
              // What is no number is handed on.
              result = isAverage ? result + value : (value > result) | (value != value) ? value : result;
            }
          }
          StorePart(to + at + channel, isAverage ? result / count : result, lanes);
        });
      });
    });
  }
};

/** dy, then x and y of the pool (x only for its shape if it has means) -> dx; the first of equal numbers takes a gradient. */
struct PoolGradient : Window {
  using Window::Window;
  void Compute(Call& call) {
    Images images;
    if (!ReadImages(call, 1, &images) || !Fits(call, images)) return;
    call.ExpectShape(0, {images.batch, outHeight, outWidth, images.channels});
    call.ExpectShape(2, {images.batch, outHeight, outWidth, images.channels});
    float* const dx = call.Output(0, {images.batch, images.height, images.width, images.channels});
    if (!call.ok()) return;
    ForSamples(images.batch, [&](long sample) {
      const float *const dy = call.Input(0) + sample * OutSample(images), *const y = call.Input(2) + sample * OutSample(images);
      const float* const x = call.Input(1) + sample * images.Sample();
      float* const to = dx + sample * images.Sample();
      std::fill_n(to, images.Sample(), 0.0f);
      ForPixels(images, [&](long at, Cover rows, Cover columns) {
        const float count = static_cast<float>((rows.to - rows.from) * (columns.to - columns.from));
        ForVectors(images.channels, [&](long channel, int lanes) {
          const Lanes gradient = LoadPart(dy + at + channel, lanes), largest = LoadPart(y + at + channel, lanes);
          LaneMask open = ~LaneMask{};
          for (long row = rows.from; row < rows.to; row++) {
            for (long column = columns.from; column < columns.to; column++) {
              const long own = row * images.Row() + column * images.channels + channel;
              Lanes share = gradient / count;
              if (!isAverage) {
                const LaneMask takes = open & (LaneMask)(LoadPart(x + own, lanes) == largest);
                share = (Lanes)((LaneMask)gradient & takes);
                open &= ~takes;
              }
              StorePart(to + own, LoadPart(to + own, lanes) + share, lanes);
            }
          }
        });
      });
    });
  }
};

/** How often rows and columns are repeated. */
struct Repeats {
  explicit Repeats(Attributes& attributes) : parts(attributes.Int("parts")) {
    const std::vector<int64_t> size = attributes.Ints("size", 2);
    down = size[0];
    aside = size[1];
  }
  bool Expect(Call& call) const { return call.Expect(down > 0 && aside > 0, "pixels are repeated at least once"); }
  /** `each(i)` for all rows of all samples of the smaller images, in parts. */
  template <class Each>
  void ForRows(const Images& small, const Each& each) const {
    const long rows = small.batch * small.height;
    Parallel(parts, [&](int part) {
      for (long row = PartStart(rows, parts, part); row < PartStart(rows, parts, part + 1); row++) each(row);
    });
  }
  int parts;
  long down = 1, aside = 1;
};

/** x [B, H, W, C] -> [B, down H, aside W, C]: every pixel repeated. */
struct UpSample : Repeats {
  using Repeats::Repeats;
  void Compute(Call& call) {
    Images images;
    if (!ReadImages(call, 0, &images) || !Expect(call)) return;
    float* const y = call.Output(0, {images.batch, images.height * down, images.width * aside, images.channels});
    if (!call.ok()) return;
    const long wide = images.Row() * aside;
    ForRows(images, [&](long row) {
      const float* from = call.Input(0) + row * images.Row();
      float* const first = y + row * down * wide;
      float* to = first;
      for (long column = 0; column < images.width; column++, from += images.channels)
        for (long i = 0; i < aside; i++, to += images.channels) std::copy_n(from, images.channels, to);
      for (long i = 1; i < down; i++) std::copy_n(first, wide, first + i * wide);
    });
  }
};

/** dy [B, down H, aside W, C] -> dx [B, H, W, C]. */
struct UpSampleGradient : Repeats {
  using Repeats::Repeats;
  void Compute(Call& call) {
    Images large;
    if (!ReadImages(call, 0, &large) || !Expect(call)) return;
    call.Expect(large.height % down == 0 && large.width % aside == 0, "the images are no repeated ones");
    const Images images = {large.batch, large.height / down, large.width / aside, large.channels};
    float* const dx = call.Output(0, {images.batch, images.height, images.width, images.channels});
    if (!call.ok()) return;
    ForRows(images, [&](long row) {
      const float* const from = call.Input(0) + row * down * large.Row();
      float* to = dx + row * images.Row();
      for (long column = 0; column < images.width; column++, to += images.channels) {
        ForVectors(images.channels, [&](long channel, int lanes) {
          Lanes sum{};
          for (long i = 0; i < down; i++)
            for (long j = 0; j < aside; j++)
              sum += LoadPart(from + i * large.Row() + (column * aside + j) * images.channels + channel, lanes);
          StorePart(to + channel, sum, lanes);
        });
      }
    });
  }
};

}  // namespace

std::string RegisterPool() {
  const std::initializer_list<const char*> window = {"geometry: list(int)", "average: bool", "parts: int"};
  std::string fault = Register<Pool>({"TareaPool", {"x: float"}, {"y: float"}, window});
  if (fault.empty()) fault = Register<PoolGradient>({"TareaPoolGradient", {"dy: float", "x: float", "y: float"}, {"dx: float"}, window});
  const std::initializer_list<const char*> repeats = {"size: list(int)", "parts: int"};
  if (fault.empty()) fault = Register<UpSample>({"TareaUpSample", {"x: float"}, {"y: float"}, repeats});
  if (fault.empty()) fault = Register<UpSampleGradient>({"TareaUpSampleGradient", {"dy: float"}, {"dx: float"}, repeats});
  return fault;
}

}  // namespace tarea

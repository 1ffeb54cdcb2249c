// Vectors of float32 in the widest registers that the compiler may use, and memory aligned for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace tarea {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));
typedef Lanes UnalignedLanes __attribute__((aligned(4), may_alias));

inline Lanes Load(const float* from) { return *reinterpret_cast<const UnalignedLanes*>(from); }
inline void Store(float* to, Lanes value) { *reinterpret_cast<UnalignedLanes*>(to) = value; }
inline Lanes Fill(float value) { return value - Lanes{}; }

/** Floats of a line of the caches. */
constexpr int kLineFloats = 64 / sizeof(float);

/** Asks for memory that will be read soon and lies where no processor guesses. */
inline void Fetch(const void* from, ptrdiff_t bytes) {
  for (ptrdiff_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch(static_cast<const char*>(from) + offset);
}

constexpr int RoundUp(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }

/** Memory of one thread that grows and is used again: `Get(n)` is aligned to 64 bytes and holds whatever was there. */
class Scratch {
 public:
  ~Scratch() { std::free(data_); }
  float* Get(size_t count) {
    if (count > count_) {
      std::free(data_);
      count_ = (count + 1023) / 1024 * 1024;
      data_ = static_cast<float*>(std::aligned_alloc(64, count_ * sizeof(float)));
    }
    return data_;
  }

 private:
  float* data_ = nullptr;
  size_t count_ = 0;
};

}  // namespace tarea

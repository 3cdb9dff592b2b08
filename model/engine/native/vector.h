// Vectors of the machine's own width through the compiler's vector extensions: 16 floats with
// AVX-512, 8 with AVX, 4 elsewhere.
#ifndef MARN_VECTOR_H_
#define MARN_VECTOR_H_

#include <cstdint>
#include <cstring>

namespace marn {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
#elif defined(__AVX__)
constexpr int kWidth = 8;
#else
constexpr int kWidth = 4;
#endif

typedef float vec __attribute__((vector_size(kWidth * 4)));
typedef int32_t ivec __attribute__((vector_size(kWidth * 4)));
typedef uint32_t uvec __attribute__((vector_size(kWidth * 4)));

static inline vec load(const float* p) {
  vec v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

static inline void store(float* p, vec v) { std::memcpy(p, &v, sizeof v); }

static inline vec splat(float x) { return x - vec{}; }

// The first `count` floats, zeros after them.
static inline vec load_part(const float* p, int count) {
  vec v{};
  std::memcpy(&v, p, count * sizeof(float));
  return v;
}

static inline void store_part(float* p, vec v, int count) {
  std::memcpy(p, &v, count * sizeof(float));
}

// A vector at offset `i` of an array, or what is left of one at the array's end.
struct Lanes {
  long i;
  int count;

  Lanes shifted(long by) const { return {i + by, count}; }

  vec get(const float* p) const { return count == kWidth ? load(p + i) : load_part(p + i, count); }

  void put(float* p, vec v) const {
    if (count == kWidth) {
      store(p + i, v);
    } else {
      store_part(p + i, v, count);
    }
  }

  void add(float* p, vec v) const { put(p, get(p) + v); }
};

// Calls f(lanes) for every vector of [0, n), the last one partial.
template <class F>
static inline void for_lanes(long n, F f) {
  long i = 0;
  for (; i + kWidth <= n; i += kWidth) f(Lanes{i, kWidth});
  if (i < n) f(Lanes{i, static_cast<int>(n - i)});
}

// target += source.
static inline void add_to(float* target, const float* source, long size) {
  for_lanes(size, [&](Lanes at) { at.add(target, at.get(source)); });
}

// e^x to within 2 units in the last place; arguments are clamped to [-87, 88].
static inline vec exp(vec x) {
  x = x < -87.0f ? splat(-87.0f) : x;
  x = x > 88.0f ? splat(88.0f) : x;
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  vec shifted = x * 1.44269504f + magic;
  vec whole = shifted - magic;
  vec r = x - whole * 0.693145752f - whole * 1.42860677e-6f;
  vec p = r * 1.98412698e-4f + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  ivec bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + 0x3f800000;  // the low bits of `shifted` hold the whole number
  vec scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

static inline vec sigmoid(vec x) { return 1.0f / (1.0f + exp(-x)); }

// Near zero the quotient would lose digits, so a polynomial takes over.
static inline vec tanh(vec x) {
  vec square = x * x;
  vec p = 0.0218694885f - square * 0.00886323553f;
  p = p * square - 0.0539682540f;
  p = p * square + 0.133333333f;
  p = p * square - 0.333333333f;
  p = p * square + 1.0f;
  vec small = x * p;
  vec large = 1.0f - 2.0f / (exp(x + x) + 1.0f);
  return square < 0.09f ? small : large;
}

}  // namespace marn

#endif  // MARN_VECTOR_H_

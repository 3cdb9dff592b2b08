// Dropout by a hash of (seed, element index), the same as in model/layers/dropout.ts.
#ifndef MARN_DROPOUT_H_
#define MARN_DROPOUT_H_

#include "pool.h"
#include "vector.h"

namespace marn {

static inline uvec mix32(uvec x) {
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

// y = 0 where the hash is below rate·2³², x / (1 − rate) elsewhere.
static inline void dropout(const float* x, float* y, long size, float rate, uint32_t seed,
                           Pool& pool) {
  const uint32_t threshold = static_cast<uint32_t>(static_cast<double>(rate) * 4294967296.0);
  const float kept = static_cast<float>(1.0 / (1.0 - static_cast<double>(rate)));
  uvec lane;
  for (int i = 0; i < kWidth; i++) lane[i] = i;
  const long block = 1 << 16;
  pool.run((size + block - 1) / block, [&](int, long task) {
    long from = task * block, count = std::min(block, size - from);
    for_lanes(count, [&](Lanes at) {
      uvec index = lane + static_cast<uint32_t>(from + at.i);
      uvec hash = mix32(mix32(index ^ seed) + seed);
      at.put(y + from, at.get(x + from) * (hash >= threshold ? splat(kept) : vec{}));
    });
  });
}

}  // namespace marn

#endif  // MARN_DROPOUT_H_

// Dropout by a hash of (seed, element index), the same as in model/layers/dropout.ts. A row may have
// a seed of its own, by which its draws do not depend on the rows beside it.
#ifndef MARN_DROPOUT_H_
#define MARN_DROPOUT_H_

#include <cstdint>

#include "elementwise.h"

namespace marn {

static inline uvec mix32(uvec x) {
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

// y = 0 where the hash is below rate·2³², x / (1 − rate) elsewhere. x [size] is one row.
static inline void drop_row(const float* x, float* y, long size, float rate, uint32_t seed,
                            Pool& pool) {
  const uint32_t threshold = static_cast<uint32_t>(static_cast<double>(rate) * 4294967296.0);
  const vec kept = splat(static_cast<float>(1.0 / (1.0 - static_cast<double>(rate))));
  uvec lane;
  for (int i = 0; i < kWidth; i++) lane[i] = i;
  for_elements(size, pool, [&](Lanes at) {
    const uvec index = lane + static_cast<uint32_t>(at.i);
    const uvec hash = mix32(mix32(index ^ seed) + seed);
    at.put(y, at.get(x) * (hash >= threshold ? kept : vec{}));
  });
}

// x [rows, size], and a seed a row.
static inline void dropout(const float* x, float* y, long rows, long size, float rate,
                           const int32_t* seeds, Pool& pool) {
  for (long row = 0; row < rows; row++) {
    const long at = row * size;
    drop_row(x + at, y + at, size, rate, static_cast<uint32_t>(seeds[row]), pool);
  }
}

}  // namespace marn

#endif  // MARN_DROPOUT_H_

// tanh(a ⊙ b), the gate of the recalibrated aggregation module.
#ifndef MARN_GATE_H_
#define MARN_GATE_H_

#include "pool.h"
#include "vector.h"

namespace marn {

// Calls f(lanes) for the vectors of [0, size), in parallel.
template <class F>
static inline void for_elements(long size, Pool& pool, F f) {
  const long block = 1 << 14;
  pool.run((size + block - 1) / block, [&](int, long task) {
    const long from = task * block;
    for_lanes(std::min(block, size - from), [&](Lanes at) { f(Lanes{from + at.i, at.count}); });
  });
}

static inline void gate(const float* a, const float* b, float* y, long size, Pool& pool) {
  for_elements(size, pool, [&](Lanes at) { at.put(y, tanh(at.get(a) * at.get(b))); });
}

static inline void differentiate_gate(const float* dy, const float* a, const float* b, float* da,
                                      float* db, long size, Pool& pool) {
  for_elements(size, pool, [&](Lanes at) {
    vec left = at.get(a), right = at.get(b), y = tanh(left * right);
    vec upstream = at.get(dy) * (1.0f - y * y);
    at.put(da, upstream * right);
    at.put(db, upstream * left);
  });
}

}  // namespace marn

#endif  // MARN_GATE_H_

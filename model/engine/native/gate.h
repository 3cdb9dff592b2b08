// tanh(a ⊙ b), the gate of the recalibrated aggregation module.
#ifndef MARN_GATE_H_
#define MARN_GATE_H_

#include "elementwise.h"

namespace marn {

static inline void gate(const float* a, const float* b, float* y, long size, Pool& pool) {
  for_elements(size, pool, [&](Lanes at) { at.put(y, tanh(at.get(a) * at.get(b))); });
}

static inline void differentiate_gate(const float* dy, const float* a, const float* b, float* da,
                                      float* db, long size, Pool& pool) {
  for_elements(size, pool, [&](Lanes at) {
    const vec left = at.get(a);
    const vec right = at.get(b);
    const vec y = tanh(left * right);
    const vec upstream = at.get(dy) * (1.0f - y * y);
    at.put(da, upstream * right);
    at.put(db, upstream * left);
  });
}

}  // namespace marn

#endif  // MARN_GATE_H_

// Loops over the elements of arrays, in parallel.
#ifndef MARN_ELEMENTWISE_H_
#define MARN_ELEMENTWISE_H_

#include <algorithm>

#include "pool.h"
#include "vector.h"

namespace marn {

// Calls f(lanes) for the vectors of [0, size), in parallel.
template <class F>
static inline void for_elements(long size, Pool& pool, F f) {
  const long block = 1 << 14;
  pool.run((size + block - 1) / block, [&](int, long task) {
    const long from = task * block;
    for_lanes(std::min(block, size - from), [&](Lanes at) { f(at.shifted(from)); });
  });
}

}  // namespace marn

#endif  // MARN_ELEMENTWISE_H_

// How a recurrence over documents of many lengths is cut into sweeps, one a thread, and a sweep
// into chunks of steps.
//
// Documents are sorted by length, so that those that have token t are the first active(t) rows of
// the state. What belongs to a real token (one row for each direction) is kept in packed rows, a
// sweep after another, time-major within it.
#ifndef MARN_SWEEPS_H_
#define MARN_SWEEPS_H_

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace marn {

struct RecurrentShape {
  long documents;
  long width;   // tokens of a document, padded
  long inputs;  // channels
  long hidden;  // units of a direction
  long directions;
  const int32_t* lengths;  // [documents], at most `width`
};

// Consecutive steps of a sweep, and their packed rows.
struct Chunk {
  long from;  // first step
  long to;    // the step after the last
  long first_row;
  long rows;
};

// One thread's share: some documents in one direction.
struct Sweep {
  long direction;
  std::vector<long> documents;  // longest first
  std::vector<long> offsets;    // packed row of token t's first document; [width + 1]
  std::vector<Chunk> chunks;    // of the steps that have a document, ascending

  long active(long t) const { return offsets[t + 1] - offsets[t]; }

  bool reversed() const { return direction == 1; }

  // The i-th of the numbers from … to − 1 in the order in which the direction reads them.
  long nth(long i, long from, long to) const { return reversed() ? to - 1 - i : from + i; }

  // The step before t, which the documents that start with t do not have.
  long before(long t) const { return reversed() ? t + 1 : t - 1; }

  long longest_chunk() const {
    long longest = 0;
    for (const Chunk& chunk : chunks) longest = std::max(longest, chunk.rows);
    return longest;
  }
};

// About how many rows a chunk has: the depth of the products that make the weights' gradients.
constexpr long kChunkRows = 256;

static inline std::vector<Chunk> chunks_of(const Sweep& sweep, long width) {
  std::vector<Chunk> chunks;
  for (long t = 0, from = 0; t < width && sweep.active(t) > 0; t++) {
    const bool last = t + 1 == width || sweep.active(t + 1) == 0;
    const long rows = sweep.offsets[t + 1] - sweep.offsets[from];
    if (last || rows >= kChunkRows) {
      chunks.push_back({from, t + 1, sweep.offsets[from], rows});
      from = t + 1;
    }
  }
  return chunks;
}

// A sweep for every thread, if there are documents enough, of documents as long as the others'.
static inline std::vector<Sweep> plan_sweeps(const RecurrentShape& shape, int threads) {
  std::vector<long> order(shape.documents);
  std::iota(order.begin(), order.end(), 0L);
  std::stable_sort(order.begin(), order.end(), [&](long a, long b) {
    return shape.lengths[a] > shape.lengths[b];
  });
  const long groups = std::max(1L, std::min(shape.documents, threads / shape.directions));
  std::vector<Sweep> sweeps;
  long row = 0;
  for (long direction = 0; direction < shape.directions; direction++) {
    for (long group = 0; group < groups; group++) {
      Sweep sweep{direction, {}, {row}, {}};
      for (long i = group; i < shape.documents; i += groups) sweep.documents.push_back(order[i]);
      for (long t = 0; t < shape.width; t++) {
        for (long d : sweep.documents) row += shape.lengths[d] > t;
        sweep.offsets.push_back(row);
      }
      sweep.chunks = chunks_of(sweep, shape.width);
      sweeps.push_back(std::move(sweep));
    }
  }
  return sweeps;
}

// Packed rows of all sweeps.
static inline long packed_rows(const RecurrentShape& shape) {
  return std::accumulate(shape.lengths, shape.lengths + shape.documents, 0L) * shape.directions;
}

}  // namespace marn

#endif  // MARN_SWEEPS_H_

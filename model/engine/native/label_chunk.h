// The scores of one document and a chunk of labels, and their softmax-weighted mean.
#ifndef MARN_LABEL_CHUNK_H_
#define MARN_LABEL_CHUNK_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gemm.h"

namespace marn {

// The operands of label attention, named as in the formulas of model/layers/label_attention.ts.
struct LabelAttention {
  long documents;
  long width;  // tokens of a document, padded
  long features;
  long labels;
  const int32_t* lengths;  // [documents]
  const float* o;          // features: [documents, width, features]
  const float* q;          // queries: [labels, features]
  const float* w;          // scores: [labels, features]

  // A document's tokens, from one of them on.
  Rows tokens(long document, long from = 0) const {
    return {o + (document * width + from) * features, features};
  }
};

constexpr long kMostLabels = 128;            // of a chunk
constexpr long kScoreBlock = 8 * kTileRows;  // tokens whose scores are computed at a time

// The labels in chunks of whole panels, and of nearly one size: as many as threads or more.
struct LabelChunks {
  long size;
  long count;

  LabelChunks(long labels, long threads) {
    const long least = round_up((labels + kMostLabels - 1) / kMostLabels, threads);
    size = round_up((labels + least - 1) / least, kPanel);
    count = (labels + size - 1) / size;
  }
};

// One chunk of labels with its rows of Q and W packed.
class LabelChunk {
 public:
  const LabelAttention& attention;
  const long size;   // labels, of which the last chunk may have fewer
  const long first;  // label
  const long count;  // labels there are

  // Scores of a token are a row: S of `size` labels, then P of as many, then a gap, without which
  // rows a power of two apart would share few cache sets.
  const long stride;

  LabelChunk(const LabelAttention& attention, long size, long index)
      : attention(attention),
        size(size),
        first(index * size),
        count(std::min(size, attention.labels - first)),
        stride(2 * size + kPanel),
        columns_(attention.features, 2 * size) {
    for (long l = 0; l < count; l++) {
      for (long k = 0; k < attention.features; k++) columns_(k, l) = query(l)[k];
      for (long k = 0; k < attention.features; k++) columns_(k, size + l) = score(l)[k];
    }
  }

  // Q over W as the right operand [2·size × features].
  void pack_rows(PackedMatrix& rows) const {
    rows.reset(2 * size, attention.features);
    for (long l = 0; l < count; l++) {
      for (long k = 0; k < attention.features; k++) rows(l, k) = query(l)[k];
      for (long k = 0; k < attention.features; k++) rows(size + l, k) = score(l)[k];
    }
  }

  // S = O·Qᵀ and P = O·Wᵀ of some tokens.
  void score_tokens(Rows tokens, long count, MutableRows scores) const {
    for (long t = 0; t < count; t += kScoreBlock) {
      multiply(std::min(kScoreBlock, count - t), tokens.from(t), columns_, scores.from(t));
    }
  }

 private:
  const float* query(long l) const { return attention.q + (first + l) * attention.features; }
  const float* score(long l) const { return attention.w + (first + l) * attention.features; }

  PackedMatrix columns_;  // [features × 2·size]
};

// A softmax-weighted mean of P for each label, over one block of tokens after another.
class RunningMean {
 public:
  explicit RunningMean(long size) : top_(size, -1e30f), sum_(size), weighted_(size) {}

  void add(const LabelChunk& chunk, Rows scores, long tokens) {
    for_lanes(chunk.size, [&](Lanes at) {
      const vec old = at.get(top_.data());
      vec top = old;
      for (long t = 0; t < tokens; t++) {
        const vec s = at.get(scores[t]);
        top = s > top ? s : top;
      }
      vec sum{};
      vec weighted{};
      for (long t = 0; t < tokens; t++) {
        const vec e = exp(at.get(scores[t]) - top);
        sum += e;
        weighted += e * at.get(scores[t] + chunk.size);
      }
      const vec rescale = exp(old - top);
      at.put(top_.data(), top);
      at.put(sum_.data(), at.get(sum_.data()) * rescale + sum);
      at.put(weighted_.data(), at.get(weighted_.data()) * rescale + weighted);
    });
  }

  // Σ_t a_t p_t; 0 for a document without tokens.
  float mean(long l) const { return sum_[l] == 0 ? 0.0f : weighted_[l] / sum_[l]; }

  // log Σ_t exp(s_t); 0 for a document without tokens.
  float normalizer(long l) const { return sum_[l] == 0 ? 0.0f : top_[l] + std::log(sum_[l]); }

 private:
  std::vector<float> top_;       // largest s
  std::vector<float> sum_;       // Σ exp(s − top)
  std::vector<float> weighted_;  // Σ exp(s − top)·p
};

}  // namespace marn

#endif  // MARN_LABEL_CHUNK_H_

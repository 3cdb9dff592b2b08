// Label attention for many labels (model/layers/label_attention.ts has the formulas): the scores of one
// document and a chunk of labels at a time, forward, backward, or both at once.
#ifndef MARN_LABEL_ATTENTION_H_
#define MARN_LABEL_ATTENTION_H_

#include <cmath>
#include <vector>

#include "focal.h"
#include "gemm.h"
#include "pool.h"

namespace marn {

struct AttentionShape {
  long documents, width, features, labels;
  const int32_t* lengths;
  const float *o, *q, *w;  // [documents, width, features], [labels, features] twice

  const float* document(long d) const { return o + d * width * features; }
};

constexpr long kMostLabels = 128;              // of a chunk
constexpr long kScoreBlock = 8 * kTileRows;    // tokens whose scores are computed at a time
constexpr long kGradientBlock = 192;           // tokens that are summed over at a time
constexpr long kGroupTokens = 4096;            // tokens of the documents that share a chunk's packing

// The labels in chunks of whole panels, and of nearly one size: as many as threads or more.
struct LabelChunks {
  long size, count;

  LabelChunks(long labels, long threads) {
    long least = round_up((labels + kMostLabels - 1) / kMostLabels, threads);
    size = round_up((labels + least - 1) / least, kPanel);
    count = (labels + size - 1) / size;
  }
};

// One chunk of labels with its rows of Q and W packed. Scores of a token are a row: S of `size` labels,
// then P of as many, then a gap, without which rows a power of two apart would share few cache sets.
struct LabelChunk {
  const AttentionShape& shape;
  const long first, size, count, row;
  Panels columns;  // [features × 2·size]

  LabelChunk(const AttentionShape& shape, long size, long index)
      : shape(shape), first(index * size), size(size), count(std::min(size, shape.labels - first)),
        row(2 * size + kPanel) {
    columns.reset(shape.features, 2 * size);
    for (long l = 0; l < count; l++) {
      const float *q = query(l), *w = score(l);
      for (long k = 0; k < shape.features; k++) *columns.at(k, l) = q[k];
      for (long k = 0; k < shape.features; k++) *columns.at(k, size + l) = w[k];
    }
  }

  const float* query(long l) const { return shape.q + (first + l) * shape.features; }
  const float* score(long l) const { return shape.w + (first + l) * shape.features; }

  // S = O·Qᵀ and P = O·Wᵀ of `count` tokens, which are `stride` floats apart.
  void score_tokens(const float* tokens, long stride, long count, float* scores) const {
    for (long t = 0; t < count; t += kScoreBlock) {
      multiply(std::min(kScoreBlock, count - t), 2 * size, tokens + t * stride, stride, columns,
               scores + t * row, row, false);
    }
  }
};

// A softmax-weighted mean of P per label, over one block of tokens after another.
struct RunningMean {
  std::vector<float> top, sum, weighted;  // largest s, Σ exp(s − top), Σ exp(s − top)·p

  explicit RunningMean(long size) : top(size, -1e30f), sum(size), weighted(size) {}

  void add(const LabelChunk& chunk, const float* scores, long rows) {
    for_lanes(chunk.size, [&](Lanes at) {
      vec old = at.get(top.data()), highest = old, total{}, mean{};
      for (long t = 0; t < rows; t++) {
        vec value = at.get(scores + t * chunk.row);
        highest = value > highest ? value : highest;
      }
      for (long t = 0; t < rows; t++) {
        const float* s = scores + t * chunk.row;
        vec e = exp(at.get(s) - highest);
        total += e;
        mean += e * at.get(s + chunk.size);
      }
      vec rescaled = exp(old - highest);
      at.put(top.data(), highest);
      at.put(sum.data(), at.get(sum.data()) * rescaled + total);
      at.put(weighted.data(), at.get(weighted.data()) * rescaled + mean);
    });
  }

  // Both are 0 for a document without tokens.
  float mean(long l) const { return sum[l] == 0 ? 0.0f : weighted[l] / sum[l]; }
  float normalizer(long l) const { return sum[l] == 0 ? 0.0f : top[l] + std::log(sum[l]); }
};

// means [documents, labels] = Σ_t a_t p_t and normalizers = log Σ_t exp(s_t), over each document's tokens.
static inline void attend(const AttentionShape& shape, float* means, float* normalizers, Pool& pool) {
  const LabelChunks chunks(shape.labels, pool.size());
  pool.run(chunks.count, [&](int, long index) {
    LabelChunk chunk(shape, chunks.size, index);
    std::vector<float> scores(kScoreBlock * chunk.row);
    for (long d = 0; d < shape.documents; d++) {
      RunningMean mean(chunk.size);
      for (long t = 0; t < shape.lengths[d]; t += kScoreBlock) {
        long rows = std::min<long>(kScoreBlock, shape.lengths[d] - t);
        chunk.score_tokens(shape.document(d) + t * shape.features, shape.features, rows, scores.data());
        mean.add(chunk, scores.data(), rows);
      }
      for (long l = 0; l < chunk.count; l++) {
        long target = d * shape.labels + chunk.first + l;
        means[target] = mean.mean(l);
        normalizers[target] = mean.normalizer(l);
      }
    }
  });
}

// What the gradient of one document and chunk is computed from, one value a label, zeros in the gap
// after the last: the logits' gradient, the logits without bias, and log Σ_t exp(s_t).
struct LogitGradient {
  std::vector<float> dy, means, normalizers;

  explicit LogitGradient(long size) : dy(size), means(size), normalizers(size) {}
};

// Scores in place to their gradients: dP = a·dy, dS = dP·(p − mean).
static inline void differentiate_scores(const LabelChunk& chunk, float* scores, long rows,
                                        const LogitGradient& of) {
  for_lanes(chunk.size, [&](Lanes at) {
    vec dy = at.get(of.dy.data()), mean = at.get(of.means.data());
    vec normalizer = at.get(of.normalizers.data());
    for (long t = 0; t < rows; t++) {
      float *s = scores + t * chunk.row, *p = s + chunk.size;
      vec dp = exp(at.get(s) - normalizer) * dy;
      at.put(s, dp * (at.get(p) - mean));
      at.put(p, dp);
    }
  });
}

// The real tokens' features of documents first … last − 1 as the right operand of products over tokens:
// panels of kPanel features, each with a row for every token.
struct DocumentGroup {
  long first, last;
  std::vector<long> offsets;  // row of each document's first token; the last is the number of rows
  std::vector<float> panels;

  DocumentGroup(const AttentionShape& shape, long first, Pool& pool)
      : first(first), last(first), offsets{0} {
    do {
      offsets.push_back(offsets.back() + shape.lengths[last++]);
    } while (last < shape.documents && offsets.back() + shape.lengths[last] <= kGroupTokens);
    panels.resize(round_up(shape.features, kPanel) / kPanel * stride());
    pool.run(last - first, [&](int, long i) {
      const float* source = shape.document(first + i);
      for (long row = offsets[i]; row < offsets[i + 1]; row++, source += shape.features) {
        for (long k = 0; k < shape.features; k += kPanel) {
          std::copy(source + k, source + std::min(k + kPanel, shape.features),
                    &panels[k / kPanel * stride() + row * kPanel]);
        }
      }
    });
  }

  long rows() const { return offsets.back(); }
  long stride() const { return rows() * kPanel; }
};

// Gradients d_o [documents, width, features], d_q and d_w [labels, features] from the logits' gradient,
// which upstream(document, chunk, scores, of) writes to `of` when a document's scores are known. A group
// of documents at a time and its chunks in parallel: the memory is one group's d_o a thread, and every
// sum has a fixed order.
template <class Upstream>
static inline void differentiate_attention(const AttentionShape& shape, const Upstream& upstream,
                                           float* d_o, float* d_q, float* d_w, Pool& pool) {
  const long n = shape.features;
  const LabelChunks chunks(shape.labels, pool.size());
  std::fill(d_q, d_q + shape.labels * n, 0.0f);
  std::fill(d_w, d_w + shape.labels * n, 0.0f);
  std::fill(d_o, d_o + shape.documents * shape.width * n, 0.0f);
  std::vector<std::vector<float>> sums(pool.size());
  for (long first = 0; first < shape.documents;) {
    const DocumentGroup group(shape, first, pool);
    pool.run_parts(chunks.count, [&](long part, long begin, long end) {
      sums[part].assign(group.rows() * n, 0.0f);
      std::vector<float> scores;
      LogitGradient of(chunks.size);
      Panels rows;  // [2·size × features]
      for (long index = begin; index < end; index++) {
        const LabelChunk chunk(shape, chunks.size, index);
        rows.reset(2 * chunk.size, n);
        for (long l = 0; l < chunk.count; l++) {
          for (long k = 0; k < n; k++) *rows.at(l, k) = chunk.query(l)[k];
          for (long k = 0; k < n; k++) *rows.at(chunk.size + l, k) = chunk.score(l)[k];
        }
        for (long d = group.first; d < group.last; d++) {
          const long length = shape.lengths[d], offset = group.offsets[d - group.first];
          scores.resize(length * chunk.row);
          chunk.score_tokens(shape.document(d), n, length, scores.data());
          std::fill(of.dy.begin(), of.dy.end(), 0.0f);
          upstream(d, chunk, scores.data(), of);
          differentiate_scores(chunk, scores.data(), length, of);
          for (long t = 0; t < length; t += kScoreBlock) {
            multiply(std::min(kScoreBlock, length - t), n, &scores[t * chunk.row], chunk.row, rows,
                     &sums[part][(offset + t) * n], n, true);
          }
          for (long t = 0; t < length; t += kGradientBlock) {
            const long block = std::min(kGradientBlock, length - t);
            const float *ds = &scores[t * chunk.row], *dp = ds + chunk.size;
            const float* o = &group.panels[(offset + t) * kPanel];
            multiply<true>(chunk.count, n, block, ds, chunk.row, o, kPanel, group.stride(),
                           d_q + chunk.first * n, n, true);
            multiply<true>(chunk.count, n, block, dp, chunk.row, o, kPanel, group.stride(),
                           d_w + chunk.first * n, n, true);
          }
        }
      }
    });
    pool.run(group.last - first, [&](int, long i) {
      float* target = d_o + (first + i) * shape.width * n;
      const long from = group.offsets[i] * n, size = group.offsets[i + 1] * n - from;
      for (const std::vector<float>& sum : sums) {
        for (long k = 0; k < size; k++) target[k] += sum[from + k];
      }
    });
    first = group.last;
  }
}

// The gradient of logits whose loss has been computed elsewhere; each [documents, labels].
struct GivenGradient {
  const float *dy, *means, *normalizers;

  void operator()(long document, const LabelChunk& chunk, const float*, LogitGradient& of) const {
    const long from = document * chunk.shape.labels + chunk.first, to = from + chunk.count;
    std::copy(dy + from, dy + to, of.dy.begin());
    std::copy(means + from, means + to, of.means.begin());
    std::copy(normalizers + from, normalizers + to, of.normalizers.begin());
  }
};

// The gradient of the loss of each logit as soon as the logit is known, so that scores are computed once
// and kept no longer than that. Writes costs and d_logits, both [documents, labels].
struct LossGradient {
  const float *bias, *targets;  // [labels], [documents, labels]
  FocalTerms terms;
  float *costs, *d_logits;

  void operator()(long document, const LabelChunk& chunk, const float* scores, LogitGradient& of) const {
    RunningMean mean(chunk.size);
    mean.add(chunk, scores, chunk.shape.lengths[document]);
    for (long l = 0; l < chunk.count; l++) {
      const long target = document * chunk.shape.labels + chunk.first + l;
      of.means[l] = mean.mean(l);
      of.normalizers[l] = mean.normalizer(l);
      costs[target] = focal(terms, of.means[l] + bias[chunk.first + l], targets[target], &of.dy[l]);
      d_logits[target] = of.dy[l];
    }
  }
};

}  // namespace marn

#endif  // MARN_LABEL_ATTENTION_H_

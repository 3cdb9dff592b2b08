// Label attention for many labels (model/layers/label_attention.ts has the formulas): scores of a block
// of tokens and a chunk of labels live in the cache only, forward and backward.
#ifndef MARN_LABEL_ATTENTION_H_
#define MARN_LABEL_ATTENTION_H_

#include <cmath>
#include <vector>

#include "gemm.h"
#include "pool.h"

namespace marn {

struct AttentionShape {
  long documents, width, features, labels;
  const int32_t* lengths;
  const float *o, *q, *w;  // [documents, width, features], [labels, features] twice
};

constexpr long kLabelChunk = 128, kTokenBlock = 8 * kTileRows;

static inline long chunk_count(const AttentionShape& shape) {
  return (shape.labels + kLabelChunk - 1) / kLabelChunk;
}

// One chunk of labels: its packed rows, and its scores against a block of tokens.
struct LabelChunk {
  const long first, count;
  std::vector<float> s, p;  // [kTokenBlock × kLabelChunk]
  Panels q, w;              // [features × count]

  LabelChunk(const AttentionShape& shape, long chunk)
      : first(chunk * kLabelChunk), count(std::min(kLabelChunk, shape.labels - first)),
        s(kTokenBlock * kLabelChunk), p(kTokenBlock * kLabelChunk) {
    q.pack(shape.q + first * shape.features, shape.features, count, 1, shape.features);
    w.pack(shape.w + first * shape.features, shape.features, count, 1, shape.features);
  }

  // S = O·Qᵀ and P = O·Wᵀ of `rows` tokens, `row` floats apart.
  void score(const float* tokens, long row, long rows) {
    multiply(rows, count, tokens, row, q, s.data(), kLabelChunk, false);
    multiply(rows, count, tokens, row, w, p.data(), kLabelChunk, false);
  }
};

// A softmax-weighted mean of P per label, over one block of tokens after another.
struct RunningMean {
  std::vector<float> top, sum, weighted;  // largest s, Σ exp(s − top), Σ exp(s − top)·p

  RunningMean() : top(kLabelChunk, -1e30f), sum(kLabelChunk), weighted(kLabelChunk) {}

  void add(const LabelChunk& chunk, long rows) {
    for_lanes(chunk.count, [&](Lanes at) {
      vec old = at.get(top.data()), highest = old, total{}, mean{};
      for (long t = 0; t < rows; t++) {
        vec value = at.get(&chunk.s[t * kLabelChunk]);
        highest = value > highest ? value : highest;
      }
      for (long t = 0; t < rows; t++) {
        vec e = exp(at.get(&chunk.s[t * kLabelChunk]) - highest);
        total += e;
        mean += e * at.get(&chunk.p[t * kLabelChunk]);
      }
      vec rescaled = exp(old - highest);
      at.put(top.data(), highest);
      at.put(sum.data(), at.get(sum.data()) * rescaled + total);
      at.put(weighted.data(), at.get(weighted.data()) * rescaled + mean);
    });
  }
};

// means [documents, labels] = Σ_t a_t p_t and normalizers = log Σ_t exp(s_t), over each document's tokens.
static inline void attend(const AttentionShape& shape, float* means, float* normalizers, Pool& pool) {
  pool.run(chunk_count(shape), [&](int, long task) {
    LabelChunk chunk(shape, task);
    for (long d = 0; d < shape.documents; d++) {
      RunningMean mean;
      for (long from = 0; from < shape.lengths[d]; from += kTokenBlock) {
        long rows = std::min<long>(kTokenBlock, shape.lengths[d] - from);
        const float* tokens = shape.o + (d * shape.width + from) * shape.features;
        chunk.score(tokens, shape.features, rows);
        mean.add(chunk, rows);
      }
      for (long l = 0; l < chunk.count; l++) {
        long target = d * shape.labels + chunk.first + l;
        bool empty = mean.sum[l] == 0;  // a document without tokens
        means[target] = empty ? 0.0f : mean.weighted[l] / mean.sum[l];
        normalizers[target] = empty ? 0.0f : mean.top[l] + std::log(mean.sum[l]);
      }
    }
  });
}

// What the gradient is computed from, each [documents, labels].
struct AttentionGradient {
  const float *dy, *means, *normalizers;
};

// S and P in place to their gradients: dP = a·dy, dS = dP·(p − mean).
static inline void differentiate_scores(LabelChunk& chunk, long rows, long document, long labels,
                                        const AttentionGradient& of) {
  const long offset = document * labels + chunk.first;
  for_lanes(chunk.count, [&](Lanes at) {
    vec dy = at.get(of.dy + offset), mean = at.get(of.means + offset);
    vec normalizer = at.get(of.normalizers + offset);
    for (long t = 0; t < rows; t++) {
      float *s = &chunk.s[t * kLabelChunk], *p = &chunk.p[t * kLabelChunk];
      vec dp = exp(at.get(s) - normalizer) * dy;
      at.put(s, dp * (at.get(p) - mean));
      at.put(p, dp);
    }
  });
}

// One document and one chunk: adds to d_o [length, features] and to the chunk's rows of d_q and d_w.
static inline void differentiate_chunk(const AttentionShape& shape, long document, long task,
                                       const AttentionGradient& of, float* d_o, float* d_q,
                                       float* d_w) {
  const long n = shape.features, ldo = round_up(n, kPanel);
  LabelChunk chunk(shape, task);
  Panels q, w;  // [count × features]
  q.pack(shape.q + chunk.first * n, chunk.count, n, n, 1);
  w.pack(shape.w + chunk.first * n, chunk.count, n, n, 1);
  std::vector<float> tokens(kTokenBlock * ldo);  // padded to whole panels
  d_q += chunk.first * n;
  d_w += chunk.first * n;
  for (long from = 0; from < shape.lengths[document]; from += kTokenBlock) {
    long rows = std::min<long>(kTokenBlock, shape.lengths[document] - from);
    for (long t = 0; t < rows; t++) {
      const float* source = shape.o + (document * shape.width + from + t) * n;
      std::copy(source, source + n, &tokens[t * ldo]);
    }
    chunk.score(tokens.data(), ldo, rows);
    differentiate_scores(chunk, rows, document, shape.labels, of);
    const float *ds = chunk.s.data(), *dp = chunk.p.data();
    multiply(rows, n, ds, kLabelChunk, q, d_o + from * n, n, true);
    multiply(rows, n, dp, kLabelChunk, w, d_o + from * n, n, true);
    multiply<true>(chunk.count, n, rows, ds, kLabelChunk, tokens.data(), ldo, kPanel, d_q, n, true);
    multiply<true>(chunk.count, n, rows, dp, kLabelChunk, tokens.data(), ldo, kPanel, d_w, n, true);
  }
}

// Gradients of o, q and w. Documents in turn, the chunks of labels of each in parallel: the memory is
// one document's d_o a thread, and every sum has a fixed order.
static inline void differentiate_attention(const AttentionShape& shape, const AttentionGradient& of,
                                           float* d_o, float* d_q, float* d_w, Pool& pool) {
  const long n = shape.features, document_size = shape.width * n;
  std::fill(d_q, d_q + shape.labels * n, 0.0f);
  std::fill(d_w, d_w + shape.labels * n, 0.0f);
  std::vector<std::vector<float>> sums(pool.size());
  for (long d = 0; d < shape.documents; d++) {
    pool.run_parts(chunk_count(shape), [&](long part, long begin, long end) {
      sums[part].assign(shape.lengths[d] * n, 0.0f);
      for (long task = begin; task < end; task++) {
        differentiate_chunk(shape, d, task, of, sums[part].data(), d_q, d_w);
      }
    });
    float* target = d_o + d * document_size;
    std::fill(target, target + document_size, 0.0f);
    for (const std::vector<float>& sum : sums) {
      for (size_t i = 0; i < sum.size(); i++) target[i] += sum[i];
    }
  }
}

}  // namespace marn

#endif  // MARN_LABEL_ATTENTION_H_

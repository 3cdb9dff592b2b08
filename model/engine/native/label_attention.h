// Label attention for many labels (model/layers/label_attention.ts has the formulas): the scores of
// one document and a chunk of labels at a time, forward, backward, or both at once.
#ifndef MARN_LABEL_ATTENTION_H_
#define MARN_LABEL_ATTENTION_H_

#include <algorithm>
#include <vector>

#include "focal.h"
#include "gemm.h"
#include "label_chunk.h"
#include "pool.h"

namespace marn {

constexpr long kGradientBlock = 192;  // tokens that are summed over at a time
constexpr long kGroupTokens = 4096;   // tokens of the documents that share a chunk's packing

// means = Σ_t a_t p_t and normalizers = log Σ_t exp(s_t) over each document's tokens; both
// [documents, labels].
static inline void attend(const LabelAttention& attention, float* means, float* normalizers,
                          Pool& pool) {
  const LabelChunks chunks(attention.labels, pool.size());
  pool.run(chunks.count, [&](int, long index) {
    const LabelChunk chunk(attention, chunks.size, index);
    Matrix scores(kScoreBlock, chunk.stride);
    for (long d = 0; d < attention.documents; d++) {
      RunningMean mean(chunk.size);
      for (long t = 0; t < attention.lengths[d]; t += kScoreBlock) {
        const long tokens = std::min<long>(kScoreBlock, attention.lengths[d] - t);
        chunk.score_tokens(attention.tokens(d, t), tokens, scores);
        mean.add(chunk, scores, tokens);
      }
      for (long l = 0; l < chunk.count; l++) {
        const long target = d * attention.labels + chunk.first + l;
        means[target] = mean.mean(l);
        normalizers[target] = mean.normalizer(l);
      }
    }
  });
}

// What the gradient of one document and chunk is computed from, one value a label, zeros in the gap
// after the last.
struct LogitGradient {
  std::vector<float> dy;           // the logits' gradient
  std::vector<float> means;        // the logits without bias
  std::vector<float> normalizers;  // log Σ_t exp(s_t)

  explicit LogitGradient(long size) : dy(size), means(size), normalizers(size) {}
};

// The gradient of logits whose loss has been computed elsewhere; each [documents, labels].
struct GivenGradient {
  const float* dy;
  const float* means;
  const float* normalizers;

  void operator()(long document, const LabelChunk& chunk, Rows, LogitGradient& of) const {
    const long from = document * chunk.attention.labels + chunk.first;
    std::copy_n(dy + from, chunk.count, of.dy.begin());
    std::copy_n(means + from, chunk.count, of.means.begin());
    std::copy_n(normalizers + from, chunk.count, of.normalizers.begin());
  }
};

// The gradient of the loss of each logit as soon as the logit is known, so that scores are computed
// once and kept no longer than that.
struct LossGradient {
  const float* bias;     // [labels]
  const float* targets;  // [documents, labels]
  FocalTerms terms;
  float* costs;     // [documents, labels], written
  float* d_logits;  // [documents, labels], written

  void operator()(long document, const LabelChunk& chunk, Rows scores, LogitGradient& of) const {
    RunningMean mean(chunk.size);
    mean.add(chunk, scores, chunk.attention.lengths[document]);
    for (long l = 0; l < chunk.count; l++) {
      const long target = document * chunk.attention.labels + chunk.first + l;
      of.means[l] = mean.mean(l);
      of.normalizers[l] = mean.normalizer(l);
      const float logit = of.means[l] + bias[chunk.first + l];
      costs[target] = focal(terms, logit, targets[target], &of.dy[l]);
      d_logits[target] = of.dy[l];
    }
  }
};

// Scores in place to their gradients: dP = a·dy, dS = dP·(p − mean).
static inline void differentiate_scores(const LabelChunk& chunk, MutableRows scores, long tokens,
                                        const LogitGradient& of) {
  for_lanes(chunk.size, [&](Lanes at) {
    const vec dy = at.get(of.dy.data());
    const vec mean = at.get(of.means.data());
    const vec normalizer = at.get(of.normalizers.data());
    for (long t = 0; t < tokens; t++) {
      float* s = scores[t];
      float* p = s + chunk.size;
      const vec dp = exp(at.get(s) - normalizer) * dy;
      at.put(s, dp * (at.get(p) - mean));
      at.put(p, dp);
    }
  });
}

// The real tokens of documents first … last − 1 as the right operand of products over tokens.
class DocumentGroup {
 public:
  const long first;
  long last;

  DocumentGroup(const LabelAttention& attention, long first, Pool& pool)
      : first(first), last(first), features_(attention.features), offsets_{0} {
    do {
      offsets_.push_back(offsets_.back() + attention.lengths[last++]);
    } while (last < attention.documents &&
             offsets_.back() + attention.lengths[last] <= kGroupTokens);
    panels_.resize(round_up(features_, kPanel) * rows());
    pool.run(last - first, [&](int, long i) {
      const Rows tokens = attention.tokens(first + i);
      for (long t = 0, row = offsets_[i]; row < offsets_[i + 1]; t++, row++) {
        for (long k = 0; k < features_; k += kPanel) {
          std::copy(tokens[t] + k,
                    tokens[t] + std::min(k + kPanel, features_),
                    &panels_[k * rows() + row * kPanel]);
        }
      }
    });
  }

  // Rows of all documents' tokens, and of the first token of one of them.
  long rows() const { return offsets_.back(); }
  long row(long document) const { return offsets_[document - first]; }

  // [count × features]
  Panels tokens(long row, long count) const {
    return {&panels_[row * kPanel], count, features_, kPanel, rows() * kPanel};
  }

 private:
  const long features_;
  std::vector<long> offsets_;  // row of each document's first token; the last is the number of rows
  std::vector<float> panels_;
};

struct LabelAttentionGradients {
  float* d_o;  // [documents, width, features]
  float* d_q;  // [labels, features]
  float* d_w;  // [labels, features]
};

// One thread's chunks of labels over one group of documents.
template <class Upstream>
class GroupGradient {
 public:
  // `d_o` takes the sums over the chunks for the group's tokens, [group.rows() × features].
  GroupGradient(const LabelAttention& attention, const DocumentGroup& group,
                const Upstream& upstream, long chunk_size, MutableRows d_o,
                const LabelAttentionGradients& gradients)
      : attention_(attention),
        group_(group),
        upstream_(upstream),
        d_o_(d_o),
        gradients_(gradients),
        logits_(chunk_size) {}

  void add(const LabelChunk& chunk) {
    chunk.pack_rows(rows_);
    for (long d = group_.first; d < group_.last; d++) add_document(chunk, d);
  }

 private:
  void add_document(const LabelChunk& chunk, long d) {
    const long tokens = attention_.lengths[d];
    scores_.resize(tokens, chunk.stride);
    chunk.score_tokens(attention_.tokens(d), tokens, scores_);
    std::fill(logits_.dy.begin(), logits_.dy.end(), 0.0f);
    upstream_(d, chunk, scores_, logits_);
    differentiate_scores(chunk, scores_, tokens, logits_);
    add_products(chunk, group_.row(d), tokens);
  }

  // From dS and dP in `scores_`.
  void add_products(const LabelChunk& chunk, long row, long tokens) {
    const Rows ds = scores_;
    const Rows dp = ds.columns_from(chunk.size);
    const long n = attention_.features;
    const MutableRows d_q = {gradients_.d_q + chunk.first * n, n};
    const MutableRows d_w = {gradients_.d_w + chunk.first * n, n};
    for (long t = 0; t < tokens; t += kScoreBlock) {
      multiply_add(std::min(kScoreBlock, tokens - t), ds.from(t), rows_, d_o_.from(row + t));
    }
    for (long t = 0; t < tokens; t += kGradientBlock) {
      const Panels block = group_.tokens(row + t, std::min(kGradientBlock, tokens - t));
      multiply_transposed_add(chunk.count, ds.from(t), block, d_q);
      multiply_transposed_add(chunk.count, dp.from(t), block, d_w);
    }
  }

  const LabelAttention& attention_;
  const DocumentGroup& group_;
  const Upstream& upstream_;
  const MutableRows d_o_;
  const LabelAttentionGradients gradients_;
  LogitGradient logits_;
  PackedMatrix rows_;  // a chunk's: [2·size × features]
  Matrix scores_;      // a document's, then their gradients: [tokens × stride]
};

// The gradients from the logits' gradient, which upstream(document, chunk, scores, of) writes to
// `of` when a document's scores are known. A group of documents at a time and its chunks in
// parallel: the memory is one group's d_o a thread, and every sum has a fixed order.
template <class Upstream>
static inline void differentiate_attention(const LabelAttention& attention,
                                           const Upstream& upstream,
                                           const LabelAttentionGradients& gradients, Pool& pool) {
  const long n = attention.features;
  const LabelChunks chunks(attention.labels, pool.size());
  std::fill_n(gradients.d_q, attention.labels * n, 0.0f);
  std::fill_n(gradients.d_w, attention.labels * n, 0.0f);
  std::fill_n(gradients.d_o, attention.documents * attention.width * n, 0.0f);
  std::vector<Matrix> sums(pool.size());
  for (long first = 0; first < attention.documents;) {
    const DocumentGroup group(attention, first, pool);
    pool.run_parts(chunks.count, [&](long part, long begin, long end) {
      sums[part].reset(group.rows(), n);
      GroupGradient<Upstream> gradient(
          attention, group, upstream, chunks.size, sums[part], gradients);
      for (long i = begin; i < end; i++) gradient.add(LabelChunk(attention, chunks.size, i));
    });
    pool.run(group.last - first, [&](int, long i) {
      const long d = first + i;
      float* d_o = gradients.d_o + d * attention.width * n;
      for (const Matrix& sum : sums) add_to(d_o, sum[group.row(d)], attention.lengths[d] * n);
    });
    first = group.last;
  }
}

}  // namespace marn

#endif  // MARN_LABEL_ATTENTION_H_

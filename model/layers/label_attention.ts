/**
 * Label attention (paper §3.3, eqs. 12–15): every label reads the document through its own softmax.
 *
 * Legend: `B` documents, `T` tokens, `D` features, `L` labels. For features O, queries Q and scores W,
 * A = softmax over real tokens of O·Qᵀ, V = Aᵀ·O and logit = w·V + b. As w·V = Σ_t a_t (w·o_t), the
 * logit is the A-weighted mean of P = O·Wᵀ: V is never formed, all products are plain matrix products
 * over flattened tokens, and the gradient needs nothing but S = O·Qᵀ and P again.
 *
 * S and P are [B, T, L]: 9 GB for 64 documents of 4,000 tokens and 8,921 labels. They are computed in
 * tiles of some documents × some labels. A single tile is kept for the backward pass, several are
 * computed again there, unless the loss is known where the scores are: then its gradient is taken with
 * the forward pass, tile by tile ({@linkcode labelAttentionLoss}), with 6 matrix products instead of 8.
 *
 * @module
 */
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Scalar, type Tensor, tf, type Variable } from "../engine/tf.ts";
import { uniform, xavierUniform } from "./initializers.ts";
import { type FocalTerms, weightedFocal } from "../loss.ts";
import type { Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";
import { withGradient } from "../engine/gradient.ts";

/** One branch's attention and its classifier. */
export interface LabelAttention {
  /** Logits [B, L] of features [B, T, D]. */
  logits(features: Tensor, batch: Positions): Tensor;
  /**
   * The loss of those logits against targets [B, L]. Where there are many labels the gradient is
   * computed with it: the scores, once computed, serve both.
   */
  loss(features: Tensor, batch: Positions, targets: Tensor, terms: FocalTerms): Scalar;
  /** The weight that each of `labels` gives each token, [B, labels, T]; 0 on padding. */
  attention(features: Tensor, batch: Positions, labels: Int32Array): Tensor;
  /** The classifier's rows, w [L, D]. */
  readonly score: Variable;
}

/** Names of the two weights, where a system's own differ from MARN's. */
export interface LabelAttentionNames {
  /** Q [L, D]; `query` by default. */
  readonly query?: string | undefined;
  /** w [L, D] and b [L]; `score` by default. */
  readonly score?: string | undefined;
}

/** How large a tile may be. */
export interface TileLimits {
  /** Labels in a tile. */
  readonly labels: number;
  /** Entries (padded token × label) in a tile; a document is never divided. */
  readonly entries: number;
}

// 2²² entries are 16 MB, and some five such tensors live at once. Larger tiles are no faster (16 × 1,000
// tokens, 600 features, 8,921 labels); 512 labels and fewer are slower, as sums are added up more often.
const defaultLimits: TileLimits = { labels: 1024, entries: 2 ** 22 };

/** Declares `query.weight`, `score.weight` and `score.bias` under `scope`. */
export function createLabelAttention(
  scope: WeightScope,
  width: number,
  labels: number,
  names: LabelAttentionNames = {},
): LabelAttention {
  const query = scope.scope(names.query ?? "query")
    .parameter("weight", [labels, width], xavierUniform);
  const classifier = scope.scope(names.score ?? "score");
  const score = classifier.parameter("weight", [labels, width], xavierUniform);
  // PyTorch draws a linear layer's bias from its weight's fan-in.
  const bias = classifier.parameter("bias", [labels], uniform(1 / Math.sqrt(width)));
  return {
    score,
    logits: (features, { mask }) => labelAttention({ features, query, score, bias, mask }),
    loss: (features, { mask }, targets, terms) =>
      labelAttentionLoss({ features, query, score, bias, mask }, targets, terms),
    attention: (features, { mask }, chosen) => attentionWeights(features, query, mask, chosen),
  };
}

/** A of `labels` alone, [B, labels, T], from keys [B, T, K] and queries [L, K]; 0 on padding. */
export function attentionWeights(
  keys: Tensor,
  query: Tensor,
  mask: Tensor,
  labels: Int32Array,
): Tensor {
  return tf.tidy(() => {
    const rows = tf.gather(query, tf.tensor1d(labels, "int32")); // [labels, K]
    const scores = tf.add(products(keys, rows), penalty(mask)); // [B, T, labels]
    return tf.softmax(tf.transpose(scores, [0, 2, 1]));
  });
}

/** What {@linkcode labelAttention} reads. */
export interface LabelAttentionInputs {
  /** O [B, T, D]. */
  readonly features: Tensor;
  /** What the queries are compared with, [B, T, K]; the features by default. */
  readonly keys?: Tensor;
  /** Q [L, K]. */
  readonly query: Tensor;
  /** W [L, D]. */
  readonly score: Tensor;
  /** b [L]. */
  readonly bias: Tensor;
  /** [B, T]: 1 on real tokens, 0 on padding. */
  readonly mask: Tensor;
}

/** Logits [B, L]. Differentiable in everything but the mask. */
export function labelAttention(
  { features, keys, query, score, bias, mask }: LabelAttentionInputs,
  limits: TileLimits = defaultLimits,
): Tensor {
  if (!keys && nativeKernels() && query.shape[0]! >= MANY_LABELS) {
    return nativeAttention({ features, query, score, bias, mask });
  }
  const [documents, tokens] = features.shape as [number, number, number];
  const tiles = planTiles(documents, tokens, query.shape[0]!, limits);
  const operands = { o: features, k: keys ?? features, q: query, w: score, mask };
  return withGradient(
    keys ? [features, keys, query, score, bias] : [features, query, score, bias],
    () => {
      const { means, normalizers, kept } = forward(operands, tiles);
      const saved = [features, operands.k, query, score, mask, means, normalizers, ...kept];
      return { value: tf.add(means, bias), saved };
    },
    (dy, [o, k, q, w, mask, means, normalizers, ...kept]) => {
      const state = { means: means!, normalizers: normalizers!, kept };
      const operands = { o: o!, k: k!, q: q!, w: w!, mask: mask! };
      const [dO, dK, dQ, dW] = backward(dy, operands, state, tiles);
      const inputs = keys ? [dO!, dK!] : [accumulate(dO, dK!)];
      return [...inputs, dQ!, dW!, tf.sum(dy, 0)];
    },
  );
}

/** From so many labels on, the native kernels keep all cores busy; they never leave the cache. */
const MANY_LABELS = 512;

function nativeAttention({ features, query, score, bias, mask }: LabelAttentionInputs): Tensor {
  return withGradient(
    [features, query, score, bias],
    () => {
      const inputs = [features, query, score, mask];
      const [means, normalizers] = nativeOp("LabelAttention", {}, inputs, 2)!;
      return { value: tf.add(means!, bias), saved: [...inputs, means!, normalizers!] };
    },
    (dy, [o, q, w, mask, means, normalizers]) => {
      const inputs = [o!, q!, w!, mask!, dy, means!, normalizers!];
      return [...nativeOp("LabelAttentionGradient", {}, inputs, 3)!, tf.sum(dy, 0)];
    },
  );
}

/** From so many labels on, the fused kernel is the faster one. */
const FUSED_LABELS = 128;

/** The loss of {@linkcode labelAttention}'s logits against targets [B, L]. Differentiable as they are. */
export function labelAttentionLoss(
  inputs: LabelAttentionInputs,
  targets: Tensor,
  terms: FocalTerms,
): Scalar {
  const { features, keys, query, score, bias, mask } = inputs;
  if (keys || !nativeKernels() || query.shape[0]! < FUSED_LABELS) {
    return tf.tidy(() => weightedFocal(labelAttention(inputs), targets, terms));
  }
  return withGradient([features, query, score, bias], () => {
    const weights = tf.tensor1d([terms.positive, terms.negative, terms.gamma]);
    const operands = [features, query, score, mask, bias, targets, weights];
    const [costs, dLogits, ...gradients] = nativeOp("LabelAttentionLoss", {}, operands, 5)!;
    return { value: tf.sum(costs!), saved: [...gradients, tf.sum(dLogits!, 0)] };
  }, (dy, gradients) => gradients.map((gradient) => tf.mul(gradient, dy))) as Scalar;
}

interface Span {
  readonly start: number;
  readonly size: number;
}

interface Tiles {
  readonly documents: readonly Span[];
  readonly labels: readonly Span[];
}

interface Operands {
  readonly o: Tensor; // [B, T, D]
  readonly k: Tensor; // [B, T, K]
  readonly q: Tensor; // [L, K]
  readonly w: Tensor; // [L, D]
  readonly mask: Tensor; // [B, T]
}

interface State {
  /** Σ_t a_t p_t: the logits without their bias, [B, L]. */
  readonly means: Tensor;
  /** log Σ_t exp(s_t), [B, L]. */
  readonly normalizers: Tensor;
  /** S and P of the only tile, or nothing. */
  readonly kept: readonly Tensor[];
}

function planTiles(documents: number, tokens: number, labels: number, limits: TileLimits): Tiles {
  const chunks = spans(labels, limits.labels);
  const entries = tokens * chunks[0]!.size; // of one document
  return {
    documents: spans(documents, Math.max(1, Math.floor(limits.entries / entries))),
    labels: chunks,
  };
}

/** Divides 0 … total into the fewest spans of at most `largest`, as even as can be. */
function spans(total: number, largest: number): Span[] {
  const count = Math.ceil(total / largest);
  const edge = (i: number) => Math.floor((i * total) / count);
  return Array.from({ length: count }, (_, i) => ({ start: edge(i), size: edge(i + 1) - edge(i) }));
}

function forward(operands: Operands, tiles: Tiles): State {
  let kept: Tensor[] = [];
  const single = tiles.documents.length * tiles.labels.length === 1;
  const rows = tiles.documents.map((documents) =>
    tiles.labels.map((labels) => {
      const [mean, normalizer, ...scores] = tf.tidy(() => {
        const { s, p } = scoresOfTile(operands, documents, labels);
        const top = tf.max(s, 1, true);
        const e = tf.exp(tf.sub(s, top));
        const sum = tf.sum(e, 1); // [b, l]
        const mean = tf.div(tf.sum(tf.mul(e, p), 1), sum);
        const normalizer = tf.add(tf.squeeze(top, [1]), tf.log(sum));
        return single ? [mean, normalizer, s, p] : [mean, normalizer];
      });
      kept = scores;
      return { mean: mean!, normalizer: normalizer! };
    })
  );
  const join = (part: "mean" | "normalizer") =>
    tf.concat(rows.map((row) => tf.concat(row.map((tile) => tile[part]), 1)), 0);
  return { means: join("mean"), normalizers: join("normalizer"), kept };
}

/** Gradients of features, keys, queries and scores. */
function backward(dy: Tensor, operands: Operands, state: State, tiles: Tiles): Tensor[] {
  const dQ: Tensor[] = [], dW: Tensor[] = []; // of each span of labels
  const dO: Tensor[] = [], dK: Tensor[] = []; // of each span of documents
  tiles.documents.forEach((documents, row) =>
    tiles.labels.forEach((labels, i) => {
      const [o, k, q, w] = tf.tidy(() => gradientsOfTile(dy, operands, state, documents, labels));
      dO[row] = accumulate(dO[row], o!);
      dK[row] = accumulate(dK[row], k!);
      dQ[i] = accumulate(dQ[i], q!);
      dW[i] = accumulate(dW[i], w!);
    })
  );
  return [dO, dK, dQ, dW].map((parts) => tf.concat(parts, 0));
}

function gradientsOfTile(
  dy: Tensor,
  operands: Operands,
  { means, normalizers, kept: [keptS, keptP] }: State,
  documents: Span,
  labels: Span,
): Tensor[] {
  const { s, p } = keptS && keptP
    ? { s: keptS, p: keptP }
    : scoresOfTile(operands, documents, labels);
  const broadcast = (x: Tensor) => tf.expandDims(cut(cut(x, 0, documents), 1, labels), 1);
  const a = tf.exp(tf.sub(s, broadcast(normalizers))); // [b, T, l]
  const dP = flatten(tf.mul(a, broadcast(dy)));
  const dS = tf.mul(dP, flatten(tf.sub(p, broadcast(means))));
  const o = cut(operands.o, 0, documents), k = cut(operands.k, 0, documents);
  const q = cut(operands.q, 0, labels), w = cut(operands.w, 0, labels);
  return [
    tf.reshape(tf.matMul(dP, w), o.shape),
    tf.reshape(tf.matMul(dS, q), k.shape),
    tf.matMul(dS, flatten(k), true),
    tf.matMul(dP, flatten(o), true),
  ];
}

/** S, with −10³⁰ on padding, and P, each [b, T, l]. */
function scoresOfTile(
  { o, k, q, w, mask }: Operands,
  documents: Span,
  labels: Span,
): { s: Tensor; p: Tensor } {
  const keys = cut(k, 0, documents);
  return {
    s: tf.add(products(keys, cut(q, 0, labels)), penalty(cut(mask, 0, documents))),
    p: products(cut(o, 0, documents), cut(w, 0, labels)),
  };
}

/** Features [b, T, D] times rows [l, D], as [b, T, l]. */
function products(features: Tensor, rows: Tensor): Tensor {
  const [documents, tokens] = features.shape as [number, number];
  return tf.reshape(tf.matMul(flatten(features), rows, false, true), [documents, tokens, -1]);
}

/** 0 on real tokens and −10³⁰ on padding, [b, T, 1]. */
function penalty(mask: Tensor): Tensor {
  return tf.expandDims(tf.mul(tf.sub(mask, 1), 1e30), 2);
}

/** [b, T, n] as [b·T, n]. */
function flatten(x: Tensor): Tensor {
  return tf.reshape(x, [-1, x.shape[2]!]);
}

/** The span of one axis; `x` itself when that is all of it. */
function cut(x: Tensor, axis: number, { start, size }: Span): Tensor {
  if (size === x.shape[axis]) return x;
  const begin = x.shape.map((_, i) => i === axis ? start : 0);
  return tf.slice(x, begin, x.shape.map((length, i) => i === axis ? size : length));
}

/** sum + term, both of which it consumes. */
function accumulate(sum: Tensor | undefined, term: Tensor): Tensor {
  if (!sum) return term;
  const next = tf.add(sum, term);
  tf.dispose([sum, term]);
  return next;
}

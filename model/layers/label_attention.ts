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
 * computed again there.
 *
 * @module
 */
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import { uniform, xavierUniform } from "../initializers.ts";
import type { TokenBatch } from "../model.ts";
import type { WeightScope } from "../weights.ts";
import { withGradient } from "./gradient.ts";

/** One branch's attention and its classifier. */
export interface LabelAttention {
  /** Logits [B, L] of features [B, T, D]. */
  logits(features: Tensor, batch: TokenBatch): Tensor;
  /** The weight that each of `labels` gives each token, [B, labels, T]; 0 on padding. */
  attention(features: Tensor, batch: TokenBatch, labels: Int32Array): Tensor;
  /** The classifier's rows, w [L, D]. */
  readonly score: Variable;
}

/** Names of the two weights, where a system's own differ from MARN's. */
export interface LabelAttentionNames {
  /** Q [L, D]; `query` by default. */
  readonly query?: string;
  /** w [L, D] and b [L]; `score` by default. */
  readonly score?: string;
}

/** How large a tile may be. */
export interface TileLimits {
  /** Labels in a tile. */
  readonly labels: number;
  /** Entries (padded token × label) in a tile; a document is never divided. */
  readonly entries: number;
}

// 2²³ entries are 32 MB; about five such tensors live at once. Labels: see the measurement in the bench.
const defaultLimits: TileLimits = { labels: 2048, entries: 2 ** 23 };

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
    attention: (features, { mask }, chosen) =>
      tf.tidy(() => {
        const rows = tf.gather(query, tf.tensor1d(chosen, "int32")); // [labels, D]
        const scores = tf.add(products(features, rows), penalty(mask)); // [B, T, labels]
        return tf.softmax(tf.transpose(scores, [0, 2, 1]));
      }),
  };
}

/** What {@linkcode labelAttention} reads. */
export interface LabelAttentionInputs {
  /** O [B, T, D]. */
  readonly features: Tensor;
  /** Q [L, D]. */
  readonly query: Tensor;
  /** W [L, D]. */
  readonly score: Tensor;
  /** b [L]. */
  readonly bias: Tensor;
  /** [B, T]: 1 on real tokens, 0 on padding. */
  readonly mask: Tensor;
}

/** Logits [B, L]. Differentiable in the features, queries, scores and bias. */
export function labelAttention(
  { features, query, score, bias, mask }: LabelAttentionInputs,
  limits: TileLimits = defaultLimits,
): Tensor {
  const [documents, tokens] = features.shape as [number, number, number];
  const tiles = planTiles(documents, tokens, query.shape[0]!, limits);
  const operands = { o: features, q: query, w: score, mask };
  return withGradient(
    [features, query, score, bias],
    () => {
      const { means, normalizers, kept } = forward(operands, tiles);
      return { value: tf.add(means, bias), saved: [features, means, normalizers, ...kept] };
    },
    (dy, [features, means, normalizers, ...kept]) => {
      const state = { means: means!, normalizers: normalizers!, kept };
      return [...backward(dy, { ...operands, o: features! }, state, tiles), tf.sum(dy, 0)];
    },
  );
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
  readonly q: Tensor; // [L, D]
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

/** Gradients of features, queries and scores. */
function backward(dy: Tensor, operands: Operands, state: State, tiles: Tiles): Tensor[] {
  const dQ: Tensor[] = [], dW: Tensor[] = []; // of each span of labels
  const dO = tiles.documents.map((documents) => {
    let sum: Tensor | undefined;
    tiles.labels.forEach((labels, i) => {
      const [o, q, w] = tf.tidy(() => gradientsOfTile(dy, operands, state, documents, labels));
      sum = accumulate(sum, o!);
      dQ[i] = accumulate(dQ[i], q!);
      dW[i] = accumulate(dW[i], w!);
    });
    return sum!;
  });
  return [dO, dQ, dW].map((parts) => tf.concat(parts, 0));
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
  const o = cut(operands.o, 0, documents), flatO = flatten(o);
  const q = cut(operands.q, 0, labels), w = cut(operands.w, 0, labels);
  const dO = accumulate(tf.matMul(dS, q), tf.matMul(dP, w));
  return [
    tf.reshape(dO, o.shape),
    tf.matMul(dS, flatO, true),
    tf.matMul(dP, flatO, true),
  ];
}

/** S, with −10³⁰ on padding, and P, each [b, T, l]. */
function scoresOfTile(
  { o, q, w, mask }: Operands,
  documents: Span,
  labels: Span,
): { s: Tensor; p: Tensor } {
  const features = cut(o, 0, documents);
  return {
    s: tf.add(products(features, cut(q, 0, labels)), penalty(cut(mask, 0, documents))),
    p: products(features, cut(w, 0, labels)),
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

/**
 * Label attention in plain tensor operations, on every engine.
 *
 * Legend: `B` documents, `T` tokens, `D` features, `C` values of a key, `L` labels; in small letters,
 * those of a tile. For features O, keys K (O itself unless others are given), queries Q and scores W,
 * A = softmax over real tokens of K·Qᵀ, V = Aᵀ·O and logit = w·V + b. As w·V = Σ_t a_t (w·o_t), the
 * logit is the A-weighted mean of P = O·Wᵀ: V is never formed, all products are plain matrix products
 * over flattened tokens, and the gradient needs nothing but S = K·Qᵀ and P again.
 *
 * S and P are [B, T, L]: 9 GB for 64 documents of 4,000 tokens and 8,921 labels. They are computed in
 * tiles of some documents × some labels. A single tile is kept for the backward pass, several are
 * computed again there: 8 matrix products in all.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { penaltyOf } from "./positions.ts";

/** What label attention reads. */
export interface LabelAttentionInputs {
  /** O [B, T, D]. */
  readonly features: Tensor;
  /** What the queries are compared with, [B, T, C]; the features by default. */
  readonly keys?: Tensor | undefined;
  /** Q [L, C]. */
  readonly query: Tensor;
  /** W [L, D]. */
  readonly score: Tensor;
  /** b [L]. */
  readonly bias: Tensor;
  /** [B, T]: 1 on real tokens, 0 on padding. */
  readonly mask: Tensor;
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

/** Logits [B, L]. Differentiable in everything but the mask. */
export function tiledAttention(
  { features, keys, query, score, bias, mask }: LabelAttentionInputs,
  limits: TileLimits = defaultLimits,
): Tensor {
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
  readonly k: Tensor; // [B, T, C]
  readonly q: Tensor; // [L, C]
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
  const dO: Tensor[] = []; // of each span of documents, as dK
  const dK: Tensor[] = [];
  const dQ: Tensor[] = []; // of each span of labels, as dW
  const dW: Tensor[] = [];
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
  const o = cut(operands.o, 0, documents);
  const k = cut(operands.k, 0, documents);
  const q = cut(operands.q, 0, labels);
  const w = cut(operands.w, 0, labels);
  return [
    tf.reshape(tf.matMul(dP, w), o.shape),
    tf.reshape(tf.matMul(dS, q), k.shape),
    tf.matMul(dS, flatten(k), true),
    tf.matMul(dP, flatten(o), true),
  ];
}

/** S and P, each [b, T, l]. */
function scoresOfTile(
  { o, k, q, w, mask }: Operands,
  documents: Span,
  labels: Span,
): { s: Tensor; p: Tensor } {
  return {
    s: maskedScores(cut(k, 0, documents), cut(q, 0, labels), cut(mask, 0, documents)),
    p: products(cut(o, 0, documents), cut(w, 0, labels)),
  };
}

/** S = K·Qᵀ [b, T, l] of keys [b, T, C] and queries [l, C], with −10³⁰ where the mask [b, T] is 0. */
export function maskedScores(keys: Tensor, query: Tensor, mask: Tensor): Tensor {
  const penalty = tf.expandDims(penaltyOf(mask), 2); // [b, T, 1]
  return tf.add(products(keys, query), penalty);
}

/** Features [b, T, D] times rows [l, D], as [b, T, l]. */
function products(features: Tensor, rows: Tensor): Tensor {
  const [documents, tokens] = features.shape as [number, number];
  return tf.reshape(tf.matMul(flatten(features), rows, false, true), [documents, tokens, -1]);
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

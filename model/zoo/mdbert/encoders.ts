/**
 * MDBERT's encoders: BERT over the pieces of a sentence, transformer layers over the sentences of a
 * document.
 *
 * Legend: `B` documents, `T` words, `S` sentences of the batch, `P` pieces of a sentence, `N` sentences
 * of a document, `C` channels.
 *
 * @module
 */
import { deriveSeed } from "../../../pipeline/random.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import { gatherRows, lookUp } from "../../layers/embedding.ts";
import { normal } from "../../layers/initializers.ts";
import { createPositions, type Mode, type Positions } from "../../layers/positions.ts";
import type { WeightScope } from "../../layers/weights.ts";
import type { TokenBatch } from "../../model.ts";
import { type BertConfig, createBert, createBertLayer, padRows } from "./bert.ts";
import { groupByPadding, type SentenceLimits, type Spelling, wordsOfPieces } from "./sentences.ts";

/** How the sentences of a document are read. */
export interface DocumentEncoderOptions extends SentenceLimits {
  /** Transformer layers over the sentences. */
  readonly documentLayers: number;
}

/**
 * Vectors [S, C] of sentences: BERT, and the mean over pieces. Sentences of like lengths are read
 * together, as a third of the work would else be padding. `gates` [S, P] multiply the pieces' vectors.
 */
export function createSentenceEncoder(
  scope: WeightScope,
  config: BertConfig,
  { sentencePieces }: SentenceLimits,
): (sentences: readonly Int32Array[], mode: Mode, gates?: Tensor) => Tensor {
  const read = createBert(scope, config);
  return (sentences, mode, gates) => {
    const groups = groupByPadding(sentences, sentencePieces);
    const vectors = groups.map((places, group) => {
      const own = places.map((place) => sentences[place]!);
      const width = Math.max(...own.map(({ length }) => length));
      const rows = gates && gatherRows(gates, tf.tensor1d([...places], "int32"));
      const ownGates = rows && tf.slice(rows, [0, 0], [places.length, width]);
      const { hidden, positions } = read(own, modeOfGroup(mode, group, places), ownGates);
      return maskedMean(hidden, positions);
    });
    const rows = new Int32Array(sentences.length); // of each sentence among the groups' vectors
    groups.flat().forEach((place, row) => rows[place] = row);
    return gatherRows(tf.concat(vectors, 0), tf.tensor1d(rows, "int32"));
  };
}

/** The mode of sentences: where documents draw by themselves, so does each of their sentences. */
export function bySentence(mode: Mode, counts: readonly number[]): Mode {
  const draws = mode.draws &&
    counts.flatMap((count, document) =>
      Array.from({ length: count }, (_, i) => deriveSeed(mode.draws![document]!, "sentence", i))
    );
  return draws ? { ...mode, draws: Int32Array.from(draws) } : mode;
}

/** The mode of some of the sentences: a group has a stream of its own, unless each sentence has one. */
function modeOfGroup(mode: Mode, group: number, places: readonly number[]): Mode {
  const { draws } = mode;
  if (draws) return { ...mode, draws: Int32Array.from(places, (place) => draws[place]!) };
  return { ...mode, seed: deriveSeed(mode.seed, "sentences", group) };
}

/** Each piece's gate [S, P] from its word's [B, T]; 1 for pieces of no word. */
export function gatePieces(
  batch: TokenBatch,
  gates: Tensor, // [B, T]
  spelling: Spelling,
  limits: SentenceLimits,
): Tensor {
  const { rows, width } = padRows(wordsOfPieces(batch, spelling, limits).flat());
  const table = tf.concat([tf.ones([1, 1]), tf.reshape(gates, [-1, 1])], 0);
  const flat = gatherRows(table, tf.tensor1d(rows, "int32")); // [S·P, 1]
  return tf.reshape(flat, [-1, width]);
}

/** Vectors [B, C] of documents from their sentences': positions, layers, and the mean. */
export function createDocumentEncoder(
  scope: WeightScope,
  { sentences, documentLayers }: DocumentEncoderOptions,
  config: BertConfig,
): (vectors: Tensor, counts: readonly number[], mode: Mode) => Tensor {
  const channels = config.hidden_size;
  const places = scope.scope("position_embeddings")
    .parameter("weight", [sentences, channels], normal(config.initializer_range));
  const layers = Array.from(
    { length: documentLayers },
    (_, i) => createBertLayer(scope.scope(`layer.${i}`), config, `document layer ${i}`),
  );
  return (vectors, counts, mode) => {
    const width = Math.max(...counts);
    const positions = createPositions(Int32Array.from(counts), width);
    const place = tf.slice(places, [0, 0], [width, channels]);
    let x = tf.add(arrange(vectors, counts, width), place); // [B, N, C]
    for (const layer of layers) x = layer(x, positions, mode);
    return maskedMean(x, positions);
  };
}

/** Rows [S, C], document after document, as [B, N, C] with zeros behind each document's own. */
function arrange(vectors: Tensor, counts: readonly number[], width: number): Tensor {
  const rows = new Int32Array(counts.length * width); // 0 is the row of zeros
  let next = 1;
  counts.forEach((count, b) => {
    for (let i = 0; i < count; i++) rows[b * width + i] = next++;
  });
  const table = tf.concat([tf.zeros([1, vectors.shape[1]!]), vectors], 0);
  return lookUp(table, tf.tensor2d(rows, [counts.length, width], "int32"));
}

/** The mean over real positions: [B, P, C] → [B, C]. */
function maskedMean(x: Tensor, { mask, lengths }: Positions): Tensor {
  const sum = tf.sum(tf.mul(x, tf.expandDims(mask, 2)), 1);
  return tf.div(sum, tf.expandDims(tf.cast(lengths, "float32"), 1));
}

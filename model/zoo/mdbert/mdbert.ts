/**
 * MDBERT, medical document BERT (Zhang and Jankowski 2022): BERT reads a document sentence by sentence,
 * the mean over a sentence's word pieces is its vector, transformer layers read the sentences, and the
 * mean over them is classified.
 *
 * No release of it is known; what its abstract and figure leave open is chosen here: at most 128
 * sentences of at most 32 word pieces, learned sentence positions, two document layers, one linear
 * classifier.
 *
 * Deviations: datasets hold words without punctuation and numbers; a sentence of more than 32 pieces goes
 * on in the next, words whole. Datasets of format version 1 do not say where sentences begin: there, a
 * "sentence" is the next whole words that fill 32 pieces. Words are in small letters, which a cased
 * checkpoint reads as it would names and headings written so. Attention weights have no dropout. Without
 * a pretrained checkpoint a small encoder starts from scratch at a learning rate of 1e-4, whose pieces
 * are the vocabulary's words; its results are not those of MDBERT.
 *
 * Legend: `B` documents, `S` sentences of the batch, `P` pieces of a sentence, `N` sentences of a
 * document, `C` channels.
 *
 * @module
 */
import { UsageError } from "../../../pipeline/errors.ts";
import { deriveSeed } from "../../../pipeline/random.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import { normal } from "../../layers/initializers.ts";
import {
  type BertConfig,
  type BertInputs,
  createBert,
  createBertLayer,
  createBertLinear,
  loadBert,
  padRows,
} from "./bert.ts";
import { gatherRows, lookUp } from "../../layers/embedding.ts";
import { createPositions, type Mode, type Positions } from "../../layers/positions.ts";
import * as v from "valibot";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import type { ModelInputs } from "../../inputs.ts";
import type { Model, TokenBatch } from "../../model.ts";
import type { System, SystemSettings } from "../../system.ts";
import { count, rate } from "../option_schemas.ts";
import { bertAssets, type BertCheckpointOptions } from "./checkpoint.ts";
import { Weights, type WeightScope } from "../../layers/weights.ts";
import { createSingleTask } from "../single_task.ts";
import { PADDING } from "../../../pipeline/schema.ts";
import {
  groupByPadding,
  paddedPieces,
  type SentenceLimits,
  type Spelling,
  splitBatch,
  wordsOfPieces,
} from "./sentences.ts";
import { createSpeller } from "./word_pieces.ts";

/** Options of MDBERT. */
export interface MdBertOptions extends BertCheckpointOptions, SentenceLimits {
  /** Transformer layers over the sentences. */
  readonly documentLayers: number;
  /** Channels of the scratch encoder. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Channels inside its feed-forward parts. */
  readonly intermediate: number;
  /** Dropout of the scratch encoder. */
  readonly dropout: number;
}

/** MDBERT. */
export const mdBert: System<MdBertOptions, BertInputs> = {
  name: "mdbert",
  title: "MDBERT",
  schemas: {
    checkpoint: v.string(),
    sentencePieces: v.pipe(v.number(), v.safeInteger(), v.minValue(3)),
    sentences: count,
    documentLayers: count,
    hidden: count,
    layers: count,
    heads: count,
    intermediate: count,
    dropout: rate,
  },
  options: {
    checkpoint: "",
    sentencePieces: 32,
    sentences: 128,
    documentLayers: 2,
    hidden: 128,
    layers: 2,
    heads: 4,
    intermediate: 512,
    dropout: 0.1,
  },
  misfit({ checkpoint, hidden, heads }) {
    if (checkpoint !== "" || hidden % heads === 0) return undefined; // a checkpoint brings its own
    return { option: "heads", expected: `a divisor of model.hidden, ${hidden}` };
  },
  training: {
    "loss.name": "bce",
    "optimizer.learningRate": 1e-4,
    "optimizer.weightDecay": 0.01,
    "optimizer.warmup": 0.1,
    "optimizer.linearDecay": true,
    batchSize: 8,
    epochs: 30,
    patience: 3,
  },
  pretrained: {
    "optimizer.learningRate": 2e-5,
    "optimizer.warmup": 0.1,
    "optimizer.linearDecay": true,
    microTokens: 8192, // two notes of the most pieces
  },
  spells: true,
  assets: bertAssets,
  create: createMdBert,
};

/** The network, from the pretrained weights if there are any. */
function createMdBert(
  { model, target, loss }: SystemSettings<MdBertOptions>,
  inputs: ModelInputs,
  bert: BertInputs = scratchBert(model, inputs.vocabulary.length),
): Model {
  requirePositions(model, bert.config);
  const words = createWords(bert);
  const weights = new Weights(inputs.seed);
  const readSentences = createSentenceEncoder(weights.scope("bert"), bert, model);
  const readDocuments = createDocumentEncoder(weights.scope("doc_encoder"), model, bert.config);
  const classify = createBertLinear(
    weights.scope("classifier"),
    bert.config.hidden_size,
    inputs.labels[target].length,
    bert.config,
  );
  loadBert(weights, bert);
  const single = createSingleTask({
    weights,
    target,
    loss,
    logits: (batch, mode) => {
      const documents = splitBatch(batch, words, model);
      const gates = batch.gates && gatePieces(batch, batch.gates, words, model);
      const counts = documents.map(({ length }) => length);
      const vectors = readSentences(documents.flat(), bySentence(mode, counts), gates); // [S, C]
      return classify(readDocuments(vectors, counts, mode));
    },
  });
  const planned = new WeakMap<Documents, Int32Array | undefined>(); // counting reads every token
  return {
    ...single,
    spell: words.spell,
    mostTokens: model.sentences * (model.sentencePieces - 2), // as many words of one piece
    lengths: (documents, maxTokens) => {
      if (!planned.has(documents)) {
        planned.set(documents, paddedPieces(documents, maxTokens, words, model));
      }
      return planned.get(documents);
    },
  };
}

/** The words that a BERT spells; new ones are given ids behind the others. */
function createWords({ wordPieces, cls, sep, rules }: BertInputs) {
  const pieces = [...wordPieces];
  const ids = new Map<string, number>();
  const speller = rules && createSpeller(rules);
  const spell = speller && ((word: string) => {
    const known = ids.get(word);
    if (known !== undefined) return known;
    ids.set(word, pieces.length);
    return pieces.push(speller(word)) - 1;
  });
  return { wordPieces: pieces, cls, sep, spell };
}

/** Sizes and word pieces of an encoder without a checkpoint: every word is a piece of its own. */
export function scratchBert(model: MdBertOptions, vocabularySize: number): BertInputs {
  return {
    config: {
      vocab_size: vocabularySize + 2,
      hidden_size: model.hidden,
      num_hidden_layers: model.layers,
      num_attention_heads: model.heads,
      intermediate_size: model.intermediate,
      max_position_embeddings: model.sentencePieces,
      type_vocab_size: 1,
      layer_norm_eps: 1e-12,
      initializer_range: 0.02,
      hidden_dropout_prob: model.dropout,
    },
    wordPieces: Array.from(
      { length: vocabularySize },
      (_, token) => token === PADDING ? new Int32Array() : Int32Array.of(token),
    ),
    cls: vocabularySize,
    sep: vocabularySize + 1,
  };
}

/**
 * Vectors [S, C] of sentences: BERT, and the mean over pieces. Sentences of like lengths are read
 * together, as a third of the work would else be padding. `gates` [S, P] multiply the pieces' vectors.
 */
function createSentenceEncoder(
  scope: WeightScope,
  { config }: BertInputs,
  { sentencePieces }: MdBertOptions,
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
function bySentence(mode: Mode, counts: readonly number[]): Mode {
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
function gatePieces(
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
function createDocumentEncoder(
  scope: WeightScope,
  { sentences, documentLayers }: MdBertOptions,
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

/** A sentence may not have more pieces than BERT has positions. Throws `UsageError`. */
function requirePositions({ sentencePieces }: MdBertOptions, config: BertConfig): void {
  if (sentencePieces <= config.max_position_embeddings) return;
  throw new UsageError(
    `building MDBERT: model.sentencePieces is ${sentencePieces}, and the BERT checkpoint reads at most ` +
      `${config.max_position_embeddings} pieces; use --set model.sentencePieces=` +
      `${config.max_position_embeddings}`,
  );
}

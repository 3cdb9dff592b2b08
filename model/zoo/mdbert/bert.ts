/**
 * BERT (Devlin et al. 2019): embeddings and encoder layers under Hugging Face's weight names.
 *
 * Legend: `S` sequences, `P` positions, `C` channels.
 *
 * @module
 */
import { DataError } from "../../../pipeline/errors.ts";
import { withGradient } from "../../engine/gradient.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import { normal, zeros } from "../../layers/initializers.ts";
import { createPositions, type Mode, type Positions } from "../../layers/positions.ts";
import { assignValues, type Weights, type WeightScope } from "../../layers/weights.ts";
import { dropout, dropoutSeeds } from "../../layers/dropout.ts";
import { lookUp } from "../../layers/embedding.ts";
import { createLinear, type Linear } from "../../layers/linear.ts";
import { createLayerNorm } from "../../layers/norm.ts";
import { selfAttention } from "../../layers/self_attention.ts";
import type { WordPieceRules } from "./word_pieces.ts";

/** Sizes of a BERT, named as in Hugging Face's `config.json`. */
export interface BertConfig {
  readonly vocab_size: number;
  /** C. */
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  /** Attention heads of each layer. */
  readonly num_attention_heads: number;
  /** Channels inside the feed-forward part. */
  readonly intermediate_size: number;
  /** Longest sequence. */
  readonly max_position_embeddings: number;
  /** Token types; only type 0 is used. */
  readonly type_vocab_size: number;
  /** ε of the layer norms. */
  readonly layer_norm_eps: number;
  /** Deviation of the first weights. */
  readonly initializer_range: number;
  /** Dropout of embeddings and of each sublayer's output. */
  readonly hidden_dropout_prob: number;
}

/** A BERT and how the vocabulary's words are spelled in its word pieces. */
export interface BertInputs {
  readonly config: BertConfig;
  /** Word pieces of each word by id, rare ones behind the vocabulary's; none for padding. */
  readonly wordPieces: readonly Int32Array[];
  /** How other words are spelled; undefined where they are unknown. */
  readonly rules?: WordPieceRules | undefined;
  /** Piece that opens a sentence. */
  readonly cls: number;
  /** Piece that closes a sentence. */
  readonly sep: number;
  /** Pretrained weights by Hugging Face's names; without them it starts from scratch. */
  readonly tensors?: ReadonlyMap<string, Float32Array> | undefined;
}

/** Hidden states [S, P, C] of word pieces [S, P] (int32), whose vectors `gates` [S, P] multiply. */
type BertEmbeddings = (pieces: Tensor, mode: Mode, gates?: Tensor) => Tensor;

/** One encoder layer: [S, P, C] → [S, P, C]. */
export type BertLayer = (x: Tensor, positions: Positions, mode: Mode) => Tensor;

/** Declares `word_embeddings`, `position_embeddings`, `token_type_embeddings` and `LayerNorm`. */
function createBertEmbeddings(scope: WeightScope, config: BertConfig): BertEmbeddings {
  const channels = config.hidden_size;
  const first = normal(config.initializer_range);
  const table = (name: string, rows: number) =>
    scope.scope(name).parameter("weight", [rows, channels], first);
  const words = scope.scope("word_embeddings").table(
    "weight",
    [config.vocab_size, channels],
    first,
  );
  const places = table("position_embeddings", config.max_position_embeddings);
  const types = table("token_type_embeddings", config.type_vocab_size);
  const norm = createLayerNorm(scope.scope("LayerNorm"), channels, config.layer_norm_eps);
  return (pieces, mode, gates) => {
    const length = pieces.shape[1]!;
    const place = tf.slice(places, [0, 0], [length, channels]);
    const type = tf.slice(types, [0, 0], [1, channels]);
    const rows = lookUp(words, pieces);
    const word = gates ? tf.mul(rows, tf.expandDims(gates, 2)) : rows;
    const sum = tf.add(word, tf.add(place, type));
    return drop(norm(sum), config, mode, "bert embeddings");
  };
}

/** Declares one layer: `attention.self.{query,key,value}`, `attention.output`, `intermediate`, `output`. */
export function createBertLayer(scope: WeightScope, config: BertConfig, name: string): BertLayer {
  const channels = config.hidden_size;
  const dense = (path: string, inputs: number, outputs: number): Linear =>
    createBertLinear(scope.scope(path), inputs, outputs, config);
  const norm = (path: string) =>
    createLayerNorm(scope.scope(`${path}.LayerNorm`), channels, config.layer_norm_eps);
  const query = dense("attention.self.query", channels, channels);
  const key = dense("attention.self.key", channels, channels);
  const value = dense("attention.self.value", channels, channels);
  const mixed = dense("attention.output.dense", channels, channels);
  const mixedNorm = norm("attention.output");
  const widen = dense("intermediate.dense", channels, config.intermediate_size);
  const narrow = dense("output.dense", config.intermediate_size, channels);
  const outputNorm = norm("output");
  const heads = config.num_attention_heads;
  return (x, positions, mode) =>
    tf.tidy(() => { // what no gradient keeps is free before the next layer
      const attended = selfAttention(query(x), key(x), value(x), positions.mask, heads);
      const first = drop(mixed(attended), config, mode, `${name} attention`);
      const middle = mixedNorm(addBack(first, x));
      const second = drop(narrow(gelu(widen(middle))), config, mode, `${name} output`);
      return outputNorm(addBack(second, middle));
    });
}

/** BERT's own way to start a linear layer: N(0, initializer_range²), bias zero. */
export function createBertLinear(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  config: BertConfig,
): Linear {
  return createLinear(scope, inputs, outputs, {
    initializer: normal(config.initializer_range),
    biasInitializer: zeros,
  });
}

/** Gaussian error linear unit, x·Φ(x), by the error function. Only x is kept for the backward pass. */
export function gelu(x: Tensor): Tensor {
  const below = (x: Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5); // Φ(x)
  return withGradient([x], () => ({ value: tf.mul(x, below(x)), saved: [x] }), (dy, [x]) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [tf.mul(dy, tf.add(below(x!), tf.mul(x!, density)))];
  });
}

/** Sums a sublayer's output and what it was given: nothing is kept for the backward pass. */
function addBack(output: Tensor, x: Tensor): Tensor {
  return withGradient(
    [output, x],
    () => ({ value: tf.add(output, x), saved: [] }),
    (dy) => [tf.clone(dy), tf.clone(dy)],
  );
}

function drop(x: Tensor, config: BertConfig, mode: Mode, name: string): Tensor {
  if (!mode.training) return x;
  return dropout(x, config.hidden_dropout_prob, dropoutSeeds(mode, `dropout ${name}`));
}

/** A BERT's last hidden states [S, P, C], and which of the P pieces are real. */
export interface BertStates {
  /** [S, P, C]; undefined beyond a sentence's pieces. */
  readonly hidden: Tensor;
  readonly positions: Positions;
}

/**
 * BERT itself, without a pooler: sentences of word pieces → its last layer's hidden states. `gates`
 * [S, P] multiply the pieces' vectors.
 */
export function createBert(
  scope: WeightScope,
  config: BertConfig,
): (sentences: readonly Int32Array[], mode: Mode, gates?: Tensor) => BertStates {
  const embed = createBertEmbeddings(scope.scope("embeddings"), config);
  const layers = Array.from(
    { length: config.num_hidden_layers },
    (_, i) => createBertLayer(scope.scope(`encoder.layer.${i}`), config, `bert layer ${i}`),
  );
  return (sentences, mode, gates) => {
    const { rows, lengths, width } = padRows(sentences);
    const positions = createPositions(lengths, width);
    const pieces = tf.tensor2d(rows, [sentences.length, width], "int32");
    let x = embed(pieces, mode, gates); // [S, P, C]
    for (const layer of layers) x = layer(x, positions, mode);
    return { hidden: x, positions };
  };
}

/** Sequences one below the other, with zeros behind the shorter ones: [S·P]. */
export function padRows(sentences: readonly Int32Array[]) {
  const lengths = Int32Array.from(sentences, ({ length }) => length);
  const width = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const rows = new Int32Array(sentences.length * width);
  sentences.forEach((sentence, row) => rows.set(sentence, row * width));
  return { rows, lengths, width };
}

/**
 * Sets the weights declared under `bert.` to the pretrained ones, if there are any. Throws
 * {@linkcode DataError} when one is missing or of another size.
 */
export function loadBert(weights: Weights, { tensors }: Pick<BertInputs, "tensors">): void {
  if (!tensors) return;
  for (const weight of weights.all().filter(({ name }) => name.startsWith("bert."))) {
    const values = tensors.get(weight.name.slice("bert.".length));
    if (values?.length !== weight.variable.size) {
      throw new DataError(
        `loading the BERT checkpoint: ${weight.name} holds ${values?.length ?? "no"} values, ` +
          `expected ${weight.variable.size} by config.json`,
      );
    }
    assignValues(weight, values);
  }
}

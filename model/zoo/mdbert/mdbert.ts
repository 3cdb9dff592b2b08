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
 * Legend: `S` sentences of the batch, `C` channels.
 *
 * @module
 */
import * as v from "valibot";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { PADDING } from "../../../pipeline/schema.ts";
import type { ModelInputs } from "../../inputs.ts";
import { Weights } from "../../layers/weights.ts";
import type { Model } from "../../model.ts";
import type { System, SystemSettings } from "../../system.ts";
import { count, rate } from "../option_schemas.ts";
import { createSingleTask } from "../single_task.ts";
import { type BertConfig, type BertInputs, createBertLinear, loadBert } from "./bert.ts";
import { bertAssets, type BertCheckpointOptions } from "./checkpoint.ts";
import {
  bySentence,
  createDocumentEncoder,
  createSentenceEncoder,
  type DocumentEncoderOptions,
  gatePieces,
} from "./encoders.ts";
import { paddedPieces, type SentenceLimits, type Spelling, splitBatch } from "./sentences.ts";
import { createSpeller } from "./word_pieces.ts";

/** Options of MDBERT. */
export interface MdBertOptions extends BertCheckpointOptions, DocumentEncoderOptions {
  /** Channels of the scratch encoder. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Channels inside its feed-forward parts. */
  readonly intermediate: number;
  /** Dropout of the scratch encoder. */
  readonly dropout: number;
}

/** BERT over each sentence, transformer layers over the sentences, a linear classifier. */
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
  const readSentences = createSentenceEncoder(weights.scope("bert"), bert.config, model);
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
  return {
    ...single,
    spell: words.spell,
    mostTokens: model.sentences * (model.sentencePieces - 2), // as many words of one piece
    lengths: createCounter(words, model),
  };
}

/** Counts the pieces that documents take, padded; of the same documents once, as every token is read. */
function createCounter(spelling: Spelling, limits: SentenceLimits): NonNullable<Model["lengths"]> {
  const counted = new WeakMap<Documents, Int32Array | undefined>();
  return (documents, maxTokens) => {
    if (!counted.has(documents)) {
      counted.set(documents, paddedPieces(documents, maxTokens, spelling, limits));
    }
    return counted.get(documents);
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

/** A sentence may not have more pieces than BERT has positions. Throws `UsageError`. */
function requirePositions({ sentencePieces }: MdBertOptions, config: BertConfig): void {
  if (sentencePieces <= config.max_position_embeddings) return;
  throw new UsageError(
    `building MDBERT: model.sentencePieces is ${sentencePieces}, and the BERT checkpoint reads at most ` +
      `${config.max_position_embeddings} pieces; use --set model.sentencePieces=` +
      `${config.max_position_embeddings}`,
  );
}

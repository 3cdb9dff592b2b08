/**
 * What the benchmark computes with: seeded documents and batches, and MARN at the paper's size.
 *
 * Legend: `B` documents of a batch, `T` tokens (padded width).
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import type { ModelInputs } from "../../model/inputs.ts";
import type { Model } from "../../model/model.ts";
import { createModel } from "../../model/zoo/systems.ts";
import { type BatchingConfig, planPasses } from "../../pipeline/dataset/batches.ts";
import { type Batch, collate, type Documents } from "../../pipeline/dataset/documents.ts";
import { createRandom, type Random } from "../../pipeline/random.ts";
import { type PerTask, perTask } from "../../pipeline/schema.ts";

/** Sizes of one workload. */
export interface Workload {
  /** Documents of a batch, B. */
  readonly documents: number;
  /** Tokens of the longest document, T. */
  readonly tokens: number;
  /** Whether lengths go from 30% to 100% of T (mean 65%); otherwise all are T. */
  readonly mixed: boolean;
  /** Hidden units a direction. */
  readonly hidden: number;
  /** Labels of each task. */
  readonly labels: PerTask<number>;
}

/** Tokens in the vocabulary of MARN's workload. */
export const VOCABULARY = 5000;

/** Rows of MIMIC-III's table of word vectors. */
export const MIMIC_VOCABULARY = 51_919;

/** MARN of this size, without dropout where `quiet`, and its configuration. */
export function createWorkloadModel(
  { hidden, labels }: Workload,
  { quiet = false } = {},
): { model: Model; config: TrainConfig } {
  const drop = quiet ? ["model.embeddingDropout=0", "model.dropout=0"] : [];
  const config = resolveConfig({ set: [`model.hidden=${hidden}`, ...drop] });
  return { model: createModel(config, createInputs(labels, VOCABULARY)), config };
}

/**
 * Whatever any system is built from: words without a meaning, 900 parent codes at most, and titles of
 * eight words.
 */
export function createInputs(counts: PerTask<number>, vocabularySize: number): ModelInputs {
  const random = createRandom(8, "bench titles");
  const vocabulary = Array.from({ length: vocabularySize }, (_, id) => `w${id}`);
  const title = () =>
    Array.from(drawTokens(8, vocabularySize, random), (id) => vocabulary[id]).join(" ");
  const labels = perTask((task) =>
    Array.from({ length: counts[task] }, (_, i) => ({
      code: `${i % 900}.${Math.floor(i / 900)}`,
      title: title(),
    }))
  );
  const embeddings = randomVectors(vocabularySize);
  return { labels, vocabulary, embeddings, embeddingSize: 100, seed: 1 };
}

/** Word vectors of 100 dimensions, [words, 100] row-major; row 0 is zeros. */
function randomVectors(words: number): Float32Array {
  const random = createRandom(1, "bench embeddings");
  return Float32Array.from({ length: words * 100 }, (_, i) => i < 100 ? 0 : random.normal() / 3);
}

/** A batch of random tokens and labels. */
export function createWorkloadBatch(workload: Workload): Batch {
  const lengths = lengthsOf(workload);
  const random = createRandom(2, "bench batch");
  const documents = drawDocuments(lengths, workload.labels, VOCABULARY, random);
  return collate(documents, Int32Array.from(lengths.keys()), workload.tokens);
}

/** Tokens of each document. */
function lengthsOf({ documents, tokens, mixed }: Workload): Int32Array {
  return Int32Array.from({ length: documents }, (_, b) => {
    const share = mixed && documents > 1 ? 0.3 + (0.7 * b) / (documents - 1) : 1;
    return Math.max(1, Math.round(tokens * share));
  });
}

/** Tokens of a workload's batch, padding left out. */
export function workloadTokens(workload: Workload): number {
  return lengthsOf(workload).reduce((sum, length) => sum + length, 0);
}

/** Documents from half to one and a half times `tokens` long, in a vocabulary of MIMIC-III's size. */
export function createDocuments({ documents, tokens, labels }: Workload): Documents {
  const lengths = Int32Array.from(
    { length: documents },
    (_, d) => Math.max(1, Math.round(tokens * (0.5 + (d + 0.5) / documents))),
  );
  return drawDocuments(lengths, labels, MIMIC_VOCABULARY, createRandom(9, "bench documents"));
}

/** Documents of the given lengths with about 15 labels of each task, fewer where there are few. */
function drawDocuments(
  lengths: Int32Array,
  labels: PerTask<number>,
  vocabularySize: number,
  random: Random,
): Documents {
  const texts = Array.from(lengths, (length) => drawTokens(length, vocabularySize, random));
  const drawn = perTask((task) => texts.map(() => drawLabels(labels[task], random)));
  return {
    count: lengths.length,
    lengths,
    tokens: (row) => texts[row]!,
    labels: (task, row) => drawn[task][row]!,
  };
}

/** Every batch as the passes that the trainer would compute it in, longest documents first. */
export function collatePasses(
  documents: Documents,
  config: BatchingConfig,
): readonly (readonly Batch[])[] {
  return planPasses(documents.lengths, config)
    .map((passes) => passes.map((rows) => collate(documents, rows, config.maxTokens)));
}

function drawTokens(length: number, vocabularySize: number, random: Random): Int32Array {
  return Int32Array.from({ length }, () => 2 + random.below(vocabularySize - 2));
}

function drawLabels(labels: number, random: Random): Int32Array {
  const share = Math.min(0.3, 15 / labels);
  return Int32Array.from({ length: labels }, (_, label) => label)
    .filter(() => random.uniform() < share);
}

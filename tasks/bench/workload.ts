/**
 * The workloads of the benchmark: seeded batches, and MARN at the paper's size.
 *
 * Legend: `B` documents, `T` tokens (padded width).
 *
 * @module
 */
import { createModel } from "../../model/zoo/systems.ts";
import type { Model, ModelInputs } from "../../model/model.ts";
import { perTask, type Task } from "../../pipeline/schema.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import type { Batch, LabelRows } from "../../pipeline/dataset/documents.ts";
import { createRandom, type Random } from "../../pipeline/random.ts";

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
  readonly labels: { readonly [task in Task]: number };
}

/** Tokens that the benchmark's vocabulary holds. */
export const VOCABULARY = 5000;

/** MARN of this size, without dropout where `quiet`, with the full label sets' or the top 50's preset. */
export function createWorkloadModel(
  { hidden, labels }: Workload,
  { quiet = false, preset = "mimic3-50" } = {},
): { model: Model; config: TrainConfig } {
  const drop = quiet ? ["model.embeddingDropout=0", "model.dropout=0"] : [];
  const config = resolveConfig({ preset, set: [`model.hidden=${hidden}`, ...drop] });
  const inputs: ModelInputs = {
    vocabularySize: VOCABULARY,
    embeddings: randomVectors(VOCABULARY),
    labels,
    codes: { icd: [], ccs: [] },
    seed: 1,
  };
  return { model: createModel(config, inputs), config };
}

/** Word vectors of 100 dimensions, the first one zero. */
export function randomVectors(words: number): Float32Array {
  const random = createRandom(1, "bench embeddings");
  return Float32Array.from({ length: words * 100 }, (_, i) => i < 100 ? 0 : random.normal() / 3);
}

/** Tokens of each document. */
export function lengthsOf({ documents, tokens, mixed }: Workload): Int32Array {
  return Int32Array.from({ length: documents }, (_, b) => {
    const share = mixed && documents > 1 ? 0.3 + (0.7 * b) / (documents - 1) : 1;
    return Math.max(1, Math.round(tokens * share));
  });
}

/** Tokens of a batch, padding left out. */
export function countTokens(workload: Workload): number {
  return lengthsOf(workload).reduce((sum, length) => sum + length, 0);
}

/** A batch of random tokens and labels. */
export function createWorkloadBatch(workload: Workload): Batch {
  const { documents, tokens, labels } = workload;
  const random = createRandom(2, "bench batch"), lengths = lengthsOf(workload);
  const ids = new Int32Array(documents * tokens);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) ids[b * tokens + t] = 2 + random.below(VOCABULARY - 2);
  });
  return {
    rows: Int32Array.from({ length: documents }, (_, b) => b),
    lengths,
    width: tokens,
    tokens: ids,
    labels: perTask((task) => randomLabels(documents, labels[task], random)),
  };
}

/** About 15 labels a document. */
function randomLabels(documents: number, labels: number, random: Random): LabelRows {
  const share = Math.min(0.3, 15 / labels);
  const offsets = new Int32Array(documents + 1), indices: number[] = [];
  for (let b = 0; b < documents; b++) {
    for (let label = 0; label < labels; label++) if (random.uniform() < share) indices.push(label);
    offsets[b + 1] = indices.length;
  }
  return { offsets, indices: Int32Array.from(indices) };
}

/**
 * Floating-point operations of MARN's forward pass on one token, convolutions counted as direct ones.
 * A training step takes three times as many.
 */
export function operationsPerToken({ hidden, labels }: Workload): number {
  const wide = 2 * hidden, half = hidden, quarter = hidden / 2;
  const recurrence = 2 * 2 * 3 * hidden * (100 + hidden);
  const block = (inputs: number, outputs: number) => 2 * 3 * (inputs * outputs + outputs * outputs);
  const ram = block(wide, half) + block(half, quarter) + block(quarter, quarter) +
    block(quarter, half) + block(half, wide);
  const attention = 2 * 2 * wide * (labels.icd + labels.ccs);
  return recurrence + ram + attention;
}

/**
 * The workloads of the benchmark: seeded batches, and MARN at the paper's size.
 *
 * Legend: `B` documents, `T` tokens (padded width).
 *
 * @module
 */
import { createModel } from "../../model/zoo/index.ts";
import type { Model, ModelInputs, Task } from "../../model/model.ts";
import { resolveConfig } from "../../model/presets.ts";
import type { TrainConfig } from "../../model/config.ts";
import type { Batch, LabelRows } from "../../pipeline/batches.ts";
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

/** MARN of this size, without dropout where `quiet`. */
export function createWorkloadModel(
  { hidden, labels }: Workload,
  { quiet = false } = {},
): { model: Model; config: TrainConfig } {
  const drop = quiet ? ["model.embeddingDropout=0", "model.dropout=0"] : [];
  const config = resolveConfig({ set: [`model.hidden=${hidden}`, "microTokens=1000000", ...drop] });
  const random = createRandom(1, "bench embeddings");
  const inputs: ModelInputs = {
    vocabularySize: VOCABULARY,
    embeddings: Float32Array.from(
      { length: VOCABULARY * 100 },
      (_, i) => i < 100 ? 0 : random.normal() / 3,
    ),
    labels,
    codes: { icd: [], ccs: [] },
    seed: 1,
  };
  return { model: createModel(config, inputs), config };
}

/** A batch of random tokens and labels. */
export function createWorkloadBatch({ documents, tokens, mixed, labels }: Workload): Batch {
  const random = createRandom(2, "bench batch");
  const lengths = Int32Array.from({ length: documents }, (_, b) => {
    const share = mixed && documents > 1 ? 0.3 + (0.7 * b) / (documents - 1) : 1;
    return Math.max(1, Math.round(tokens * share));
  });
  const ids = new Int32Array(documents * tokens);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) ids[b * tokens + t] = 2 + random.below(VOCABULARY - 2);
  });
  return {
    rows: Int32Array.from({ length: documents }, (_, b) => b),
    lengths,
    width: tokens,
    tokens: ids,
    icd: randomLabels(documents, labels.icd, random),
    ccs: randomLabels(documents, labels.ccs, random),
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

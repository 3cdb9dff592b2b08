/**
 * Whether a training step will fit into memory, estimated before the first one: two small steps are
 * measured, and their growth with the tokens extended to the largest step of the run. Steps so small that
 * all weights' gradients outweigh what is kept of the tokens would not show that growth.
 *
 * @module
 */
import { type BatchingConfig, planPasses } from "../../pipeline/dataset/batches.ts";
import type { Batch, Documents } from "../../pipeline/dataset/documents.ts";
import { ResourceError } from "../../pipeline/errors.ts";
import { availableMemory, gigabytes } from "../../pipeline/files/free_memory.ts";
import { type PerTask, perTask, UNKNOWN } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import { tf } from "../engine/tf.ts";
import { documentLengths } from "../passes.ts";
import { batchGradients } from "./step.ts";
import type { Model } from "../model.ts";

/** The padded shape of one forward and backward pass. */
export interface PassShape {
  /** B. */
  readonly documents: number;
  /** T, in tokens. */
  readonly width: number;
}

/** What allocators and kernels take beside the tensors, as a factor on these. */
const OVERHEAD = 1.25;

/** What the largest step of a run takes beside weights and optimiser, estimated, and what is free. */
export interface StepMemory {
  /** The pass with the most padded tokens. */
  readonly shape: PassShape;
  /** Bytes. */
  readonly needed: number;
  /** Bytes. */
  readonly available: number;
  /** Padded tokens of one pass that would fit; 0 where not even one would. */
  readonly fittingTokens: number;
}

/**
 * Estimates the largest step of a run whose model and optimiser are there already.
 *
 * @param available free memory in bytes.
 */
export async function estimateMemory(
  model: Model,
  config: TrainConfig,
  documents: Documents,
  labels: PerTask<number>,
  available: number = availableMemory(),
): Promise<StepMemory> {
  const { mostTokens = Infinity } = model;
  const lengths = documentLengths(model, documents, config.maxTokens)
    .map((length) => Math.min(length, mostTokens));
  const shape = largestPass({ ...config, maxTokens: Infinity }, lengths);
  const { fixed, perToken } = await estimateStep(model, shape, labels);
  return {
    shape,
    needed: fixed + perToken * shape.documents * shape.width,
    available,
    fittingTokens: Math.max(0, Math.floor((available - fixed) / perToken)),
  };
}

/**
 * Refuses a run whose largest step needs more memory than is free. Throws {@linkcode ResourceError}
 * naming both and a `microTokens` that would fit.
 */
export function requireMemory(
  memory: StepMemory,
  { maxTokens }: Pick<TrainConfig, "maxTokens">,
): void {
  const { shape, needed, available, fittingTokens } = memory;
  if (needed <= available) return;
  const fitting = Math.floor(fittingTokens / 1000) * 1000;
  const remedy = fitting >= maxTokens
    ? `use --set microTokens=${fitting}, or --ignore-memory`
    : "free memory, lower maxTokens or batchSize, or use --ignore-memory";
  throw new ResourceError(
    `training steps of ${shape.documents} × ${shape.width} tokens need about ` +
      `${gigabytes(needed)} of memory and ${gigabytes(available)} are free; ${remedy}`,
  );
}

/** The pass with the most padded tokens in the run's first epoch. */
export function largestPass(config: BatchingConfig, lengths: Int32Array): PassShape {
  const { maxTokens } = config;
  let largest: PassShape = { documents: 0, width: 0 };
  for (const rows of planPasses(lengths, config, 0).flat()) {
    const width = rows.reduce((most, row) => Math.max(most, Math.min(lengths[row]!, maxTokens)), 1);
    if (rows.length * width > largest.documents * largest.width) {
      largest = { documents: rows.length, width };
    }
  }
  return largest;
}

/**
 * Bytes that a step takes beside what is allocated already: `fixed`, and `perToken` for each of the
 * documents' padded tokens. The model's statistics are left as they were.
 */
export async function estimateStep(
  model: Model,
  shape: PassShape,
  labels: PerTask<number>,
): Promise<{ fixed: number; perToken: number }> {
  const statistics = model.weights.all().filter(({ trainable }) => !trainable)
    .map(({ variable }) => ({ variable, kept: tf.clone(variable) }));
  const of = (width: number) => measureStep(model, { ...shape, width }, labels);
  let small = Math.ceil(shape.width / 32);
  let low = await of(small);
  while (endsHighest(low) && small < shape.width) {
    small = Math.min(shape.width, 2 * small);
    low = await of(small);
  }
  const large = Math.max(small + 1, Math.min(4 * small, shape.width));
  const high = await of(large);
  for (const { variable, kept } of statistics) {
    variable.assign(kept);
    kept.dispose();
  }
  const perToken = Math.max(0, (high.peak - low.peak) / (large - small) / shape.documents);
  return {
    fixed: OVERHEAD * Math.max(0, low.peak - perToken * small * shape.documents),
    perToken: OVERHEAD * perToken,
  };
}

/** What a step took, in bytes. */
interface StepBytes {
  readonly peak: number;
  /** Of the loss and the gradients, which do not grow with the tokens. */
  readonly results: number;
}

/** Whether most was taken at the step's end, where results stand beside what they are summed from. */
function endsHighest({ peak, results }: StepBytes): boolean {
  return peak < 2.1 * results;
}

async function measureStep(
  model: Model,
  shape: PassShape,
  labels: PerTask<number>,
): Promise<StepBytes> {
  const before = tf.memory().numBytes;
  let results = 0;
  const { peakBytes } = await tf.profile(() => {
    const { loss, byName } = batchGradients(model, [blankBatch(shape)], labels, {
      training: true,
      seed: 0,
    });
    results = tf.memory().numBytes - before;
    tf.dispose([loss, ...byName.values()]);
  });
  return { peak: peakBytes - before, results };
}

/** Documents of unknown tokens without labels. */
function blankBatch({ documents, width }: PassShape): Batch {
  const none = { offsets: new Int32Array(documents + 1), indices: new Int32Array() };
  return {
    rows: Int32Array.from({ length: documents }, (_, row) => row),
    lengths: new Int32Array(documents).fill(width),
    width,
    tokens: new Int32Array(documents * width).fill(UNKNOWN),
    labels: perTask(() => none),
  };
}

/**
 * What a run will cost, measured: training steps of it, and scoring, on documents of median length.
 *
 * @module
 */
import { flatten, type TrainConfig } from "../../model/config/config.ts";
import { readDocuments } from "../../model/run/read_documents.ts";
import { buildModel } from "../../model/run/restore.ts";
import { trainStep } from "../../model/train/step.ts";
import type { Model } from "../../model/model.ts";
import { createOptimizer } from "../../model/train/optimizer.ts";
import { planModelPasses } from "../../model/passes.ts";
import { scoreBatch } from "../../model/scoring.ts";
import { type Batch, collate, type Documents } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import type { RunStatus } from "./status.ts";

/** What a run costs on this machine. */
export interface RunCost {
  /** Seconds of an epoch: training, and scoring the dev split. */
  readonly epoch: number;
  /** Seconds of the evaluation at the end. */
  readonly evaluation: number;
  /** Bytes of its checkpoints. */
  readonly bytes: number;
}

/** Measurements are repeated until so many seconds were spent on them, three times at most. */
const PATIENCE = 2;

/** Keys that change what is learnt, and not how long a step or an epoch takes. */
const COSTLESS = /^(loss\.(alpha|gamma|icdWeight)|optimizer\.|epochs$|patience$|monitor$|seed$)/;

/** The same for configurations whose steps cost the same. */
export function costKey(config: TrainConfig): string {
  return JSON.stringify([...flatten(config)].filter(([key]) => !COSTLESS.test(key)));
}

/** Measures what a run of this configuration costs. */
export async function measureCost(config: TrainConfig, dataset: Dataset): Promise<RunCost> {
  using documents = await readDocuments(config, dataset, "train");
  const model = await buildModel(config, dataset);
  try {
    const plan = planModelPasses(model, documents, config, 0);
    const batch = medianBatch(plan, documents, config);
    const step = await measureStep(config, model, batch, dataset);
    const score = await medianSeconds(async () => {
      for (const part of batch) await scoreBatch(model, part);
    });
    const { dev, test } = dataset.manifest.documents;
    const batches = (documents: number) => Math.ceil(documents / config.batchSize);
    return {
      epoch: plan.length * step + batches(dev) * score,
      evaluation: (batches(dev) + batches(test)) * score,
      bytes: checkpointBytes(model),
    };
  } finally {
    model.weights.dispose();
  }
}

/** Seconds that are left of a run where it stands, if it trains all its epochs. */
export function secondsLeft(status: RunStatus, cost: RunCost, epochs: number): number {
  switch (status.kind) {
    case "finished":
      return 0;
    case "trained":
      return cost.evaluation;
    case "begun":
      return (epochs - status.state.epoch) * cost.epoch + cost.evaluation;
    case "new":
      return epochs * cost.epoch + cost.evaluation;
  }
}

/** The batch whose longest document is the median over batches, as the trainer computes it. */
function medianBatch(
  plan: readonly (readonly Int32Array[])[],
  documents: Documents,
  config: TrainConfig,
): Batch[] {
  const width = (passes: readonly Int32Array[]) =>
    Math.max(...passes.map((rows) => Math.max(...rows.map((row) => documents.lengths[row]!))));
  const ordered = plan.toSorted((a, b) => width(a) - width(b));
  return ordered[Math.floor(ordered.length / 2)]!
    .map((rows) => collate(documents, rows, config.maxTokens));
}

async function measureStep(
  config: TrainConfig,
  model: Model,
  batch: readonly Batch[],
  { manifest: { labels } }: Dataset,
): Promise<number> {
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const { learningRate } = config.optimizer;
  try {
    return await medianSeconds(async () => {
      await trainStep({ model, optimizer, labels }, batch, { seed: 1, learningRate });
    });
  } finally {
    optimizer.dispose();
  }
}

/** Median seconds of some repetitions, after one that warms up. */
async function medianSeconds(work: () => Promise<void>): Promise<number> {
  await work();
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < 3 && (times.length === 0 || performance.now() - begun < PATIENCE * 1000)) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

/** The best weights, and the last two checkpoints with two moments of each trained weight. */
function checkpointBytes({ weights }: Model): number {
  const all = weights.all().reduce((sum, { variable }) => sum + variable.size, 0);
  return 4 * (all + 2 * (all + 2 * weights.parameterCount()));
}

/**
 * MARN's whole training step and inference, with the rate of matrix products measured between them.
 *
 * @module
 */
import { tf } from "../../../model/engine/tf.ts";
import { disposeTokens, feedTokens } from "../../../model/feed.ts";
import { batchGradients } from "../../../model/train/step.ts";
import type { Model } from "../../../model/model.ts";
import type { PerTask } from "../../../pipeline/schema.ts";
import { createOptimizer, type Optimizer } from "../../../model/train/optimizer.ts";
import type { Batch } from "../../../pipeline/dataset/documents.ts";
import { deriveSeed } from "../../../pipeline/random.ts";
import { peakMemory, timeOnce } from "../measure.ts";
import { createWorkloadBatch, createWorkloadModel, type Workload } from "../workload.ts";
import { measureMatmul } from "./matmul.ts";

/** Seconds of every run, and what was measured beside them. */
export interface ModelTimes {
  /** Seconds of every run. */
  readonly seconds: readonly number[];
  /** Largest memory before the first matrix product. */
  readonly peak: number;
  /** The largest rate of a matrix product, FLOP/s. */
  readonly more: { readonly matmul: number };
}

/** Training steps: gradients, clipping, update, and the loss read back. */
export function timeStep(workload: Workload, runs: number): Promise<ModelTimes> {
  const { model, config } = createWorkloadModel(workload);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const batch = createWorkloadBatch(workload);
  let step = 0;
  return timeModel(
    workload,
    runs,
    () => trainOnce({ model, optimizer, labels: workload.labels }, [batch], step++),
  );
}

/** What a step updates. */
export interface Training {
  /** The model. */
  readonly model: Model;
  /** Its optimiser. */
  readonly optimizer: Optimizer;
  /** Numbers of labels. */
  readonly labels: PerTask<number>;
}

/** One step on a batch given in parts, as the trainer takes it. */
export async function trainOnce(
  { model, optimizer, labels }: Training,
  parts: readonly Batch[],
  step: number,
): Promise<void> {
  const mode = { training: true, seed: deriveSeed(1, "step", step) };
  const { loss, byName } = batchGradients(model, parts, labels, mode);
  const norm = optimizer.update(byName);
  const watched = tf.tidy(() => tf.stack([loss, norm]));
  tf.dispose([loss, norm, ...byName.values()]);
  await watched.data();
  watched.dispose();
}

/** Forward passes without training. */
export function timeInference(workload: Workload, runs: number): Promise<ModelTimes> {
  const { model } = createWorkloadModel(workload);
  const batch = createWorkloadBatch(workload);
  return timeModel(workload, runs, () => {
    const tokens = feedTokens(batch);
    tf.tidy(() => {
      const outputs = model.forward(tokens, { training: false, seed: 0 });
      model.tasks.forEach((task) => outputs[task]!.dataSync());
    });
    disposeTokens(tokens);
  });
}

/** One uncounted run, then runs and matrix products in turn, so that both meet the same machine. */
async function timeModel(
  { documents, tokens }: Workload,
  runs: number,
  work: () => void | Promise<void>,
): Promise<ModelTimes> {
  await work();
  const seconds: number[] = [], rates: number[] = [];
  let peak = 0;
  while (seconds.length < runs) {
    seconds.push(await timeOnce(work));
    if (rates.length === 0) peak = peakMemory();
    rates.push(await measureMatmul(documents * tokens));
  }
  return { seconds, peak, more: { matmul: Math.max(...rates) } };
}

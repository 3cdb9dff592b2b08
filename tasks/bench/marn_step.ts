/**
 * MARN's training step and inference: whole, and by part.
 *
 * Legend: `B` documents, `T` tokens, `D` features, `L` labels.
 *
 * @module
 */
import { type Scalar, type Tensor, tf, type Variable } from "../../model/engine/tf.ts";
import { disposeTokens, feedTargets, feedTokens } from "../../model/feed.ts";
import { batchGradients } from "../../model/gradients.ts";
import { createGru } from "../../model/layers/gru.ts";
import { createLabelAttention } from "../../model/layers/label_attention.ts";
import { createRam } from "../../model/layers/recalibrate.ts";
import { createLoss } from "../../model/loss.ts";
import type { Mode, TokenBatch } from "../../model/model.ts";
import { createOptimizer } from "../../model/optimizer.ts";
import { base } from "../../model/presets.ts";
import { Weights } from "../../model/weights.ts";
import { createWords } from "../../model/zoo/words.ts";
import { createRandom } from "../../pipeline/random.ts";
import { median, timeRuns } from "./measure.ts";
import { createWorkloadBatch, createWorkloadModel, VOCABULARY, type Workload } from "./workload.ts";

/** Seconds of a part, median over runs. */
export interface PartTime {
  /** Name of the part. */
  readonly part: string;
  /** Forward pass. */
  readonly forward: number;
  /** Backward pass: what differentiation adds to it. */
  readonly backward: number;
}

/** Seconds of every run of a whole training step: gradients, clipping, update, and the loss read back. */
export function timeStep(workload: Workload, runs: number): Promise<number[]> {
  const { model, config } = createWorkloadModel(workload);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const batch = createWorkloadBatch(workload);
  let step = 0;
  return timeRuns(runs, async () => {
    const mode = { training: true, seed: step++ };
    const { loss, byName } = batchGradients(model, [batch], workload.labels, mode);
    const norm = optimizer.update(byName);
    await loss.data();
    tf.dispose([loss, norm, ...byName.values()]);
  });
}

/** Seconds of every run of a forward pass without training. */
export function timeInference(workload: Workload, runs: number): Promise<number[]> {
  const { model } = createWorkloadModel(workload);
  const batch = createWorkloadBatch(workload);
  return timeRuns(runs, () => {
    tf.tidy(() => {
      const outputs = model.forward(feedTokens(batch), { training: false, seed: 0 });
      model.tasks.forEach((task) => outputs[task]!.dataSync());
    });
  });
}

/** A step's parts, each on its own with inputs of the right size. */
export async function timeParts(workload: Workload, runs: number): Promise<PartTime[]> {
  const batch = createWorkloadBatch(workload), tokens = feedTokens(batch);
  const weights = new Weights(1), width = 2 * workload.hidden;
  const mode = { training: true, seed: 7 };
  const words = createWords(weights, "words", {
    embeddingDropout: 0.2,
    trainEmbedding: false,
    unitEmbedding: false,
  }, {
    vocabularySize: VOCABULARY,
    embeddings: new Float32Array(VOCABULARY * 100),
    labels: workload.labels,
    codes: { icd: [], ccs: [] },
    seed: 1,
  });
  const gru = createGru(weights.scope("gru"), 100, workload.hidden, {
    bidirectional: true,
    frozenInput: true,
  });
  const ram = createRam(weights.scope("ram"), width, 0.2);
  const heads = (["icd", "ccs"] as const).map((task) =>
    createLabelAttention(weights.scope(task), width, workload.labels[task])
  );
  const vectors = noise(tokens, 100), features = noise(tokens, width);
  const targets = feedTargets(batch, ["icd", "ccs"], workload.labels);
  const logits = tf.variable(noiseOf([workload.documents, workload.labels.icd]));
  const loss = createLoss(base.loss);

  const times: PartTime[] = [
    await timePart("embedding", runs, [], () => words(tokens, mode)),
    await timePart("recurrence", runs, under(weights, "gru"), () => gru(vectors, tokens)),
    await timePart(
      "RAM",
      runs,
      [...under(weights, "ram"), features],
      () => ram(features, tokens, mode),
    ),
    await timePart(
      "attention",
      runs,
      [...under(weights, "icd"), ...under(weights, "ccs"), features],
      () => tf.concat(heads.map((head) => head.logits(features, tokens)), 1),
    ),
    await timePart("loss", runs, [logits], () => loss(logits, targets.icd!)),
    await timeUpdate(workload, runs),
  ];
  tf.dispose([vectors, features, logits, ...Object.values(targets)]);
  disposeTokens(tokens);
  weights.dispose();
  return times;
}

async function timePart(
  part: string,
  runs: number,
  variables: readonly Variable[],
  work: () => Tensor,
): Promise<PartTime> {
  const forward = median(
    await timeRuns(runs, () => {
      tf.tidy(() => void readOne(work()));
    }),
  );
  if (variables.length === 0) return { part, forward, backward: 0 };
  const whole = median(
    await timeRuns(runs, () => {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(work()) as Scalar, [...variables]);
        Object.values(grads).forEach(readOne);
      });
    }),
  );
  return { part, forward, backward: Math.max(0, whole - forward) };
}

/** The optimiser's step over MARN's weights, gradients being there. */
async function timeUpdate(workload: Workload, runs: number): Promise<PartTime> {
  const { model, config } = createWorkloadModel(workload);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const gradients = new Map(
    model.weights.trainable().map(({ name, variable }) => [name, tf.onesLike(variable)]),
  );
  const seconds = await timeRuns(runs, () => {
    const norm = optimizer.update(gradients);
    norm.dataSync();
    norm.dispose();
  });
  tf.dispose([...gradients.values()]);
  optimizer.dispose();
  model.weights.dispose();
  return { part: "update", forward: median(seconds), backward: 0 };
}

/** Waits for a tensor by reading one element of it. */
function readOne(x: Tensor): void {
  tf.tidy(() => void tf.slice(tf.reshape(x, [-1]), [0], [1]).dataSync());
}

function under(weights: Weights, scope: string): Variable[] {
  return weights.trainable().filter(({ name }) => name.startsWith(`${scope}.`))
    .map(({ variable }) => variable);
}

/** Normal deviates [B, T, channels] as a variable, zero on padding. */
function noise({ size, width, mask }: TokenBatch, channels: number): Variable {
  return tf.variable(
    tf.tidy(() => tf.mul(noiseOf([size, width, channels]), tf.expandDims(mask, 2))),
  );
}

function noiseOf(shape: number[]): Tensor {
  const random = createRandom(3, "bench noise");
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.uniform() - 0.5), shape);
}

/** Largest rate of a matrix product of the model's shapes, in FLOP/s. */
export async function largestMatmulRate(runs: number): Promise<number> {
  const rates: number[] = [];
  for (
    const [rows, inner, columns] of [[16000, 1800, 300], [16000, 600, 600], [4096, 1024, 1024]]
  ) {
    const a = noiseOf([rows!, inner!]), b = noiseOf([inner!, columns!]);
    const seconds = await timeRuns(runs, () => {
      tf.tidy(() => readOne(tf.matMul(a, b)));
    });
    tf.dispose([a, b]);
    rates.push((2 * rows! * inner! * columns!) / Math.min(...seconds));
  }
  return Math.max(...rates);
}

/** Loss and logits of a workload without dropout: what a peer must compute too. */
export function computeCheck(workload: Workload, mode: Mode): {
  readonly logits: Float32Array;
  readonly loss: number;
  readonly weights: Weights;
} {
  const { model } = createWorkloadModel(workload, { quiet: true });
  const batch = createWorkloadBatch(workload), tokens = feedTokens(batch);
  const targets = feedTargets(batch, model.tasks, workload.labels);
  const [logits, loss] = tf.tidy(() => {
    const outputs = model.forward(tokens, mode);
    const joined = tf.concat(model.tasks.map((task) => outputs[task]!), 1);
    return [joined.dataSync() as Float32Array, model.loss(outputs, targets).dataSync()[0]!];
  });
  disposeTokens(tokens);
  tf.dispose(Object.values(targets));
  return { logits, loss, weights: model.weights };
}

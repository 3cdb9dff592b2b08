/**
 * The parts of MARN's training step, each on its own with inputs of the right size.
 *
 * Legend: `B` documents, `T` tokens.
 *
 * @module
 */
import { type Scalar, type Tensor, tf, type Variable } from "../../../model/engine/tf.ts";
import { disposeTokens, feedTargets, feedTokens } from "../../../model/feed.ts";
import { createGru } from "../../../model/layers/recurrence/recurrent.ts";
import { createLabelAttention } from "../../../model/layers/label_attention.ts";
import { createRam } from "../../../model/layers/recalibrate.ts";
import { createLoss } from "../../../model/loss.ts";
import type { TokenBatch } from "../../../model/model.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { base } from "../../../model/config/presets.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { createWords } from "../../../model/zoo/embed.ts";
import { median, timeRuns } from "../measure.ts";
import {
  createWorkloadBatch,
  createWorkloadModel,
  VOCABULARY,
  type Workload,
} from "../workload.ts";
import { noiseOf, readOne } from "./matmul.ts";

/** Seconds of a part, median over runs. */
export interface PartTime {
  /** Name of the part. */
  readonly part: string;
  /** Forward pass; the update's only one. */
  readonly forward: number;
  /** Backward pass: what differentiation adds to it. */
  readonly backward: number;
}

/** A part's work and what it is differentiated in. */
interface Part {
  readonly part: string;
  readonly variables: readonly Variable[];
  readonly work: () => Tensor;
}

/** A step's parts. */
export async function timeParts(workload: Workload, runs: number): Promise<PartTime[]> {
  const batch = createWorkloadBatch(workload), tokens = feedTokens(batch);
  const targets = feedTargets(batch, ["icd", "ccs"], workload.labels);
  const weights = new Weights(1);
  const inputs = {
    vectors: noise(tokens, 100),
    features: noise(tokens, 2 * workload.hidden),
    icd: tf.variable(noiseOf([workload.documents, workload.labels.icd])),
    ccs: tf.variable(noiseOf([workload.documents, workload.labels.ccs])),
  };
  const loss = createLoss(base.loss);
  const parts: Part[] = [
    ...layers(weights, workload, tokens, inputs),
    {
      part: "loss",
      variables: [inputs.icd, inputs.ccs],
      work: () => tf.add(loss(inputs.icd, targets.icd!), loss(inputs.ccs, targets.ccs!)),
    },
  ];
  const times: PartTime[] = [];
  for (const part of parts) times.push(await timePart(part, runs));
  tf.dispose([...Object.values(inputs), ...Object.values(targets)]);
  disposeTokens(tokens);
  weights.dispose();
  return [...times, await timeUpdate(workload, runs)];
}

/** Embedding, recurrence, RAM and attention, as MARN has them. */
function layers(
  weights: Weights,
  { hidden, labels }: Workload,
  tokens: TokenBatch,
  { vectors, features }: { readonly vectors: Variable; readonly features: Variable },
): Part[] {
  const mode = { training: true, seed: 7 }, width = 2 * hidden;
  const words = createWords(weights, "words", {
    embeddingDropout: 0.2,
    trainEmbedding: false,
    unitEmbedding: false,
  }, {
    vocabularySize: VOCABULARY,
    embeddings: new Float32Array(VOCABULARY * 100),
    labels,
    codes: { icd: [], ccs: [] },
    seed: 1,
  });
  const gru = createGru(weights.scope("gru"), 100, hidden, {
    bidirectional: true,
    frozenInput: true,
  });
  const ram = createRam(weights.scope("ram"), width, 0.2);
  const heads = (["icd", "ccs"] as const).map((task) =>
    createLabelAttention(weights.scope(`heads.${task}`), width, labels[task])
  );
  const under = (scope: string) =>
    weights.trainable().filter(({ name }) => name.startsWith(`${scope}.`))
      .map(({ variable }) => variable);
  return [
    { part: "embedding", variables: [], work: () => words(tokens, mode) },
    { part: "recurrence", variables: under("gru"), work: () => gru(vectors, tokens) },
    {
      part: "RAM",
      variables: [...under("ram"), features],
      work: () => ram(features, tokens, mode),
    },
    {
      part: "attention",
      variables: [...under("heads"), features],
      work: () => tf.concat(heads.map((head) => head.logits(features, tokens)), 1),
    },
  ];
}

async function timePart({ part, variables, work }: Part, runs: number): Promise<PartTime> {
  const forward = median(await timeRuns(runs, () => tf.tidy(() => readOne(work()))));
  if (variables.length === 0) return { part, forward, backward: 0 };
  const differentiate = () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(work()) as Scalar, [...variables]);
      Object.values(grads).forEach(readOne);
    });
  const whole = median(await timeRuns(runs, differentiate));
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

/** Uniform deviates [B, T, channels] as a variable, zero on padding. */
function noise({ size, width, mask }: TokenBatch, channels: number): Variable {
  return tf.variable(
    tf.tidy(() => tf.mul(noiseOf([size, width, channels]), tf.expandDims(mask, 2))),
  );
}

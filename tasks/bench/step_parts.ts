/**
 * The parts of MARN's training step, each on its own with inputs of the right size.
 *
 * Legend: `B` documents, `T` tokens, `H` hidden units a direction, `L` labels.
 *
 * @module
 */
import { base } from "../../model/config/presets.ts";
import { openEngine } from "../cli/engine.ts";
import { type Scalar, type Tensor, tf, type Variable } from "../../model/engine/tf.ts";
import { feedTargets, feedTokens } from "../../model/feed.ts";
import { createLabelAttention } from "../../model/layers/label_attention.ts";
import { createRam } from "../../model/layers/recalibrate.ts";
import { createGru } from "../../model/layers/recurrence/recurrent.ts";
import { Weights } from "../../model/layers/weights.ts";
import { createLoss } from "../../model/loss.ts";
import type { Targets, TokenBatch } from "../../model/model.ts";
import { createOptimizer } from "../../model/train/optimizer.ts";
import { createEmbed } from "../../model/zoo/embed.ts";
import { perTask, TASKS } from "../../pipeline/schema.ts";
import { median, timeRuns } from "./measure.ts";
import { answer, type Work } from "./process.ts";
import { noiseOf, readOne } from "./rates.ts";
import type { ResultTable } from "./results.ts";
import type { BenchSession } from "./session.ts";
import {
  createInputs,
  createWorkloadBatch,
  createWorkloadModel,
  VOCABULARY,
  type Workload,
} from "./workload.ts";

/** Seconds of a part, median over runs. */
export interface PartTime {
  /** Name of the part. */
  readonly part: string;
  /** Of the forward pass; the update has only one. */
  readonly forward: number;
  /** What differentiation adds to it; undefined where that is nothing. */
  readonly backward?: number | undefined;
}

/** Each part's seconds and its share of their sum. */
export async function measureParts(session: BenchSession): Promise<ResultTable> {
  const { more: parts } = await session.ours("parts of a step", partsWork);
  const secondsOf = ({ forward, backward = 0 }: PartTime) => forward + backward;
  const sum = parts.reduce((sum, part) => sum + secondsOf(part), 0);
  const rows = parts.map((part) => ({
    part: part.part,
    forward: part.forward,
    backward: part.backward,
    share: secondsOf(part) / sum,
  }));
  return {
    title: "A training step by part, each measured alone",
    columns: [
      { key: "part", head: "part", unit: "text" },
      { key: "forward", head: "forward", unit: "seconds" },
      { key: "backward", head: "backward", unit: "seconds" },
      { key: "share", head: "share of the sum", unit: "percent" },
    ],
    rows: [...rows, { part: "sum", forward: sum }],
  };
}

/** A step's parts, in its order. */
const partsWork: Work<readonly PartTime[]> = {
  name: "parts",
  script: import.meta.url,
  async run({ workload, runs }) {
    await openEngine("auto");
    const inputs = createPartInputs(workload);
    const times: PartTime[] = [];
    for (const part of [...encoderParts(inputs), ...headParts(inputs)]) {
      times.push(await timePart(part, runs));
    }
    times.push(await timeUpdate(workload, runs));
    return { seconds: [], more: times };
  },
};

/** A part's work and what it is differentiated in. */
interface Part {
  readonly part: string;
  readonly variables: readonly Variable[];
  readonly work: () => Tensor;
}

/** What the parts compute from, and where their weights are. */
interface PartInputs {
  readonly workload: Workload;
  readonly tokens: TokenBatch;
  readonly targets: Targets;
  /** [B, T, 2H]. */
  readonly features: Variable;
  readonly weights: Weights;
}

function createPartInputs(workload: Workload): PartInputs {
  const batch = createWorkloadBatch(workload);
  const tokens = feedTokens(batch);
  return {
    workload,
    tokens,
    targets: feedTargets(batch, TASKS, workload.labels),
    features: noise(tokens, 2 * workload.hidden),
    weights: new Weights(1),
  };
}

/** Word vectors, recurrence and RAM, as MARN has them. */
function encoderParts({ workload, tokens, features, weights }: PartInputs): Part[] {
  const { hidden, labels } = workload;
  const mode = { training: true, seed: 7 };
  const vectors = noise(tokens, 100); // [B, T, 100]
  const embed = createEmbed(
    weights.scope("words"),
    { embeddingDropout: 0.2, trainEmbedding: false, unitEmbedding: false },
    createInputs(labels, VOCABULARY),
  );
  const gru = createGru(weights.scope("gru"), 100, hidden, {
    bidirectional: true,
    frozenInput: true,
  });
  const ram = createRam(weights.scope("ram"), 2 * hidden, { dropout: 0.2 });
  return [
    { part: "embedding", variables: [], work: () => embed(tokens, mode) },
    { part: "recurrence", variables: under(weights, "gru"), work: () => gru(vectors, tokens) },
    {
      part: "RAM",
      variables: [...under(weights, "ram"), features],
      work: () => ram(features, tokens, mode),
    },
  ];
}

/** Label attention and loss of every task. */
function headParts({ workload, tokens, targets, features, weights }: PartInputs): Part[] {
  const { documents, hidden, labels } = workload;
  const logits = perTask((task) => tf.variable(noiseOf([documents, labels[task]]))); // [B, L]
  const heads = TASKS.map((task) =>
    createLabelAttention(weights.scope(`heads.${task}`), 2 * hidden, labels[task])
  );
  const loss = createLoss(base.loss);
  return [
    {
      part: "attention",
      variables: [...under(weights, "heads"), features],
      work: () => tf.concat(heads.map((head) => head.logits(features, tokens)), 1),
    },
    {
      part: "loss",
      variables: Object.values(logits),
      work: () => tf.addN(TASKS.map((task) => loss(logits[task], targets[task]!))),
    },
  ];
}

/** The trained weights of a scope. */
function under(weights: Weights, scope: string): Variable[] {
  return weights.trainable().filter(({ name }) => name.startsWith(`${scope}.`))
    .map(({ variable }) => variable);
}

async function timePart({ part, variables, work }: Part, runs: number): Promise<PartTime> {
  const forward = median(await timeRuns(runs, () => tf.tidy(() => readOne(work()))));
  if (variables.length === 0) return { part, forward };
  const differentiate = () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(work()) as Scalar, [...variables]);
      Object.values(grads).forEach(readOne);
    });
  const whole = median(await timeRuns(runs, differentiate));
  return { part, forward, backward: whole > forward ? whole - forward : undefined };
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
  return { part: "update", forward: median(seconds) };
}

/** Uniform deviates [B, T, channels] as a variable, zero on padding. */
function noise({ size, width, mask }: TokenBatch, channels: number): Variable {
  return tf.variable(
    tf.tidy(() => tf.mul(noiseOf([size, width, channels]), tf.expandDims(mask, 2))),
  );
}

if (import.meta.main) await answer([partsWork]);

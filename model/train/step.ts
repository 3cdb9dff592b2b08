/**
 * One step of training: the gradient of a batch's loss, summed over micro-batches, and the update.
 *
 * @module
 */
import type { Batch } from "../../pipeline/dataset/documents.ts";
import { deriveSeed } from "../../pipeline/random.ts";
import { type NamedTensors, type Scalar, tf, type Variable } from "../engine/tf.ts";
import { type GradientWatcher, watchGradients } from "../engine/watch_gradients.ts";
import { feedTargets, feedTokens } from "../feed.ts";
import type { Model } from "../model.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import type { AcrossRanks, Mode } from "../layers/positions.ts";
import type { GradientExchange, Gradients } from "./gradient_exchange.ts";
import type { Optimizer } from "./optimizer.ts";

/** What a step trains. */
export interface Learner {
  /** Its weights are updated in place. */
  readonly model: Model;
  readonly optimizer: Optimizer;
  /** Number of labels of each task. */
  readonly labels: PerTask<number>;
}

/** What a step draws from and how far it goes. */
export interface StepOptions {
  readonly seed: number;
  readonly learningRate: number;
  /** Of a batch that ranks divide; absent where the parts are the whole of it. */
  readonly division?: Division | undefined;
}

/** A batch that ranks divide, as one of them sees it. */
export interface Division {
  /** How many documents the whole batch has, those of other ranks included. */
  readonly documents: number;
  /** The parts, by index, whose documents are another rank's and count for nothing. */
  readonly idle: ReadonlySet<number>;
  readonly exchange: GradientExchange;
  /** Where batch norm takes the statistics of all ranks. */
  readonly gather?: AcrossRanks["gather"] | undefined;
}

/** What one optimiser step came to. Where either is not finite, the weights no longer are either. */
export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
}

/**
 * One optimiser step on the batch that `parts` make up. Its only wait for the device is for the loss
 * and the gradient's norm.
 */
export async function trainStep(
  { model, optimizer, labels }: Learner,
  parts: readonly Batch[],
  { seed, learningRate, division }: StepOptions,
): Promise<StepResult> {
  const own = batchGradients(model, parts, labels, { training: true, seed }, division);
  const { loss, byName } = division ? await division.exchange.collect(own) : own;
  const norm = optimizer.update(byName, learningRate);
  const watched = tf.tidy(() => tf.stack([loss, norm]));
  tf.dispose([loss, ...byName.values(), norm]);
  const [lossValue, gradientNorm] = await watched.data() as unknown as [number, number];
  watched.dispose();
  return { loss: lossValue, gradientNorm };
}

/**
 * Loss and gradients of the batch that `parts` make up. A loss is a mean over documents, so each part
 * weighs by its share of them: the sum is the gradient of the batch taken whole, wherever no layer
 * mixes documents (batch norm in training does: its statistics are each part's own).
 *
 * @param labels number of labels of each task.
 * @param mode its seed is the step's; every part draws from one derived from it.
 * @param division where the parts are this rank's of a larger batch: what they add to its loss and
 * gradients. Then every document draws by itself, so that its draws do not depend on the division, and
 * the exchange hears of the gradients while the last part's backward pass goes on.
 */
export function batchGradients(
  model: Model,
  parts: readonly Batch[],
  labels: PerTask<number>,
  mode: Mode,
  division?: Division,
): Gradients {
  const documents = division?.documents ?? parts.reduce((sum, { rows }) => sum + rows.length, 0);
  let total: NamedTensors = {};
  parts.forEach((part, index) => {
    const isIdle = division?.idle.has(index) ?? false;
    const share = isIdle ? 0 : part.rows.length / documents;
    const partMode = division
      ? { ...mode, draws: part.rows, across: across(division, isIdle) }
      : { ...mode, seed: deriveSeed(mode.seed, "part", index) };
    const exchange = index === parts.length - 1 ? division?.exchange : undefined;
    if (exchange) addAll(exchange, total);
    const next = tf.tidy(() =>
      addTo(total, partGradients(model, part, labels, partMode, { share, exchange }))
    );
    tf.dispose(total);
    total = next;
  });
  const { loss, ...byName } = total;
  return { loss: loss as Scalar, byName: new Map(Object.entries(byName)) };
}

function across({ gather }: Division, idle: boolean): AcrossRanks | undefined {
  return gather && { gather, idle };
}

/** Hands over the gradients that earlier parts came to. */
function addAll(exchange: GradientExchange, { loss: _loss, ...byName }: NamedTensors): void {
  for (const [name, gradient] of Object.entries(byName)) exchange.add(name, gradient);
}

/** What a part's gradients are for. */
interface PartOptions {
  /** Share of the batch's documents that the part has. */
  readonly share: number;
  /** Hears of every gradient as soon as it is there. */
  readonly exchange?: GradientExchange | undefined;
}

/** `loss` and the gradients by weight name, all times `share`. */
function partGradients(
  model: Model,
  part: Batch,
  labels: PerTask<number>,
  mode: Mode,
  { share, exchange }: PartOptions,
): NamedTensors {
  const tokens = feedTokens(part);
  const targets = feedTargets(part, model.tasks, labels);
  const trainable = model.weights.trainable();
  const variables = trainable.map(({ variable }) => variable);
  const { value, grads } = tf.variableGrads(() => {
    const loss = tf.mul<Scalar>(model.loss(tokens, targets, mode), share);
    if (exchange) watchGradients(loss, variables, exchangeWatcher(model, exchange));
    return loss;
  }, variables);
  const named: NamedTensors = { loss: value };
  for (const { name, variable } of trainable) {
    const gradient = grads[variable.name];
    if (gradient) named[name] = gradient;
  }
  return named;
}

/** Passes gradients on under their weights' names. */
function exchangeWatcher({ weights }: Model, exchange: GradientExchange): GradientWatcher {
  const names = new Map(weights.trainable().map(({ name, variable }) => [variable.id, name]));
  const nameOf = ({ id }: Variable) => names.get(id)!;
  return {
    onPart: (variable, part) => exchange.add(nameOf(variable), part),
    onWhole: (variable) => exchange.finish(nameOf(variable)),
  };
}

/** Sums by name. A tensor that only one side has is kept as it is. */
function addTo(total: NamedTensors, part: NamedTensors): NamedTensors {
  const names = new Set([...Object.keys(total), ...Object.keys(part)]);
  return Object.fromEntries([...names].map((name) => {
    const [a, b] = [total[name], part[name]];
    return [name, a && b ? tf.add(a, b) : tf.clone((a ?? b)!)];
  }));
}

/**
 * Adam (Kingma and Ba 2015) with PyTorch's arithmetic: gradients clipped by their global norm, and
 * optionally decoupled weight decay (AdamW, Loshchilov and Hutter 2019); and the learning rate's schedule.
 *
 * @module
 */
import { IntegrityError } from "../../pipeline/errors.ts";
import { requireFree } from "../../pipeline/files/free_memory.ts";
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import type { OptimizerConfig } from "../config/config.ts";
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Scalar, type Tensor, tf, type Variable } from "../engine/tf.ts";
import type { Weight, Weights } from "../layers/weights.ts";

/** How weights are updated: a configuration's optimizer without its schedule. */
export type AdamOptions = Omit<OptimizerConfig, keyof Schedule>;

/** How the learning rate moves over a run: a linear rise, then what follows it. */
export type Schedule = Pick<OptimizerConfig, "warmup" | "linearDecay">;

/** Updates a model's weights, and owns the moments that this takes. */
export interface Optimizer {
  /**
   * One step. Returns the gradients' global norm before clipping, which the caller owns; nothing is
   * read back from the device. Where it is not finite, the weights no longer are either.
   *
   * @param gradients by weight name; a weight without one is left as it is. The caller keeps them.
   * @param learningRate of this step; that of the options by default.
   */
  update(gradients: ReadonlyMap<string, Tensor>, learningRate?: number): Scalar;
  /**
   * All state by name, float32: `optimizer.step` and, for each trained weight,
   * `optimizer.<weight>.exp_avg` and `optimizer.<weight>.exp_avg_sq`. The optimiser keeps the tensors;
   * they are valid until the next update.
   */
  state(): ReadonlyMap<string, Tensor>;
  /**
   * Continues exactly from the `optimizer.` entries of a checkpoint. Throws {@linkcode IntegrityError}
   * naming `path` when one is missing or of another shape, before anything is changed.
   */
  restore(tensors: ReadonlyMap<string, TensorData>, path: string): void;
  /** Frees the moments. */
  dispose(): void;
}

interface Moments {
  readonly weight: Weight;
  readonly first: Variable;
  readonly second: Variable;
}

/** What a trained parameter takes beside its value: its gradient and both moments. */
const BESIDE = 3;

/** What the names of an optimiser's tensors begin with, in checkpoints; no weight's do. */
const PREFIX = "optimizer.";

/** The number of steps done, among the state's tensors. */
const STEP = `${PREFIX}step`;

/**
 * An optimiser of the trainable ones among `weights`, before its first step.
 *
 * @throws {ResourceError} where its moments and the gradients do not fit into memory.
 */
export function createOptimizer(weights: Weights, options: AdamOptions): Optimizer {
  const parameters = weights.parameterCount();
  requireFree(
    BESIDE * parameters * Float32Array.BYTES_PER_ELEMENT,
    `training ${parameters} parameters`,
    "choose smaller sizes with --set model.…, or free memory",
  );
  const all = weights.trainable().map((weight): Moments => ({
    weight,
    first: zeros(weight.variable.shape),
    second: zeros(weight.variable.shape),
  }));
  const step = zeros([]); // float32, as PyTorch keeps it: exact up to 2²⁴ steps
  const state = nameState(step, all);
  let steps = 0;
  return {
    update(gradients, learningRate = options.learningRate) {
      steps++;
      return tf.tidy(() => {
        step.assign(tf.scalar(steps));
        const norm = globalNorm([...gradients.values()]);
        const scale = clipScale(norm, options.clipNorm);
        const factors = adamFactors({ ...options, learningRate }, steps);
        for (const moments of all) {
          const gradient = gradients.get(moments.weight.name);
          if (gradient) tf.tidy(() => updateWeight(moments, gradient, scale, factors));
        }
        return norm;
      });
    },
    state: () => state,
    restore(tensors, path) {
      restoreState(state, tensors, path);
      steps = tensors.get(STEP)!.data[0] as number;
    },
    dispose() {
      tf.dispose([...state.values()]);
    },
  };
}

/** Whether a checkpoint's tensor of this name is an optimiser's, and no weight. */
export function isOptimizerState(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** All that an optimiser keeps, by the names that checkpoints have for it. */
function nameState(step: Variable, all: readonly Moments[]): Map<string, Variable> {
  return new Map([
    [STEP, step],
    ...all.flatMap(({ weight: { name }, first, second }): [string, Variable][] => [
      [`${PREFIX}${name}.exp_avg`, first],
      [`${PREFIX}${name}.exp_avg_sq`, second],
    ]),
  ]);
}

/**
 * The Euclidean norm of all gradients taken together.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { startEngine } from "../engine/engine.ts";
 * import { tf } from "../engine/tf.ts";
 *
 * await startEngine();
 * const norm = globalNorm([tf.tensor1d([3]), tf.tensor1d([0, 4])]);
 * assert.equal(norm.dataSync()[0], 5);
 * ```
 */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
  return tf.tidy(() => {
    const squares = gradients.map((gradient) =>
      nativeOp("SquaredSum", {}, [flatten(gradient)], 1)?.[0] ?? tf.sum(tf.square(gradient))
    );
    return tf.sqrt<Scalar>(tf.sum<Scalar>(tf.stack([tf.scalar(0), ...squares])));
  });
}

/** The factor of PyTorch's `clip_grad_norm_`: min(1, limit / (norm + 1e-6)). */
function clipScale(norm: Scalar, limit: number): Scalar {
  if (limit === 0) return tf.scalar(1);
  return tf.minimum<Scalar>(tf.div(limit, tf.add(norm, 1e-6)), 1);
}

interface AdamFactors {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** What weight decay leaves of a weight. */
  readonly keep: number;
  /** Learning rate over the first moment's bias correction. */
  readonly stepSize: number;
  /** Root of the second moment's bias correction. */
  readonly rootCorrection: number;
}

function adamFactors(options: AdamOptions, step: number): AdamFactors {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
  return {
    beta1,
    beta2,
    epsilon,
    keep: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    rootCorrection: Math.sqrt(1 - beta2 ** step),
  };
}

function updateWeight(
  { weight: { variable }, first, second }: Moments,
  gradient: Tensor,
  scale: Scalar,
  factors: AdamFactors,
): void {
  const inputs = [variable, first, second, gradient] as const;
  const own = variable.rank > 1 ? factors : { ...factors, keep: 1 }; // vectors do not decay
  const next = nativeAdam(inputs, scale, own) ?? plainAdam(inputs, scale, own);
  [variable, first, second].forEach((weight, i) => weight.assign(next[i]!));
}

/** Weight, first and second moment, and the gradient. */
type AdamInputs = readonly [Tensor, Tensor, Tensor, Tensor];

function nativeAdam(inputs: AdamInputs, scale: Scalar, factors: AdamFactors): Tensor[] | undefined {
  if (!nativeKernels()) return undefined;
  const { beta1, beta2, epsilon, keep, stepSize, rootCorrection } = factors;
  // Not attributes: the engine caches a kernel for each of their values, and these change every step.
  const numbers = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon, keep, stepSize, rootCorrection];
  const all = [...inputs.map(flatten), scale, tf.tensor1d(numbers)];
  return nativeOp("Adam", {}, all, 3)!.map((next) => tf.reshape(next, inputs[0].shape));
}

function plainAdam(
  [value, first, second, gradient]: AdamInputs,
  scale: Scalar,
  { beta1, beta2, epsilon, keep, stepSize, rootCorrection }: AdamFactors,
): Tensor[] {
  const clipped = tf.mul(gradient, scale);
  const nextFirst = tf.add(tf.mul(first, beta1), tf.mul(clipped, 1 - beta1));
  const nextSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(clipped), 1 - beta2));
  const deviation = tf.add(tf.div(tf.sqrt(nextSecond), rootCorrection), epsilon);
  const change = tf.mul(tf.div(nextFirst, deviation), stepSize);
  return [tf.sub(keep === 1 ? value : tf.mul(value, keep), change), nextFirst, nextSecond];
}

function flatten(x: Tensor): Tensor {
  return tf.reshape(x, [-1]);
}

function zeros(shape: number[]): Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape), false));
}

/** Gives all of a state the values that a checkpoint has, or none of it. */
function restoreState(
  state: ReadonlyMap<string, Variable>,
  tensors: ReadonlyMap<string, TensorData>,
  path: string,
): void {
  for (const [name, { shape }] of state) requireTensor(tensors, name, shape, path);
  for (const [name, variable] of state) {
    const { data } = tensors.get(name)!;
    tf.tidy(() => variable.assign(tf.tensor(data as Float32Array, variable.shape)));
  }
}

function requireTensor(
  tensors: ReadonlyMap<string, TensorData>,
  name: string,
  shape: readonly number[],
  path: string,
): void {
  const found = tensors.get(name);
  if (found?.dtype === "F32" && String(found.shape) === String(shape)) return;
  const what = found ? `${found.dtype} [${found.shape}]` : "missing";
  throw new IntegrityError(
    `resuming from ${path}: ${name} is ${what}, expected F32 [${shape}]; ` +
      `resume from a checkpoint of this model, or train anew`,
  );
}

/**
 * What the learning rate is multiplied by at `step` of `steps`, counted from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const schedule = { warmup: 0.1, linearDecay: true };
 * assert.equal(rateFactor(0, 100, schedule), 0.1);
 * assert.equal(rateFactor(9, 100, schedule), 1);
 * assert.equal(rateFactor(55, 100, schedule), 0.5);
 * assert.equal(rateFactor(55, 100, { warmup: 0, linearDecay: false }), 1);
 * ```
 */
export function rateFactor(
  step: number,
  steps: number,
  { warmup, linearDecay }: Schedule,
): number {
  const rising = Math.ceil(warmup * steps);
  if (step < rising) return (step + 1) / rising;
  return linearDecay ? Math.max(0, (steps - step) / (steps - rising)) : 1;
}

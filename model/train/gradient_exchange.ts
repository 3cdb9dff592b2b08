/**
 * The gradients of a batch that ranks divide, added up while the backward pass goes on: whole weights
 * are put together in a few large buckets, from the last layer on, and a bucket is on its way as soon as
 * all of its gradients are there (Li et al. 2020, PyTorch Distributed).
 *
 * Legend: `V` rows of a table, `E` its width.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import type { Weight } from "../layers/weights.ts";
import type { Communicator, Exchange } from "../parallel/communicator.ts";
import { sumRows } from "../parallel/sum_rows.ts";

/** Loss of a batch and its gradients by weight name. The caller owns the tensors. */
export interface Gradients {
  readonly loss: Scalar;
  /** One gradient for each weight that the loss depends on. */
  readonly byName: ReadonlyMap<string, Tensor>;
}

/** Takes up a rank's gradients as they come, and makes them those of the whole batch. */
export interface GradientExchange {
  /** A part of a weight's gradient; parts add up. */
  add(name: string, part: Tensor): void;
  /** No more parts of this one come. */
  finish(name: string): void;
  /**
   * Frees this rank's loss and gradients, all of which have been added, and returns the sums over the
   * ranks: the same bits on each.
   */
  collect(own: Gradients): Promise<Gradients>;
  /** Seconds that all `collect` so far have waited for other ranks. */
  readonly waited: number;
}

/** Values of a bucket, 16 MB of them; a larger weight has one for itself. */
const BUCKET_VALUES = 2 ** 22;

interface Bucket {
  readonly names: readonly string[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** An exchange of the gradients of `weights`, which are all that are trained. */
export function createGradientExchange(
  ranks: Communicator,
  weights: readonly Weight[],
  bucketValues: number = BUCKET_VALUES,
): GradientExchange {
  return new BucketExchange(ranks, weights, bucketValues);
}

class BucketExchange implements GradientExchange {
  waited = 0;
  readonly #ranks: Communicator;
  readonly #weights: readonly Weight[];
  /** Weights whose few looked-up rows go alone. */
  readonly #tables: readonly Weight[];
  readonly #buckets: readonly Bucket[];
  /** Where each weight's gradient adds up. */
  readonly #regions: Map<string, Float32Array<ArrayBuffer>>;
  /** Weights of which a part has come. */
  readonly #begun = new Set<string>();
  /** Weights of which no more parts come. */
  readonly #finished = new Set<string>();
  /** The buckets that are on their way: the first ones. */
  readonly #posted: Exchange<void>[] = [];

  constructor(ranks: Communicator, weights: readonly Weight[], bucketValues: number) {
    const { buckets, regions } = planBuckets(weights.filter((it) => !it.lookedUp), bucketValues);
    this.#ranks = ranks;
    this.#weights = weights;
    this.#tables = weights.filter(({ lookedUp }) => lookedUp);
    this.#buckets = buckets;
    this.#regions = regions;
    for (const { name, variable } of this.#tables) {
      regions.set(name, new Float32Array(variable.size));
    }
  }

  add(name: string, part: Tensor): void {
    const region = this.#regions.get(name)!;
    const values = part.dataSync<"float32">();
    if (!this.#begun.has(name)) region.set(values);
    else for (let i = 0; i < values.length; i++) region[i]! += values[i]!;
    this.#begun.add(name);
  }

  finish(name: string): void {
    if (!this.#begun.has(name)) this.#regions.get(name)!.fill(0);
    this.#finished.add(name);
    for (const { names, values } of this.#buckets.slice(this.#posted.length)) {
      if (!names.every((name) => this.#finished.has(name))) return;
      this.#posted.push(this.#ranks.sum(values));
    }
  }

  async collect({ loss, byName }: Gradients): Promise<Gradients> {
    for (const { name } of this.#weights) if (!this.#finished.has(name)) this.finish(name);
    const [ownLoss] = await loss.data();
    tf.dispose([loss, ...byName.values()]);
    const startedAt = performance.now();
    const [total, ...present] = await this.#sumAll(ownLoss!);
    this.waited += (performance.now() - startedAt) / 1000;
    this.#begun.clear();
    this.#finished.clear();
    this.#posted.length = 0;
    const sums = this.#weights.filter((_, at) => present[at]! > 0).map(({ name, variable }) =>
      [name, tf.tensor(this.#regions.get(name)!, variable.shape)] as const
    );
    return { loss: tf.scalar(total!), byName: new Map(sums) };
  }

  /** Waits for all sums; returns the loss, and on how many ranks each weight has a gradient. */
  async #sumAll(loss: number): Promise<Float32Array> {
    // What a weight has none of on this rank, it may have of on another.
    const present = this.#weights.map(({ name }) => this.#begun.has(name) ? 1 : 0);
    const facts = Float32Array.from([loss, ...present]);
    for (const exchange of [...this.#posted, this.#ranks.sum(facts)]) await exchange.done();
    for (const { name, variable: { shape } } of this.#tables) {
      await sumRows(this.#ranks, this.#regions.get(name)!, shape[0]!);
    }
    return facts;
  }
}

/** The weights, the last one first, in buckets, and where each has its place. */
function planBuckets(weights: readonly Weight[], bucketValues: number) {
  const groups: Weight[][] = [];
  let size = Infinity;
  for (const weight of weights.toReversed()) {
    if (size + weight.variable.size > bucketValues) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(weight);
    size += weight.variable.size;
  }
  const regions = new Map<string, Float32Array<ArrayBuffer>>();
  const buckets = groups.map((group): Bucket => {
    const values = new Float32Array(group.reduce((sum, { variable }) => sum + variable.size, 0));
    let start = 0;
    for (const { name, variable } of group) {
      regions.set(name, values.subarray(start, start += variable.size));
    }
    return { names: group.map(({ name }) => name), values };
  });
  return { buckets, regions };
}

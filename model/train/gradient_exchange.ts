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
  const { buckets, regions } = planBuckets(weights.filter((it) => !it.lookedUp), bucketValues);
  const tables = weights.filter(({ lookedUp }) => lookedUp);
  for (const { name, variable } of tables) regions.set(name, new Float32Array(variable.size));
  const begun = new Set<string>();
  const finished = new Set<string>();
  const posted: Exchange<void>[] = [];
  let waited = 0;

  const post = () => {
    for (const { names, values } of buckets.slice(posted.length)) {
      if (!names.every((name) => finished.has(name))) return;
      posted.push(ranks.sum(values));
    }
  };
  const finish = (name: string) => {
    if (!begun.has(name)) regions.get(name)!.fill(0);
    finished.add(name);
    post();
  };
  const sumAll = async (loss: number) => {
    // What a weight has none of on this rank, it may have of on another.
    const facts = Float32Array.from([loss, ...weights.map(({ name }) => begun.has(name) ? 1 : 0)]);
    for (const exchange of [...posted, ranks.sum(facts)]) await exchange.done();
    for (const { name, variable: { shape } } of tables) {
      await sumRows(ranks, regions.get(name)!, shape[0]!);
    }
    return facts;
  };

  return {
    add(name, part) {
      const region = regions.get(name)!;
      const values = part.dataSync<"float32">();
      if (!begun.has(name)) region.set(values);
      else for (let i = 0; i < values.length; i++) region[i]! += values[i]!;
      begun.add(name);
    },
    finish,
    async collect({ loss, byName }) {
      for (const { name } of weights) if (!finished.has(name)) finish(name);
      const [ownLoss] = await loss.data();
      tf.dispose([loss, ...byName.values()]);
      const startedAt = performance.now();
      const [total, ...present] = await sumAll(ownLoss!);
      waited += (performance.now() - startedAt) / 1000;
      begun.clear();
      finished.clear();
      posted.length = 0;
      const sums = weights.filter((_, at) => present[at]! > 0).map(({ name, variable }) =>
        [name, tf.tensor(regions.get(name)!, variable.shape)] as const
      );
      return { loss: tf.scalar(total!), byName: new Map(sums) };
    },
    get waited() {
      return waited;
    },
  };
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

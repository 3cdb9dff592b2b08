/** Gradients of one batch, by one rank of those that divide it. */
import type { TrainConfig } from "../../model/config/config.ts";
import { tf } from "../../model/engine/tf.ts";
import type { Model } from "../../model/model.ts";
import { type Communicator, gatherNumbers } from "../../model/parallel/communicator.ts";
import { createGradientExchange } from "../../model/train/gradient_exchange.ts";
import { planEpoch } from "../../model/train/plan.ts";
import { batchGradients } from "../../model/train/step.ts";
import { collate, type Documents } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import { drawDocuments } from "./drawn_documents.ts";
import { SMALL_VOCABULARY } from "./small_systems.ts";

/** What is differentiated. */
export interface Divided {
  readonly model: Model;
  readonly config: TrainConfig;
  readonly documents: Documents;
  readonly labels: PerTask<number>;
  /** Whether batch norm takes the statistics of all ranks. */
  readonly sync?: boolean;
}

/** Loss and gradients on the host, by name. */
export type HostGradients = ReadonlyMap<string, Float32Array>;

/** The whole batch's loss and gradients, computed together with the other ranks. */
export async function gradientsOn(
  rank: Communicator,
  { model, config, documents, labels, sync = false }: Divided,
): Promise<HostGradients> {
  const planned = planEpoch(model, documents, config, 0, rank)[0]!;
  const parts = planned.passes.map((rows) => collate(documents, rows, config.maxTokens));
  const weights = model.weights.trainable();
  const exchange = createGradientExchange(rank, weights, 200); // several buckets
  const gather = sync ? gatherNumbers(rank) : undefined;
  const mode = { training: true, seed: 3 };
  const own = batchGradients(model, parts, labels, mode, { ...planned, exchange, gather });
  const { loss, byName } = await exchange.collect(own);
  const all = [["loss", loss], ...byName] as const;
  const values = all.map(([name, tensor]) => [name, tensor.dataSync<"float32">().slice()] as const);
  tf.dispose(all.map(([, tensor]) => tensor));
  return new Map(values);
}

/**
 * The largest difference of a weight's gradients, as a share of the largest of them, and that weight.
 * Gradients that are small beside other weights' are held against a hundredth of these.
 */
export function farthest(found: HostGradients, expected: HostGradients): [number, string] {
  const largest = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const least = 1e-2 * Math.max(...[...expected.values()].map(largest));
  const names = new Set([...found.keys(), ...expected.keys()]);
  const distances = [...names].map((name): [number, string] => {
    const [a, b] = [found.get(name), expected.get(name)];
    if (!a || !b) return [Infinity, name];
    return [largest(a.map((value, i) => value - b[i]!)) / Math.max(least, largest(b)), name];
  });
  return distances.reduce((most, one) => one[0] > most[0] ? one : most);
}

/** Documents of 2 to 12 tokens, each with labels of the small systems. */
export function smallBatch(count: number, labels: PerTask<number>): Documents {
  const random = createRandom(8, "test documents");
  const vocabulary = SMALL_VOCABULARY;
  return drawDocuments(count, random, { shortest: 2, longest: 12, vocabulary, labels });
}

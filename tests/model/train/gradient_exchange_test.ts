import assert from "node:assert/strict";
import type { Assignments } from "../../../model/system.ts";
import { assign } from "../../../model/config/assign.ts";
import { tf } from "../../../model/engine/tf.ts";
import { alone } from "../../../model/parallel/communicator.ts";
import { createGradientExchange } from "../../../model/train/gradient_exchange.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { type Divided, farthest, gradientsOn, smallBatch } from "../../_support/divided.ts";
import { onEveryEngine, onOneEngine } from "../../_support/engines.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";
import { createSmallSystem } from "../../_support/small_systems.ts";
import { createToy, toyConfig, toyDocuments, toyLabels } from "../../_support/toy.ts";

const labels = { icd: 5, ccs: 3 };

/** A small system and a batch of `count` documents, in passes of at most 40 padded tokens. */
function small(name: string, count: number, changes: Assignments = {}): Divided {
  const { model, config } = createSmallSystem(name);
  return {
    model,
    config: assign(config, { batchSize: count, microTokens: 40, ...changes }),
    documents: smallBatch(count, labels),
    labels,
  };
}

/** Systems without batch norm: their gradients do not depend on the passes either. */
const passFree = systems.map(({ name }) => name)
  .filter((name) => !["marn", "mt-ram", "multi-res-cnn", "fusion"].includes(name));

for (const name of passFree) {
  onOneEngine(`ranks have the gradients of ${name} that one has, dropout included`, async () => {
    const divided = small(name, 7);
    const expected = await gradientsOn(alone, divided);
    for (const size of [2, 3]) {
      const found = await Promise.all(fakeRanks(size).map((rank) => gradientsOn(rank, divided)));
      for (const own of found) {
        const [distance, weight] = farthest(own, expected);
        assert.ok(distance < 1e-5, `${size} ranks: ${weight} by ${distance}`);
        assert.deepEqual(own, found[0], "other bits than the first rank's");
      }
    }
    divided.model.weights.dispose();
  });
}

onEveryEngine("a rank without documents adds nothing", async () => {
  const divided = small("caml", 2);
  const expected = await gradientsOn(alone, divided);
  const found = await Promise.all(fakeRanks(4).map((rank) => gradientsOn(rank, divided)));
  for (const own of found) assert.ok(farthest(own, expected)[0] < 1e-5);
  divided.model.weights.dispose();
});

onEveryEngine("of word vectors that are trained, those of the batch travel", async () => {
  const divided = small("caml", 2, { "model.trainEmbedding": true });
  const { model, documents } = divided;
  const table = model.weights.trainable().find(({ lookedUp }) => lookedUp)!;
  const width = table.variable.shape[1]!;
  const ranks = fakeRanks(2);
  await Promise.all(ranks.map((rank) => gradientsOn(rank, divided)));
  const read = new Set([...documents.tokens(0), ...documents.tokens(1)]);
  for (const { summed } of ranks) assert.equal(summed.at(-1), read.size * width);
  model.weights.dispose();
});

onEveryEngine("buckets are on their way before the backward pass has ended", () => {
  const model = createToy(1);
  const [rank] = fakeRanks(2);
  const exchange = createGradientExchange(rank!, model.weights.trainable(), 10);
  const [icd, bias, ccs] = model.weights.trainable();
  const said = [ccs, icd, bias].map((weight) => {
    exchange.add(weight!.name, weight!.variable);
    exchange.finish(weight!.name);
    return [...rank!.summed];
  });
  // The last weights' bucket goes first; what is whole before its turn waits.
  assert.deepEqual(said, [[48], [48], [48, 6, 96]]);
  model.weights.dispose();
});

onEveryEngine("an exchange leaves no tensor behind but its sums", async () => {
  const model = createToy(1);
  const documents = toyDocuments(4, 1);
  const divided = { model, config: toyConfig(), documents, labels: toyLabels };
  await gradientsOn(alone, divided);
  const before = tf.memory().numTensors;
  await gradientsOn(alone, divided);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

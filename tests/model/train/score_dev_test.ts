import assert from "node:assert/strict";
import { alone } from "../../../model/parallel/communicator.ts";
import { scoreDocuments } from "../../../model/scoring.ts";
import { scoreDev } from "../../../model/train/score_dev.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";
import { createToy, toyConfig, toyDocuments } from "../../_support/toy.ts";

const dev = toyDocuments(9, 2);
const config = toyConfig();
const interrupt = new AbortController().signal;

onEveryEngine("ranks have the scores of one process, to the bit", async () => {
  const model = createToy(1);
  const expected = await scoreDocuments(model, dev, config);
  for (const size of [1, 2, 5]) { // three batches: of five ranks, two have none
    const ranks = size === 1 ? [alone] : fakeRanks(size);
    const found = await Promise.all(
      ranks.map((rank) => scoreDev({ model, dev, config, ranks: rank, interrupt })),
    );
    for (const scores of found) assert.deepEqual(scores, expected);
  }
  model.weights.dispose();
});

onEveryEngine("where one rank is interrupted, none has scores", async () => {
  const model = createToy(1);
  const interrupted = AbortSignal.abort("SIGTERM");
  const found = await Promise.all(
    fakeRanks(3).map((rank, at) =>
      scoreDev({ model, dev, config, ranks: rank, interrupt: at === 1 ? interrupted : interrupt })
    ),
  );
  assert.deepEqual(found, [undefined, undefined, undefined]);
  model.weights.dispose();
});

import assert from "node:assert/strict";
import { checkBest, parseThresholds, requireBestOfRun } from "../../../model/run/best.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import { openRun } from "../../../model/run/run.ts";
import { startState, type TrainState } from "../../../model/train/train_state.ts";
import type { Assignments } from "../../../model/system.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { Earlier } from "../../_support/earlier.ts";
import { stopAfter, Workshop } from "../../_support/workshop.ts";
import { checkpointPath } from "../../../model/run/checkpoint.ts";

await startEngine();

/** No label of a single document has both a positive and a negative. */
const oneInDev = { documents: { train: 9, dev: 1, test: 4 } };
const neverDefined: Assignments = { monitor: "macro_auc" };

/** What a checkpoint says of itself. */
async function facts(shop: Workshop, which: "best" | "last") {
  const { metadata, sha256 } = await readCheckpointFacts(shop.path(which));
  return { metadata, sha256, state: JSON.parse(metadata.state!) as TrainState };
}

Deno.test("the last checkpoint names the best, which is read whole", async () => {
  using shop = await Workshop.open();
  await shop.train();
  const run = await openRun(shop.run);
  const last = await facts(shop, "last");
  const best = await facts(shop, "best");
  assert.equal(await checkBest(run, last.state, last.metadata.best), best.sha256);
  await requireBestOfRun(run, best);
});

Deno.test("before the first epoch's end there is no best, and none is looked for", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(1));
  assert.equal(await checkBest(await openRun(shop.run), startState, ""), "");
});

for (
  const [what, spoil, message] of [
    ["damaged", (shop) => shop.damage("best"), /best\.safetensors: its SHA-256 is not the one/],
    [
      "missing",
      (shop) => Deno.removeSync(shop.path("best")),
      /best\.safetensors: it does not exist/,
    ],
    ["cut off", (shop) => Deno.truncateSync(shop.path("best"), 900), /best\.safetensors: /],
  ] as [string, (shop: Workshop) => void, RegExp][]
) {
  Deno.test(`fault 39: a best checkpoint that is ${what} is refused`, async () => {
    using shop = await Workshop.open();
    await shop.train();
    spoil(shop);
    const { state, metadata } = await facts(shop, "last");
    await assert.rejects(checkBest(await openRun(shop.run), state, metadata.best), {
      name: IntegrityError.name,
      message,
    });
  });
}

Deno.test("fault 40: the best of another run that was trained alike is told by its epoch", async () => {
  using shop = await Workshop.open();
  await shop.train();
  const best = await facts(shop, "best");
  // One epoch more changes nothing but how far the run came.
  const other = JSON.stringify({
    ...best.state,
    epoch: 9,
    stopping: { ...best.state.stopping, bestEpoch: 9 },
  });
  const foreign = { sha256: "0".repeat(64), metadata: { ...best.metadata, state: other } };
  const run = await openRun(shop.run);
  await requireBestOfRun(run, foreign); // newer than the last: a run that was killed in between
  const older = JSON.stringify({
    ...best.state,
    epoch: 0,
    stopping: { ...best.state.stopping, bestEpoch: 0 },
  });
  await assert.rejects(
    requireBestOfRun(run, { ...foreign, metadata: { ...best.metadata, state: older } }),
    /best\.safetensors: it is not the one that the run's last checkpoint goes with/,
  );
});

Deno.test("a run that was killed after its best and before its last checkpoint goes on", async () => {
  using shop = await Workshop.open();
  await shop.train();
  const run = await openRun(shop.run);
  const previous = await readCheckpointFacts(shop.path("previous")); // at the end of epoch 1
  const state = JSON.parse(previous.metadata.state!) as TrainState;
  const best = await facts(shop, "best");
  const isNewer = best.state.stopping.bestEpoch >= state.epoch;
  const named = isNewer ? previous.metadata.best : best.sha256;
  assert.equal(await checkBest(run, state, named), best.sha256);
});

Deno.test("fault 77: the latest weights, which stand in for the best, are held against the last", async () => {
  using shop = await Workshop.open(oneInDev);
  await shop.train({ changes: neverDefined });
  const run = await openRun(shop.run);
  const [best, last] = [await facts(shop, "best"), await facts(shop, "last")];
  assert.ok(best.state.stopping.best === null);
  assert.equal(await checkBest(run, last.state, last.metadata.best), best.sha256);
  await requireBestOfRun(run, best);
  Deno.removeSync(shop.path("best"));
  await assert.rejects(checkBest(run, last.state, last.metadata.best), IntegrityError);
});

Deno.test("fault 77: resumed before any score was defined, a run still knows its latest weights", async () => {
  using shop = await Workshop.open(oneInDev);
  await shop.train({ changes: neverDefined, ...stopAfter(4) }); // in the second epoch
  await shop.train({ changes: neverDefined, resume: "last", ...stopAfter(5) });
  const best = await facts(shop, "best");
  assert.equal((await facts(shop, "last")).metadata.best, best.sha256);
  await requireBestOfRun(await openRun(shop.run), best);
});

Deno.test("fault 77: a run that was killed after its latest weights were kept goes on", async () => {
  using shop = await Workshop.open(oneInDev);
  await shop.train({ changes: neverDefined });
  const best = await facts(shop, "best"); // of epoch 2
  Deno.copyFileSync(shop.path("previous"), shop.path("last")); // of the end of epoch 1
  await requireBestOfRun(await openRun(shop.run), best);
  const { finished } = await shop.train({ changes: neverDefined, resume: "last" });
  assert.ok(finished);
});

Deno.test("fault 41: a last checkpoint of format version 1 names no best: their states agree", async () => {
  using earlier = new Earlier();
  const run = await openRun(earlier.run);
  const best = await readCheckpointFacts(checkpointPath(earlier.run, "best"));
  await requireBestOfRun(run, best);
  const state = JSON.parse(best.metadata.state!) as TrainState;
  const other = { ...state, stopping: { ...state.stopping, best: 0.123 } };
  await assert.rejects(
    requireBestOfRun(run, {
      ...best,
      metadata: { ...best.metadata, state: JSON.stringify(other) },
    }),
    IntegrityError,
  );
});

for (const text of ["{", "[]", '{"icd": "0.5"}', '{"icd": 1.5}', '{"icd": 0.5, "icd": 0.4}', "7"]) {
  Deno.test(`fault 39: thresholds ${text} are refused`, () => {
    assert.throws(
      () => parseThresholds({ metadata: { thresholds: text }, sha256: "" }, "best.safetensors"),
      { name: IntegrityError.name, message: /its thresholds are no numbers from 0 to 1$/ },
    );
  });
}

Deno.test("a checkpoint without thresholds has none", () => {
  assert.deepEqual(parseThresholds({ metadata: {}, sha256: "" }, "last.safetensors"), {});
});

import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { describeRun, differencesFrom, requireOwn } from "../../../model/run/identity.ts";
import { openRun, type Run } from "../../../model/run/run.ts";
import { checkpointPath, readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { Earlier } from "../../_support/earlier.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

await using trained = await TrainedRun.create();
const run = await openRun(trained.run);

/** Another run, and what a checkpoint of it is said to be. */
const others: readonly [string, (run: Run) => Partial<Run>, readonly string[]][] = [
  ["itself", () => ({}), []],
  [
    "one with more epochs and less patience",
    ({ config }) => ({ config: assign(config, { epochs: 9, patience: 1 }) }),
    [],
  ],
  [
    "one that reads other lengths from another seed",
    ({ config }) => ({ config: assign(config, { maxTokens: 20, seed: 4 }) }),
    ["maxTokens 20 instead of 15", "seed 4 instead of 1"],
  ],
  [
    "one on another dataset",
    ({ dataset }) => ({ dataset: { ...dataset, hash: "0" } }),
    ["another dataset"],
  ],
  [
    "one with another list",
    ({ files }) => ({ files: { ...files, "labels/icd.csv": "0" } }),
    ["another labels/icd.csv"],
  ],
  [
    "one with another file more",
    ({ files }) => ({ files: { ...files, "bert.json": "0" } }),
    ["another bert.json"],
  ],
];
for (const [what, changes, differences] of others) {
  Deno.test(`fault 40: a checkpoint of ${what} is known by its metadata`, () => {
    const metadata = describeRun({ ...run, ...changes(run) });
    assert.deepEqual(differencesFrom(run, metadata), differences);
  });
}

Deno.test("a key that came into being after a checkpoint makes no difference", () => {
  const { config, ...metadata } = describeRun(run);
  const { "model.ram": _ram, ...older } = JSON.parse(config!);
  assert.deepEqual(differencesFrom(run, { ...metadata, config: JSON.stringify(older) }), []);
});

Deno.test("fault 40: metadata that are damaged or missing are another run's", () => {
  for (const config of ["{", "7", "null", "{}"]) {
    const found = differencesFrom(run, { ...describeRun(run), config });
    assert.deepEqual(found, ["another configuration"]);
  }
  assert.deepEqual(differencesFrom(run, {}), ["another configuration", "another dataset"]);
});

Deno.test("fault 40: the error names the checkpoint and the keys that differ, and no hash", () => {
  const other = describeRun({ ...run, config: assign(run.config, { "loss.gamma": 1 }) });
  assert.throws(() => requireOwn(run, { metadata: other, sha256: "" }, "best.safetensors"), {
    name: IntegrityError.name,
    message: "reading checkpoint best.safetensors: it was trained with loss.gamma 1 instead of 2",
  });
});

Deno.test("fault 41: a checkpoint of format version 1 is told by its digest of the configuration", async () => {
  using earlier = new Earlier();
  const old = await openRun(earlier.run);
  const { metadata } = await readCheckpointFacts(checkpointPath(earlier.run, "best"));
  assert.deepEqual(differencesFrom(old, metadata), []);
  assert.deepEqual(differencesFrom({ ...old, configHash: "0" }, metadata), [
    "another configuration",
  ]);
});

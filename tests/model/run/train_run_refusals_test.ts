import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine, type Engine } from "../../../model/engine/engine.ts";
import { lockRun } from "../../../model/run/lock.ts";
import { createRun, openRun } from "../../../model/run/run.ts";
import { type Dataset, openDataset } from "../../../pipeline/dataset/open.ts";
import { type CheckpointName, CHECKPOINTS } from "../../../model/run/checkpoint.ts";
import { DataError, IntegrityError, LockedError, UsageError } from "../../../pipeline/errors.ts";
import { onEveryEngine, onOneEngine } from "../../_support/engines.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { digests } from "../../_support/prepare.ts";
import { small, stopAfter, Workshop, type WorkshopRequest } from "../../_support/workshop.ts";

/** The engine under another's name. */
function otherEngine(): Engine {
  const engine = currentEngine();
  return { ...engine, name: engine.name === "wasm" ? "tensorflow" : "wasm" };
}

/** The workshop's dataset, made anew with other documents. */
async function otherDataset(shop: Workshop): Promise<Dataset> {
  await writeTinyDataset(`${shop.directory}/other`, { seed: 8 });
  return await openDataset(`${shop.directory}/other`);
}

for (
  const [what, requestOf, type, message] of [
    ["a run that has begun, without --resume", () => ({}), UsageError, /already holds one/],
    [
      "another configuration",
      () => ({ resume: "last", changes: { "loss.gamma": 1, seed: 3 } }),
      IntegrityError,
      /differs in loss.gamma, seed;/,
    ],
    [
      "another dataset",
      async (shop) => ({ resume: "last", dataset: await otherDataset(shop) }),
      IntegrityError,
      /manifest, icd labels.* differ/,
    ],
    [
      "another engine (fault 43)",
      () => ({ resume: "last", engine: otherEngine() }),
      IntegrityError,
      /another engine, .*--any-engine/,
    ],
  ] as [
    string,
    (shop: Workshop) => WorkshopRequest | Promise<WorkshopRequest>,
    new (message: string) => Error,
    RegExp,
  ][]
) {
  onEveryEngine(`training refuses ${what}, and leaves the run as it was`, async () => {
    using shop = await Workshop.open();
    await shop.train(stopAfter(2));
    const before = shop.bytes("last");
    await assert.rejects(
      shop.train(await requestOf(shop)),
      (error) => error instanceof type && message.test(error.message),
    );
    assert.deepEqual(shop.bytes("last"), before);
  });
}

onEveryEngine(
  "fault 43: a run goes on with another engine only where that is allowed",
  async () => {
    using shop = await Workshop.open();
    await shop.train(stopAfter(2));
    const request = { resume: "last", engine: otherEngine(), anyEngine: true } as const;
    assert.equal((await shop.train(request)).finished, true);
  },
);

onEveryEngine("a run that another trains in is refused", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  using _lock = await lockRun(shop.run);
  await assert.rejects(shop.train({ resume: "last" }), LockedError);
});

onEveryEngine("a dataset without labels of a task that is trained is refused", async () => {
  using shop = await Workshop.open({ labels: { icd: 6, ccs: 0 } });
  await assert.rejects(
    shop.train(),
    (error) => error instanceof UsageError && /it has no ccs labels/.test(error.message),
  );
});

onEveryEngine("a dataset without dev documents is refused", async () => {
  using shop = await Workshop.open({ documents: { train: 9, dev: 0, test: 0 } });
  await assert.rejects(
    shop.train(),
    (error) => error instanceof DataError && /9 train and 0 dev documents/.test(error.message),
  );
});

onEveryEngine("a run that was refused before it began can be started anew", async () => {
  using shop = await Workshop.open();
  const dataset = await openDataset(shop.data);
  await createRun(shop.run, {
    dataset,
    engine: currentEngine(),
    config: assign(small, { seed: 9 }),
  });
  await shop.train();
  assert.equal((await openRun(shop.run)).config.seed, small.seed);
  await assert.rejects(shop.train(), UsageError);
});

/** Every file of the run by name, but for what is written anew at each start. */
async function snapshot(shop: Workshop): Promise<Record<string, string>> {
  const all = Object.entries(await digests(shop.run));
  return Object.fromEntries(all.filter(([name]) => !/^run\.lock$|^events/.test(name)));
}

/** The error of going on with a run, which must leave the run as it is. */
async function refusal(shop: Workshop, request: WorkshopRequest = {}): Promise<Error> {
  const before = await snapshot(shop);
  const error = await shop.train({ resume: "last", ...request }).then(
    () => assert.fail("it went on"),
    (error: Error) => error,
  );
  assert.deepEqual(await snapshot(shop), before);
  assert.ok(!error.message.includes("\n"), error.message);
  return error;
}

for (
  const [which, how, spoil, message] of [
    ["last", "is damaged", (shop) => shop.damage("last"), /--resume previous$/],
    ["last", "is missing", (shop) => remove(shop, "last"), /--resume previous$/],
    ["last", "is a folder", (shop) => makeFolder(shop, "last"), /--resume previous$/],
    ["best", "is damaged", (shop) => shop.damage("best"), /restore best\.safetensors from a copy/],
    ["best", "is missing", (shop) => remove(shop, "best"), /restore best\.safetensors from a copy/],
  ] as ["last" | "best", string, (shop: Workshop) => void, RegExp][]
) {
  onOneEngine(`fault 39: a run whose ${which} checkpoint ${how} does not go on`, async () => {
    using shop = await Workshop.open();
    await shop.train();
    spoil(shop);
    for (const changes of [{}, { epochs: 3 }]) {
      const error = await refusal(shop, { changes });
      assert.ok(error instanceof IntegrityError, String(error));
      assert.match(error.message, new RegExp(`${which}\\.safetensors: `));
      assert.match(error.message, message);
      assert.match(error.message, /read and whole: .*previous \(step 3\)/);
    }
  });
}

function remove(shop: Workshop, which: CheckpointName): void {
  Deno.removeSync(shop.path(which));
}

function makeFolder(shop: Workshop, which: CheckpointName): void {
  remove(shop, which);
  Deno.mkdirSync(shop.path(which));
}

onOneEngine(
  "fault 39: no checkpoint at all, and a log: the run does not start over",
  async () => {
    using shop = await Workshop.open();
    await shop.train();
    for (const which of CHECKPOINTS) remove(shop, which);
    const error = await refusal(shop);
    assert.ok(error instanceof IntegrityError);
    assert.match(
      error.message,
      /last\.safetensors: it does not exist; no checkpoint was read whole/,
    );
    assert.match(error.message, /train anew with another --out$/);
  },
);

onOneEngine(
  "fault 79: fewer epochs than are done are refused, and config.json stays",
  async () => {
    using shop = await Workshop.open();
    await shop.train();
    const error = await refusal(shop, { changes: { epochs: 1 } });
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /with 1 epochs: 2 are done or begun; expected as many or more/);
  },
);

onOneEngine("epochs that are begun count", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(4));
  assert.match((await refusal(shop, { changes: { epochs: 1 } })).message, /2 are done or begun/);
});

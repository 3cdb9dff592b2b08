import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine, type Engine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { lockRun } from "../../../model/run/lock.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import { createRun, openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { scoreSplit, splitTruth } from "../../../model/scoring.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { type Dataset, openDataset } from "../../../pipeline/dataset/open.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import {
  type CheckpointName,
  CHECKPOINTS,
  readCheckpoint,
  readCheckpointFacts,
} from "../../../model/run/checkpoint.ts";
import { trainRun } from "../../../model/run/train_run.ts";
import {
  DataError,
  IntegrityError,
  LockedError,
  NumericError,
  UsageError,
} from "../../../pipeline/errors.ts";
import { onEveryEngine, onOneEngine } from "../../_support/engines.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { digests } from "../../_support/prepare.ts";
import { Earlier } from "../../_support/earlier.ts";
import {
  CUTS,
  long,
  small,
  stopAfter,
  Workshop,
  type WorkshopRequest,
} from "../../_support/workshop.ts";

onEveryEngine(
  "a trained run holds its configuration and thresholds of every label set",
  async () => {
    using shop = await Workshop.open();
    assert.equal((await shop.train()).finished, true);
    const run = await openRun(shop.run);
    assert.deepEqual(run.config, small);
    const { model, thresholds } = await restoreModel(run, "best");
    model.weights.dispose();
    assert.deepEqual(Object.keys(thresholds), TASKS);
    assert.ok(Object.values(thresholds).every((threshold) => threshold > 0 && threshold < 1));
  },
);

onEveryEngine("training leaves no tensor behind", async () => {
  using shop = await Workshop.open();
  const before = tf.memory().numTensors;
  await shop.train();
  assert.equal(tf.memory().numTensors, before);
});

onEveryEngine("the best weights are those of the best value on dev", async () => {
  using shop = await Workshop.open();
  const { state } = await shop.train();
  const run = await openRun(shop.run);
  const { model } = await restoreModel(run, "best");
  const dataset = await openDataset(shop.data);
  const scores = await scoreSplit(model, dataset, "dev", run.config);
  model.weights.dispose();
  using dev = await readSplit(dataset, "dev");
  const value = monitorValue(small.monitor, scores.icd!, splitTruth(dev, "icd"));
  assert.equal(value, state.stopping.best);
});

onEveryEngine("a run's log holds every step and every epoch", async () => {
  using shop = await Workshop.open();
  await shop.train();
  const log = (await Deno.readTextFile(`${shop.run}/log.jsonl`)).trimEnd().split("\n");
  const epoch = ["step", "step", "step", "epoch"];
  assert.deepEqual(log.map((line) => JSON.parse(line).event), [...epoch, ...epoch]);
});

onEveryEngine("stopped and resumed, a run leaves the same files to the byte", async () => {
  using whole = await Workshop.open();
  await whole.train();
  for (const step of [1, 3, 4]) {
    using stopped = await Workshop.open();
    assert.equal((await stopped.train(stopAfter(step))).finished, false);
    assert.equal((await stopped.train({ resume: "last" })).finished, true);
    for (const which of ["best", "last"] as const) {
      assert.deepEqual(stopped.bytes(which), whole.bytes(which), `${which} after step ${step}`);
    }
  }
});

onOneEngine(
  "fault 28: cut after each of 20 steps, mid-epoch too, a run leaves the same bytes",
  async () => {
    using whole = await Workshop.open();
    const { state } = await whole.train(long);
    assert.deepEqual([state.step, state.epoch], [CUTS.length + 1, 7]);
    using shop = await Workshop.open();
    for (const step of CUTS) {
      const resume = step === 1 ? undefined : "last";
      assert.equal((await shop.train({ ...long, resume, ...stopAfter(step) })).finished, false);
    }
    await shop.train({ ...long, resume: "last" });
    for (const which of ["best", "last"] as const) {
      assert.deepEqual(shop.bytes(which), whole.bytes(which), which);
    }
  },
);

onEveryEngine("a finished run can be given more epochs, and gains by nothing else", async () => {
  using whole = await Workshop.open();
  await whole.train({ changes: { epochs: 3 } });
  using extended = await Workshop.open();
  await extended.train();
  await extended.train({ resume: "last" });
  const { state } = await extended.train({ resume: "last", changes: { epochs: 3 } });
  assert.equal(state.epoch, 3);
  assert.deepEqual(extended.bytes("last"), whole.bytes("last"));
  assert.equal((await openRun(extended.run)).config.epochs, 3);
});

onEveryEngine(
  "a damaged last checkpoint is refused, and the one before taken on request",
  async () => {
    using whole = await Workshop.open();
    await whole.train();
    using shop = await Workshop.open();
    await shop.train();
    shop.damage("last");
    await assert.rejects(
      shop.train({ resume: "last" }),
      (error) => error instanceof IntegrityError && /--resume previous/.test(error.message),
    );
    await shop.train({ resume: "previous" });
    assert.deepEqual(shop.bytes("last"), whole.bytes("last"));
  },
);

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

onEveryEngine(
  "fault 36: a clock that was set back changes nothing of a run that goes on",
  async () => {
    using whole = await Workshop.open();
    await whole.train();
    using stopped = await Workshop.open();
    await stopped.train(stopAfter(4)); // in the second epoch: there is a previous checkpoint
    const { now } = Date;
    Date.now = () => now() - 400 * 24 * 3600 * 1000;
    const tomorrow = new Date(now() + 24 * 3600 * 1000);
    for (const name of ["config.json", "log.jsonl", "previous.safetensors", "best.safetensors"]) {
      await Deno.utime(`${stopped.run}/${name}`, tomorrow, tomorrow); // newer than the last one
    }
    try {
      await stopped.train({ resume: "last" });
    } finally {
      Date.now = now;
    }
    for (const which of ["best", "last"] as const) {
      assert.deepEqual(stopped.bytes(which), whole.bytes(which), which);
    }
    const steps = (await Deno.readTextFile(`${stopped.run}/log.jsonl`)).trimEnd().split("\n")
      .map((line) => JSON.parse(line)).filter(({ event }) => event === "step");
    assert.deepEqual(steps.map(({ step }) => step), [1, 2, 3, 4, 5, 6]);
  },
);

onEveryEngine("a run that another trains in is refused", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  using _lock = await lockRun(shop.run);
  await assert.rejects(shop.train({ resume: "last" }), LockedError);
});

onEveryEngine("what a killed writer left is gone once the run goes on", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  const left = `${shop.run}/.last.safetensors.1.tmp`;
  await Deno.writeTextFile(left, "half");
  await shop.train({ resume: "last" });
  await assert.rejects(Deno.stat(left), Deno.errors.NotFound);
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
  "fault 39: where the last is damaged, the previous one is kept until a new last is",
  async () => {
    using shop = await Workshop.open();
    await shop.train({ ...stopAfter(4) });
    shop.damage("last"); // of step 4
    const previous = shop.bytes("previous"); // of step 3
    const kept: Uint8Array[] = [];
    const checkpointSeconds = 0; // after every step
    const observers = [{ onStep: () => void kept.push(shop.bytes("previous")) }];
    await shop.train({ resume: "previous", checkpointSeconds, observers });
    assert.deepEqual(kept.slice(0, 2), [previous, previous]); // before, and beside a new last
    assert.notDeepEqual(kept[2], previous);
  },
);

onOneEngine("a run has a checkpoint before its first step, and goes on from it", async () => {
  using whole = await Workshop.open();
  await whole.train();
  using shop = await Workshop.open();
  const observers = [{ onStep: () => assert.fail("stopped in the first step") }];
  await assert.rejects(shop.train({ observers }));
  const { metadata } = await readCheckpointFacts(shop.path("last"));
  assert.equal(JSON.parse(metadata.state!).step, 0);
  await shop.train({ resume: "last" });
  assert.deepEqual(shop.bytes("last"), whole.bytes("last"));
});

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

onOneEngine(
  "fault 42: weights that are not finite are not kept, and what stands is said",
  async () => {
    using shop = await Workshop.open();
    const changes = { "optimizer.learningRate": 1e38, "optimizer.clipNorm": 0 };
    await assert.rejects(shop.train({ changes }), (error: Error) => {
      assert.ok(error instanceof NumericError, String(error));
      assert.match(error.message, /lower optimizer\.learningRate; read and whole: last \(step 0\)/);
      return true;
    });
    for (const { name } of Deno.readDirSync(shop.run)) {
      if (!name.endsWith(".safetensors")) continue;
      const { tensors } = await readCheckpoint(`${shop.run}/${name}`);
      for (const { data } of tensors.values()) {
        assert.ok((data as Float32Array).every(Number.isFinite), name);
      }
    }
  },
);

onOneEngine("fault 42: of no checkpoint is said that it stands where none does", async () => {
  using shop = await Workshop.open();
  const changes = { "optimizer.learningRate": 1e38, "optimizer.clipNorm": 0 };
  const spoil = { onStep: () => void Deno.truncateSync(shop.path("last"), 500) };
  await assert.rejects(
    shop.train({ changes, observers: [spoil] }),
    /no checkpoint was read whole; last: .*; previous: it does not exist/,
  );
});

onOneEngine("fault 80: a dataset that was changed while it is trained on ends it", async () => {
  using shop = await Workshop.open();
  const shard = `${shop.data}/shards/dev-00000.safetensors`;
  const touch = { onStep: () => Deno.writeFileSync(shard, Deno.readFileSync(shard)) };
  await assert.rejects(shop.train({ observers: [touch] }), {
    name: IntegrityError.name,
    message: /dev-00000\.safetensors: it was changed or replaced since it was checked;/,
  });
});

onOneEngine("fault 41: a run of format version 1 goes on", async () => {
  using earlier = new Earlier();
  const { config } = await openRun(earlier.run);
  const { state, finished } = await trainRun({
    dataset: await openDataset(earlier.data),
    directory: earlier.run,
    config: assign(config, { epochs: 3 }),
    engine: currentEngine(),
    resume: "last",
    anyEngine: true,
  });
  assert.deepEqual([state.epoch, finished], [3, true]);
  const again = await openRun(earlier.run);
  assert.deepEqual([again.version, again.config.epochs], [1, 3]);
  (await restoreModel(again, "best")).model.weights.dispose();
});

import assert from "node:assert/strict";
import type { Assignments } from "../../../model/system.ts";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine, type Engine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { lockRun } from "../../../model/run/lock.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createRun, openRun } from "../../../model/run/run.ts";
import { checkpointPath } from "../../../model/run/checkpoint.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { scoreSplit, splitTruth } from "../../../model/scoring.ts";
import { type TrainRequest, trainRun } from "../../../model/run/train_run.ts";
import type { Outcome } from "../../../model/train/trainer.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { type Dataset, openDataset } from "../../../pipeline/dataset/open.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import { DataError, IntegrityError, LockedError, UsageError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { type TinyOptions, writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A small MARN. */
const config = assign(resolveConfig({}), {
  "model.hidden": 4,
  batchSize: 4,
  epochs: 2,
  maxTokens: 15,
});

/** What of a request differs from training the small MARN anew. */
type WorkshopRequest = Partial<TrainRequest> & { readonly changes?: Assignments };

/** Trains in a directory of its own. */
class Workshop implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = `${this.directory}/data`;
  readonly run = `${this.directory}/run`;

  static async open(options: TinyOptions = {}): Promise<Workshop> {
    const shop = new Workshop();
    await writeTinyDataset(shop.data, options);
    return shop;
  }

  async train(request: WorkshopRequest = {}): Promise<Outcome> {
    const { changes = {}, ...rest } = request;
    return await trainRun({
      dataset: await openDataset(this.data),
      directory: this.run,
      config: assign(config, changes),
      engine: currentEngine(),
      ...rest,
    });
  }

  bytes(which: "best" | "last" | "previous", run = this.run): Uint8Array {
    return Deno.readFileSync(checkpointPath(run, which));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** Interrupts after the given step. */
function stopAfter(step: number): Pick<TrainRequest, "interrupt" | "observers"> {
  const controller = new AbortController();
  const observer: TrainObserver = {
    onStep: (event) => {
      if (event.step === step) controller.abort();
    },
  };
  return { interrupt: controller.signal, observers: [observer] };
}

onEveryEngine(
  "a trained run holds its configuration and thresholds of every label set",
  async () => {
    using shop = await Workshop.open();
    assert.equal((await shop.train()).finished, true);
    const run = await openRun(shop.run);
    assert.deepEqual(run.config, config);
    assert.deepEqual(Object.keys(run.thresholds!), TASKS);
    assert.ok(Object.values(run.thresholds!).every((threshold) => threshold > 0 && threshold < 1));
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
  const model = await restoreModel(run, "best");
  const dataset = await openDataset(shop.data);
  const scores = await scoreSplit(model, dataset, "dev", run.config);
  model.weights.dispose();
  using dev = await readSplit(dataset, "dev");
  const value = monitorValue(config.monitor, scores.icd!, splitTruth(dev, "icd"));
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
    const damaged = shop.bytes("last");
    damaged[damaged.length - 5]! ^= 4;
    await Deno.writeFile(checkpointPath(shop.run, "last"), damaged);
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
      "another engine",
      () => ({ resume: "last", engine: otherEngine() }),
      IntegrityError,
      /another engine .*--any-engine/,
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

onEveryEngine("a run goes on with another engine where that is allowed", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  const request = { resume: "last", engine: otherEngine(), anyEngine: true } as const;
  assert.equal((await shop.train(request)).finished, true);
});

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
    config: assign(config, { seed: 9 }),
  });
  await shop.train();
  assert.equal((await openRun(shop.run)).config.seed, config.seed);
  await assert.rejects(shop.train(), UsageError);
});

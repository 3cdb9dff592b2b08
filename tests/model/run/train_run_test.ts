import assert from "node:assert/strict";
import type { Assignments } from "../../../model/system.ts";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine, type Engine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { lockRun } from "../../../model/run/lock.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { checkpointPath, createRun, openRun, requireDataset } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { scoreSplit, splitTruth } from "../../../model/scoring.ts";
import { type TrainRequest, trainRun } from "../../../model/run/train_run.ts";
import type { Outcome } from "../../../model/train/trainer.ts";
import { readSplit } from "../../../pipeline/dataset/shard_documents.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { IntegrityError, LockedError, UsageError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A small MARN. */
const config = assign(resolveConfig({}), {
  "model.hidden": 4,
  batchSize: 4,
  epochs: 2,
  maxTokens: 15,
});

/** Trains in a directory of its own. */
class Workshop implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = `${this.directory}/data`;
  readonly run = `${this.directory}/run`;

  static async open(): Promise<Workshop> {
    const shop = new Workshop();
    await writeTinyDataset(shop.data);
    return shop;
  }

  async train(
    request: Partial<TrainRequest> & { changes?: Assignments } = {},
  ): Promise<Outcome> {
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

onEveryEngine("a run holds all that evaluating needs, and nothing leaks", async () => {
  using shop = await Workshop.open();
  const before = tf.memory().numTensors;
  const { state, finished } = await shop.train();
  assert.equal(finished, true);
  assert.equal(tf.memory().numTensors, before);
  const dataset = await openDataset(shop.data);
  const run = await openRun(shop.run);
  requireDataset(run, dataset);
  assert.deepEqual(run.config, config);
  assert.deepEqual(run.vocabulary, dataset.vocabulary);
  assert.deepEqual(run.labels, dataset.labels);
  assert.ok(run.thresholds!.icd! > 0 && run.thresholds!.ccs! > 0);
  const model = await restoreModel(run, "best");
  const scores = await scoreSplit(model, dataset, "dev", run.config);
  model.weights.dispose();
  using dev = await readSplit(dataset, "dev");
  const value = monitorValue(config.monitor, scores.icd!, splitTruth(dev, "icd"));
  assert.equal(value, state.stopping.best);
  const log = (await Deno.readTextFile(`${shop.run}/log.jsonl`)).trimEnd().split("\n");
  assert.deepEqual(log.map((line) => JSON.parse(line).event), [
    ...["step", "step", "step", "epoch"],
    ...["step", "step", "step", "epoch"],
  ]);
  assert.equal(tf.memory().numTensors, before);
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

onEveryEngine("what does not belong together is refused", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  const before = shop.bytes("last");
  const engine = currentEngine();
  const otherEngine: Engine = { ...engine, name: engine.name === "wasm" ? "tensorflow" : "wasm" };
  using other = await Workshop.open();
  await Deno.remove(other.data, { recursive: true });
  await writeTinyDataset(other.data, { seed: 8 });
  const otherDataset = await openDataset(other.data);
  const refusals: [
    Partial<TrainRequest> & { changes?: Assignments },
    new (message: string) => Error,
    RegExp,
  ][] = [
    [{}, UsageError, /already holds one; add --resume/],
    [
      { resume: "last", changes: { "loss.gamma": 1, seed: 3 } },
      IntegrityError,
      /differs in loss.gamma, seed;/,
    ],
    [{ resume: "last", dataset: otherDataset }, IntegrityError, /manifest, icd labels.* differ/],
    [{ resume: "last", engine: otherEngine }, IntegrityError, /another engine .*--any-engine/],
  ];
  for (const [request, type, message] of refusals) {
    await assert.rejects(
      shop.train(request),
      (error) => error instanceof type && message.test(error.message),
    );
  }
  {
    using _lock = await lockRun(shop.run);
    await assert.rejects(shop.train({ resume: "last" }), LockedError);
  }
  assert.deepEqual(shop.bytes("last"), before);
  await shop.train({ resume: "last", engine: otherEngine, anyEngine: true });
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

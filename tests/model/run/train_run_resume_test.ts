import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine } from "../../../model/engine/engine.ts";
import { openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import { trainRun } from "../../../model/run/train_run.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { onEveryEngine, onOneEngine } from "../../_support/engines.ts";
import { Earlier } from "../../_support/earlier.ts";
import { CUTS, long, stopAfter, Workshop } from "../../_support/workshop.ts";

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

onEveryEngine("what a killed writer left is gone once the run goes on", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(2));
  const left = `${shop.run}/.last.safetensors.1.tmp`;
  await Deno.writeTextFile(left, "half");
  await shop.train({ resume: "last" });
  await assert.rejects(Deno.stat(left), Deno.errors.NotFound);
});

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

import assert from "node:assert/strict";
import type { Engine, EngineName } from "../../../model/engine/engine.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { toyConfig } from "../../_support/toy.ts";
import {
  type Ended,
  interrupter,
  resume,
  toyTraining,
  trainThrough,
} from "../../_support/toy_training.ts";

const whole = new Map<EngineName, Promise<Ended>>();

/** A run that nothing stops, once for each engine. */
function wholeRun({ name }: Engine): Promise<Ended> {
  const run = whole.get(name) ?? trainThrough(toyTraining());
  whole.set(name, run);
  return run;
}

for (const at of [1, 5, 8, 9, 16, 23, 24]) {
  onEveryEngine(`interrupted after step ${at}, a run is kept as it stands`, async () => {
    const stopped = toyTraining(interrupter(({ step }) => step === at));
    const [{ state, finished }] = await trainThrough(stopped);
    assert.deepEqual([finished, state.step], [false, at]);
    assert.deepEqual(stopped.last.at(-1)!.state, state);
  });

  onEveryEngine(`resumed after step ${at}, a run ends in the same bits`, async (engine) => {
    const stopped = toyTraining(interrupter(({ step }) => step === at));
    await trainThrough(stopped);
    assert.deepEqual(await resume(stopped.last.at(-1)!), await wholeRun(engine));
  });
}

onEveryEngine("an interrupt while the dev split is scored keeps the epoch's steps", async () => {
  const controller = new AbortController();
  const observer: TrainObserver = { onScored: () => controller.abort("SIGINT") };
  const stopped = toyTraining({ interrupt: controller.signal, observers: [observer] });
  const [{ state, finished }] = await trainThrough(stopped);
  assert.deepEqual([finished, state.step, state.epoch, state.position], [false, 8, 0, 8]);
  assert.deepEqual(stopped.best, []);
});

onEveryEngine(
  "resumed where the dev split was being scored, it ends in the same bits",
  async (engine) => {
    const controller = new AbortController();
    const observer: TrainObserver = { onScored: () => controller.abort("SIGINT") };
    const stopped = toyTraining({ interrupt: controller.signal, observers: [observer] });
    await trainThrough(stopped);
    assert.deepEqual(await resume(stopped.last[0]!), await wholeRun(engine));
  },
);

onEveryEngine("a timer is served between steps, so that a signal is heard", async () => {
  const controller = new AbortController();
  const stopped = toyTraining({ interrupt: controller.signal });
  setTimeout(() => controller.abort("SIGTERM"), 0);
  const [{ state }] = await trainThrough(stopped);
  assert.ok(state.step < 8, `stopped after step ${state.step}`); // in the first epoch
});

onEveryEngine("checkpoints come within an epoch when their time has come", async () => {
  const through = toyTraining({ checkpointSeconds: 0, config: toyConfig({ epochs: 1 }) });
  await trainThrough(through);
  assert.deepEqual(through.last.map(({ state }) => state.position), [1, 2, 3, 4, 5, 6, 7, 8, 0]);
});

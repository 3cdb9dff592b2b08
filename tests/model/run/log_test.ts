import assert from "node:assert/strict";
import { keptLines, openLog } from "../../../model/run/log.ts";
import type { EpochEvent, StepEvent } from "../../../model/train/observer.ts";
import { temporary } from "../../_support/tiny.ts";

function step(step: number, epoch: number): StepEvent {
  return {
    step,
    epoch,
    position: 1,
    epochSteps: 2,
    loss: 0.5,
    gradientNorm: 1,
    learningRate: 1e-3,
    documents: 2,
    tokens: 10,
    seconds: 0.1,
  };
}

function epoch(epoch: number, step: number): EpochEvent {
  return {
    step,
    epoch,
    trainLoss: 0.5,
    documents: 4,
    tokens: 20,
    monitor: "p@5",
    value: 0.3,
    improved: true,
    stale: 0,
  };
}

Deno.test("a resumed log holds every step and epoch once, whole, and no cut-off line", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/log.jsonl`;
  const first = await openLog(path, { step: 0, epoch: 0 });
  first.onStep?.(step(1, 0));
  first.onStep?.(step(2, 0));
  first.onEpoch?.(epoch(0, 2));
  first.onStep?.(step(3, 1));
  first.close?.();
  await Deno.writeTextFile(path, `{"event":"step","st`, { append: true });

  const second = await openLog(path, { step: 2, epoch: 0 });
  second.onEpoch?.(epoch(0, 2));
  second.onStep?.(step(3, 1));
  second.close?.();
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    { event: "step", ...step(1, 0) },
    { event: "step", ...step(2, 0) },
    { event: "epoch", ...epoch(0, 2) },
    { event: "step", ...step(3, 1) },
  ]);
});

Deno.test("lines that are no entries are dropped", () => {
  assert.deepEqual(keptLines(`null\n7\n{"event":"other","step":1}\n\n`, { step: 9, epoch: 9 }), []);
});

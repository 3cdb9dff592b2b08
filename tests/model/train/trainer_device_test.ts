import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { startState } from "../../../model/train/train_state.ts";
import { type CheckpointStore, train } from "../../../model/train/trainer.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { toyConfig } from "../../_support/toy.ts";
import { toyTraining } from "../../_support/toy_training.ts";

onEveryEngine("the tensor count is flat over steps", async () => {
  const counts: number[] = [];
  const observer: TrainObserver = { onStep: () => void counts.push(tf.memory().numTensors) };
  const config = toyConfig({ microTokens: 20 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  await train({ ...training, checkpoints: noCheckpoints }, startState);
  dispose();
  assert.equal(counts.length, 24);
  assert.equal(new Set(counts).size, 1, `${counts}`);
});

onEveryEngine("a step waits for the device once", async () => {
  const waits: number[] = [];
  const device = countReads();
  const observer: TrainObserver = {
    onStep: () => void waits.push(device.take()),
    onScored: () => void device.take(),
  };
  const config = toyConfig({ microTokens: 20 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  try {
    await train({ ...training, checkpoints: noCheckpoints }, startState);
  } finally {
    device.restore();
    dispose();
  }
  assert.deepEqual(waits, Array(24).fill(1));
});

/** Counts how often tensors are read back from the engine. */
function countReads() {
  const backend = tf.backend() as unknown as Record<"read" | "readSync", (id: object) => unknown>;
  const { read, readSync } = backend;
  let reads = 0;
  let depth = 0; // one calls the other
  const counted = (original: (id: object) => unknown) =>
    function (this: unknown, id: object) {
      if (depth++ === 0) reads++;
      try {
        return original.call(this, id);
      } finally {
        depth--;
      }
    };
  Object.assign(backend, { read: counted(read), readSync: counted(readSync) });
  return {
    take: () => [reads, reads = 0][0]!,
    restore: () => Object.assign(backend, { read, readSync }),
  };
}

/** Keeps nothing: to read weights is to wait for the device. */
const noCheckpoints: CheckpointStore = {
  saveLast: () => Promise.resolve(),
  saveBest: () => Promise.resolve(),
};

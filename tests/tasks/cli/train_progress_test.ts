import assert from "node:assert/strict";
import type { StepEvent } from "../../../model/train/observer.ts";
import { showTrainProgress } from "../../../tasks/cli/train_progress.ts";

function step(position: number): StepEvent {
  return {
    step: position,
    epoch: 1,
    position,
    epochSteps: 4,
    loss: 0.012345,
    gradientNorm: 1,
    learningRate: 1e-3,
    documents: 16,
    tokens: 5000,
    seconds: 20,
  };
}

Deno.test("without a terminal, plain lines come at the interval and after each epoch", () => {
  const lines: string[] = [];
  const progress = showTrainProgress({
    epochs: 3,
    terminal: false,
    write: (line) => lines.push(line),
  });
  for (const position of [1, 2, 3, 4]) progress.onStep?.(step(position));
  progress.onScored?.(1, 2);
  progress.onEpoch?.({
    step: 8,
    epoch: 1,
    trainLoss: 0.0123,
    documents: 64,
    tokens: 20000,
    monitor: "p@5",
    value: 0.25,
    improved: false,
    stale: 2,
  });
  progress.close?.();
  assert.deepEqual(lines, [
    "epoch 2/3 step 2/4: loss 0.01235, 250 tokens/s, 40 s left (at most 2 min 00 s in all)",
    "epoch 2/3 step 4/4: loss 0.01235, 250 tokens/s, 0 s left (at most 1 min 20 s in all)",
    "epoch 2/3: loss 0.01230, dev p@5 0.2500 (2 epochs without a better one)",
  ]);
});

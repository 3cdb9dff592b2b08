import assert from "node:assert/strict";
import type { EpochEvent, StepEvent } from "../../../model/train/observer.ts";
import { startState } from "../../../model/train/train_state.ts";
import { bestEpochLine, showTrainProgress } from "../../../tasks/cli/train_progress.ts";

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

const epoch: EpochEvent = {
  step: 8,
  epoch: 1,
  trainLoss: 0.0123,
  documents: 64,
  tokens: 20000,
  monitor: "p@5",
  value: 0.25,
  improved: false,
  stale: 2,
};

Deno.test("without a terminal, plain lines come at the interval and after each epoch", () => {
  const lines: string[] = [];
  const progress = showTrainProgress({
    epochs: 3,
    terminal: false,
    write: (line) => lines.push(line),
    memory: () => 1.2e9,
  });
  for (const position of [1, 2, 3, 4]) progress.onStep?.(step(position));
  progress.onScored?.(1, 2);
  progress.onEpoch?.(epoch);
  progress.close?.();
  assert.deepEqual(lines, [
    "epoch 2/3 step 2/4: loss 0.01235, 250 tokens/s, 40 s left (at most 2 min 00 s in all), 1.2 GB",
    "epoch 2/3 step 4/4: loss 0.01235, 250 tokens/s, 0 s left (at most 1 min 20 s in all), 1.2 GB",
    "epoch 2/3: loss 0.01230, dev p@5 0.2500 (2 epochs without a better one)",
  ]);
});

Deno.test("fault 77: an undefined metric is explained once", () => {
  const lines: string[] = [];
  const progress = showTrainProgress({
    epochs: 3,
    terminal: false,
    write: (line) => lines.push(line),
  });
  const nothing = { ...epoch, monitor: "micro_f1_caml", value: NaN };
  for (const at of [0, 1]) progress.onEpoch?.({ ...nothing, epoch: at });
  assert.deepEqual(lines, [
    "epoch 1/3: loss 0.01230, dev micro_f1_caml undefined",
    "dev micro_f1_caml is undefined in this epoch (0/0): such an epoch is never the best one and does " +
    "not count against patience; until there is a best one, the latest weights are kept",
    "epoch 2/3: loss 0.01230, dev micro_f1_caml undefined",
  ]);
});

Deno.test("the best epoch of a run is said with its score", () => {
  const state = { ...startState, epoch: 7, stopping: { best: 0.25, bestEpoch: 2, stale: 4 } };
  assert.equal(bestEpochLine("p@5", state), "dev p@5 0.2500 in epoch 3 of 7");
});

Deno.test("fault 77: a run without a best epoch says whose weights are kept", () => {
  const line = bestEpochLine("macro_auc", { ...startState, epoch: 7 });
  assert.equal(
    line,
    "dev macro_auc was undefined in all 7 epochs: the last one's weights are kept",
  );
});

Deno.test("fault 24: documents that are cut are counted, and nothing is said where none is", () => {
  const lines: string[] = [];
  const progress = showTrainProgress({ epochs: 1, write: (line) => lines.push(line) });
  progress.onDocuments?.({ split: "train", documents: 9, cut: 3, maxTokens: 15 });
  progress.onDocuments?.({ split: "dev", documents: 5, cut: 0, maxTokens: 15 });
  assert.deepEqual(lines, ["3 of 9 train documents are cut at 15 tokens"]);
});

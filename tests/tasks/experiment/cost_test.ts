import assert from "node:assert/strict";
import { checkpointPath } from "../../../model/run/checkpoint.ts";
import { openRun } from "../../../model/run/run.ts";
import { startState } from "../../../model/train/train_state.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { costKey, measureCost, secondsLeft } from "../../../tasks/experiment/cost.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** Bytes of a safetensors file's tensors, without its header. */
async function tensorBytes(path: string): Promise<number> {
  const bytes = await Deno.readFile(path);
  return bytes.length - 8 - Number(new DataView(bytes.buffer).getBigUint64(0, true));
}

Deno.test("what is left of a run is its epochs and its evaluation", () => {
  const cost = { epoch: 10, evaluation: 2, bytes: 100 };
  const state = { ...startState, epoch: 3 };
  const left = [
    [{ kind: "new" }, 52],
    [{ kind: "begun", state }, 22],
    [{ kind: "trained", state }, 2],
    [{ kind: "finished", result: {} as never }, 0],
  ] as const;
  for (const [status, seconds] of left) assert.equal(secondsLeft(status, cost, 5), seconds);
});

Deno.test("what changes the loss or the optimiser's numbers costs the same, other layers do not", () => {
  const key = (...set: string[]) => costKey(resolveConfig({ set }));
  for (const same of ["loss.gamma=1", "optimizer.learningRate=1", "epochs=3", "seed=2"]) {
    assert.equal(key(same), key(), same);
  }
  for (const other of ["model.hidden=8", "loss.name=bce", "batchSize=2"]) {
    assert.notEqual(key(other), key(), other);
  }
});

Deno.test("a measured run has the checkpoints that were foreseen", async () => {
  await using trained = await TrainedRun.create();
  const { config } = await openRun(trained.run);
  const cost = await measureCost(config, await openDataset(trained.data));
  const best = await tensorBytes(checkpointPath(trained.run, "best"));
  const last = await tensorBytes(checkpointPath(trained.run, "last"));
  const stepCount = 4; // the optimiser's, which is not foreseen
  assert.equal(cost.bytes, best + 2 * (last - stepCount)); // last and previous
  assert.ok(cost.epoch > 0 && cost.epoch < 60, `${cost.epoch} s an epoch`);
  assert.ok(cost.evaluation > 0 && cost.evaluation < 60, `${cost.evaluation} s of evaluation`);
});

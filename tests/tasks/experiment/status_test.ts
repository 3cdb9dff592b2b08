import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { checkpointPath } from "../../../model/run/checkpoint.ts";
import { openRun } from "../../../model/run/run.ts";
import { startState } from "../../../model/train/train_state.ts";
import { type RunResult, writeResult } from "../../../tasks/experiment/result.ts";
import { readStatus, runDirectory } from "../../../tasks/experiment/status.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** A run of one epoch where `reproduce` would have put it, and its plan. */
async function reproduced() {
  const trained = await TrainedRun.create();
  const { config } = await openRun(trained.run);
  const run = { rows: ["MARN"], config, name: "marn-seed1-abc" };
  const out = `${trained.directory}/out`;
  const directory = runDirectory(out, run);
  await Deno.mkdir(`${out}/runs`, { recursive: true });
  await Deno.rename(trained.run, directory);
  return { run, out, directory, [Symbol.asyncDispose]: () => trained[Symbol.asyncDispose]() };
}

Deno.test("the last checkpoint tells a run that is trained from one that goes on", async () => {
  await using reproduction = await reproduced();
  const { run, out } = reproduction;
  const trained = await readStatus(out, run);
  assert.ok(trained.kind === "trained" && trained.state.epoch === 1);
  const longer = { ...run, config: assign(run.config, { epochs: 3 }) };
  assert.deepEqual(await readStatus(out, longer), { kind: "begun", state: trained.state });
});

Deno.test("a run with a result is finished, whatever its checkpoints", async () => {
  await using reproduction = await reproduced();
  const { run, out, directory } = reproduction;
  const result: RunResult = { tasks: {}, split: "dev", epochs: 1, parameters: 1, seconds: 1 };
  await writeResult(directory, result);
  await Deno.remove(checkpointPath(directory, "last"));
  assert.deepEqual(await readStatus(out, run), { kind: "finished", result });
});

Deno.test("without a checkpoint a run is new; with one that is damaged it goes on from nothing", async () => {
  await using reproduction = await reproduced();
  const { run, out, directory } = reproduction;
  assert.deepEqual(await readStatus(`${out}/elsewhere`, run), { kind: "new" });
  await Deno.writeTextFile(checkpointPath(directory, "last"), "damaged");
  assert.deepEqual(await readStatus(out, run), { kind: "begun", state: startState });
});

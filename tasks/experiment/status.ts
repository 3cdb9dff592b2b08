/**
 * How far a planned run has come, as its directory tells.
 *
 * @module
 */
import { join } from "node:path";
import { checkpointPath, readCheckpointFacts, trainStateAt } from "../../model/run/checkpoint.ts";
import { startState, type TrainState } from "../../model/train/train_state.ts";
import { isFinished } from "../../model/train/trainer.ts";
import { exists } from "../../pipeline/files/read.ts";
import type { PlannedRun } from "./plan.ts";
import { readResult, type RunResult } from "./result.ts";

/** Where a run stands: evaluated, trained to its end, or somewhere before. */
export type RunStatus =
  | { readonly kind: "finished"; readonly result: RunResult }
  | { readonly kind: "trained"; readonly state: TrainState }
  | { readonly kind: "begun"; readonly state: TrainState }
  | { readonly kind: "new" };

/** Directory of a planned run, in the folder of its experiment. */
export function runDirectory(out: string, { name }: PlannedRun): string {
  return join(out, "runs", name);
}

/** Reads where a run stands. A run without a checkpoint starts over, and so is new. */
export async function readStatus(out: string, run: PlannedRun): Promise<RunStatus> {
  const directory = runDirectory(out, run);
  const result = await readResult(directory);
  if (result) return { kind: "finished", result };
  if (!await exists(checkpointPath(directory, "last"))) return { kind: "new" };
  const state = await readState(out, run);
  return { kind: isFinished(state, run.config) ? "trained" : "begun", state };
}

/**
 * How far a run's last checkpoint is. One that cannot be read counts for nothing here; going on with it
 * says what is wrong.
 */
export async function readState(out: string, run: PlannedRun): Promise<TrainState> {
  const path = checkpointPath(runDirectory(out, run), "last");
  try {
    return trainStateAt(await readCheckpointFacts(path), path);
  } catch {
    return startState;
  }
}

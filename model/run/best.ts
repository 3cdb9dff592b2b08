/**
 * The best checkpoint of a run: the one that is evaluated and predicts. It belongs to the last one,
 * which names it. Where no epoch's score was ever defined, the latest epoch's weights stand in for it.
 *
 * @module
 */
import * as v from "valibot";
import { fraction } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { exists } from "../../pipeline/files/read.ts";
import { type PerTask, TASKS } from "../../pipeline/schema.ts";
import type { TrainState } from "../train/train_state.ts";
import {
  checkCheckpoint,
  type CheckpointFacts,
  checkpointPath,
  damaged,
  readCheckpointFacts,
  trainStateAt,
} from "./checkpoint.ts";
import { requireOwn } from "./identity.ts";
import type { Run } from "./run.ts";
import { withSurvey } from "./survey.ts";

/** Decision thresholds that maximise micro-F1 on the dev split, of the label sets that are predicted. */
export type Thresholds = Partial<PerTask<number>>;

const thresholdsSchema = v.strictObject(v.entriesFromList(TASKS, v.exactOptional(fraction)));

/** The thresholds that a checkpoint names. Throws `IntegrityError` where they are none. */
export function parseThresholds({ metadata }: CheckpointFacts, path: string): Thresholds {
  try {
    const value = parseJson(metadata.thresholds ?? "{}");
    if (Array.isArray(value)) throw new TypeError("a list");
    return v.parse(thresholdsSchema, value);
  } catch {
    throw damaged(path, "its thresholds are no numbers from 0 to 1");
  }
}

/**
 * Reads all of the best checkpoint that goes with a state of training, and returns its digest; empty
 * where no epoch was scored yet.
 *
 * @param expected the digest that the state's own checkpoint names; earlier versions name none.
 * @throws {IntegrityError} where it is missing, damaged or another.
 */
export async function checkBest(
  run: Run,
  state: TrainState,
  expected: string | undefined,
): Promise<string> {
  const path = checkpointPath(run.directory, "best");
  const isUnscored = state.stopping.best === null;
  if (isUnscored && (expected === "" || (expected === undefined && !await exists(path)))) return "";
  return await withSurvey(run, "best", async () => {
    const facts = await checkCheckpoint(path);
    requireBest(run, facts, { state, best: expected });
    return facts.sha256;
  });
}

/**
 * Refuses a best checkpoint that does not go with the run's last one, as far as this can be read: it is
 * told apart from another run's that was trained alike. Throws `IntegrityError`.
 */
export async function requireBestOfRun(run: Run, facts: CheckpointFacts): Promise<void> {
  const path = checkpointPath(run.directory, "last");
  if (!await exists(path)) return requireBest(run, facts);
  const last = await readCheckpointFacts(path).catch(() => undefined);
  if (!last) return requireBest(run, facts); // what is wrong with it is its reader's affair
  const state = trainStateAt(last, path);
  requireBest(run, facts, { state, best: last.metadata.best });
}

/** @param last what the checkpoint says that goes with it. */
function requireBest(
  run: Run,
  { metadata, sha256 }: CheckpointFacts,
  last?: { readonly state: TrainState; readonly best: string | undefined },
): void {
  const path = checkpointPath(run.directory, "best");
  requireOwn(run, { metadata, sha256 }, path);
  const { epoch, stopping } = trainStateAt({ metadata }, path);
  if (!last || last.best === sha256) return;
  // It is written before the last one is: a run that was killed between the two does its epoch again.
  const isLast = metadata.best !== undefined; // which names a best one, and is none
  const isNewer = !isLast && epoch >= last.state.epoch;
  const isNamed = last.best === undefined && stopping.best === last.state.stopping.best &&
    stopping.bestEpoch === last.state.stopping.bestEpoch;
  if (isNewer || isNamed) return;
  const own = stopping.best === null ? last.state.epoch - 1 : last.state.stopping.bestEpoch;
  const which = isLast || own === epoch
    ? ""
    : `: it is of epoch ${epoch + 1}, that one of epoch ${own + 1}`;
  throw damaged(path, `it is not the one that the run's last checkpoint goes with${which}`);
}

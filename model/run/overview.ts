/**
 * A run at a glance: its configuration, how far it has come and what it scored, from the small files and
 * the heads of its checkpoints. Nothing is locked for longer than a look, and nothing is written.
 *
 * @module
 */
import { IntegrityError, ReportedError } from "../../pipeline/errors.ts";
import { exists } from "../../pipeline/files/read.ts";
import { startState, type TrainState } from "../train/train_state.ts";
import { isFinished } from "../train/trainer.ts";
import { checkpointPath, readCheckpointFacts, trainStateAt } from "./checkpoint.ts";
import { evidenceOf } from "./claim.ts";
import { isTraining } from "./lock.ts";
import { metricsPath, type MetricsRecord, readMetrics } from "./metrics_file.ts";
import { type FoundRecord, readRecord, recordPath } from "./record.ts";

/** Where a run stands: `stopped` can be resumed, `damaged` says why in its problems. */
export type RunState = "running" | "finished" | "stopped" | "damaged";

/** What can be seen of a run without its dataset: its state, what it scored, what is wrong. */
export interface RunOverview {
  readonly directory: string;
  readonly state: RunState;
  /** Undefined where it cannot be read. */
  readonly record?: FoundRecord | undefined;
  /** How far training has come. */
  readonly progress: TrainState;
  /** Undefined where the run was not evaluated, or its metrics are not those of its best weights. */
  readonly metrics?: MetricsRecord | undefined;
  /** What is wrong, each on one line. */
  readonly problems: readonly string[];
}

/** Looks at a run. What cannot be read of it is said in `problems`, never thrown. */
export async function readOverview(directory: string): Promise<RunOverview> {
  const problems: string[] = [];
  const orNote = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const running = await isTraining(directory);
  const record = await orNote(() => readIntact(directory));
  const progress = await orNote(() => readProgress(directory)) ?? startState;
  const finished = record !== undefined && isFinished(progress, record.config);
  if (finished) await orNote(() => readCheckpointFacts(checkpointPath(directory, "best")));
  const damaged = problems.length > 0;
  const metrics = record && await exists(metricsPath(directory))
    ? await orNote(() => readMetrics({ directory, ...record }))
    : undefined;
  const ended = finished ? "finished" : "stopped";
  const state = running ? "running" : damaged ? "damaged" : ended;
  return { directory, state, record, progress, metrics, problems };
}

async function readIntact(directory: string): Promise<FoundRecord> {
  const record = await readRecord(directory);
  if (record.intact) return record;
  throw new IntegrityError(
    `reading ${
      recordPath(directory)
    }: it was edited after it was written; restore it from a copy, ` +
      "or train anew with another --out",
  );
}

/** Where its last checkpoint stands; a run has one before its first step. */
async function readProgress(directory: string): Promise<TrainState> {
  const path = checkpointPath(directory, "last");
  if (!await exists(path) && (await evidenceOf(directory)).length === 0) return startState;
  return trainStateAt(await readCheckpointFacts(path), path);
}

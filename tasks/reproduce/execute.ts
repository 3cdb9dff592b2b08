/**
 * One planned run: trained to its end, evaluated, and its result kept beside it. One that was
 * interrupted goes on; one that is trained is only evaluated.
 *
 * @module
 */
import { join } from "node:path";
import type { TrainConfig } from "../../model/config/config.ts";
import { keptLines } from "../../model/run/log.ts";
import { evaluateScores } from "../../model/metrics/evaluate.ts";
import { tuneThreshold } from "../../model/metrics/threshold.ts";
import { countByDocument } from "../../model/metrics/bootstrap/paired.ts";
import { showTrainProgress } from "../cli/train_progress.ts";
import { isRun, openRun } from "../../model/run/run.ts";
import { restoreModel } from "../../model/run/restore.ts";
import { scoreDocuments, splitTruth } from "../../model/scoring.ts";
import { type TrainRequest, trainRun } from "../../model/run/train_run.ts";
import type { TrainState } from "../../model/train/train_state.ts";
import { readSplit } from "../../pipeline/dataset/shard_documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import type { Split } from "../../pipeline/schema.ts";
import { showProgress } from "../cli/progress.ts";
import type { PlannedRun } from "./plan.ts";
import { type RunResult, writeResult } from "./result.ts";
import { readStatus, runDirectory } from "./status.ts";

/** Where and with what runs are executed. */
export interface ExecuteOptions
  extends Pick<TrainRequest, "dataset" | "engine" | "anyEngine" | "ignoreMemory"> {
  /** Folder of all runs. */
  readonly out: string;
  /** Ends the work after the step in progress. */
  readonly interrupt: AbortSignal;
  /** Receives lines of progress. */
  readonly write: (line: string) => void;
}

/**
 * Does what is left of a run. Undefined when it was interrupted; throws as `trainRun` does, and
 * `IntegrityError` when what is there is damaged.
 */
export async function executeRun(
  run: PlannedRun,
  options: ExecuteOptions,
): Promise<RunResult | undefined> {
  const status = await readStatus(options.out, run);
  if (status.stage === "finished") return status.result;
  const directory = runDirectory(options.out, run);
  const state = status.stage === "trained" ? status.state : await trainOn(run.config, {
    ...{ directory, options },
  });
  return state && await evaluate(run.config, state, { directory, options });
}

interface Place {
  readonly directory: string;
  readonly options: ExecuteOptions;
}

/** Trains to the end; undefined when interrupted. */
async function trainOn(config: TrainConfig, { directory, options }: Place) {
  const { out: _out, write, ...request } = options;
  const { state, finished } = await trainRun({
    ...{ ...request, directory, config },
    ...(await isRun(directory) ? { resume: "last" as const } : {}),
    observers: [showTrainProgress({ epochs: config.epochs, write })],
  });
  return finished ? state : undefined;
}

/** Evaluates the best weights and keeps the result; undefined when interrupted. */
async function evaluate(
  config: TrainConfig,
  state: TrainState,
  { directory, options: { dataset, interrupt, write } }: Place,
): Promise<RunResult | undefined> {
  const model = await restoreModel(await openRun(directory), "best");
  using progress = showProgress({ write });
  const score = async (split: Split) => {
    using documents = await readSplit(dataset, split);
    const stage = progress.stage(`scoring ${split}`, documents.count);
    const onScored = (done: number) => stage.reach(done);
    const scores = await scoreDocuments(model, documents, config, { onScored, interrupt });
    stage.end(`${documents.count} documents`);
    return { matrix: scores[config.target]!, truth: splitTruth(documents, config.target) };
  };
  try {
    const split = evaluatedSplit(dataset);
    const dev = await score("dev");
    const { matrix, truth } = split === "dev" ? dev : await score(split);
    const threshold = tuneThreshold(dev.matrix, dev.truth);
    const k = dataset.manifest.labelSet === "full" ? 8 : 5;
    const result: RunResult = {
      values: evaluateScores(matrix, truth, { threshold }).values,
      counts: countByDocument(matrix, truth, { threshold: 0.5, k }),
      ...{ split, epochs: state.epoch, parameters: model.weights.parameterCount() },
      seconds: await loggedSeconds(directory, state),
    };
    await writeResult(directory, result);
    return result;
  } catch (error) {
    if (interrupt.aborted) return undefined;
    throw error;
  } finally {
    model.weights.dispose();
  }
}

/** `test`, or `dev` where a corpus has no test documents. */
export function evaluatedSplit({ manifest }: Dataset): "dev" | "test" {
  return manifest.documents.test > 0 ? "test" : "dev";
}

/** Seconds of all steps in a run's log, which holds each step once. */
async function loggedSeconds(directory: string, state: TrainState): Promise<number> {
  const text = await Deno.readTextFile(join(directory, "log.jsonl")).catch(() => "");
  return keptLines(text, state).map((line) => JSON.parse(line))
    .reduce((sum, { event, seconds }) => event === "step" ? sum + seconds : sum, 0);
}

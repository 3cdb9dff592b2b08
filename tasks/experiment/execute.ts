/**
 * One planned run: trained to its end, evaluated, and its result kept beside it. One that was
 * interrupted goes on; one that is trained is only evaluated.
 *
 * @module
 */
import type { Engine } from "../../model/engine/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import { countByDocument, type DocumentCounts } from "../../model/metrics/bootstrap/paired.ts";
import { type EvaluateRequest, evaluateRun } from "../../model/run/evaluate_run.ts";
import { loggedSeconds } from "../../model/run/log.ts";
import { restoreModel } from "../../model/run/restore.ts";
import { isRun } from "../../model/run/record.ts";
import { lockPlanned } from "../../model/run/lock.ts";
import { openRun } from "../../model/run/run.ts";
import { trainRun } from "../../model/run/train_run.ts";
import type { TrainState } from "../../model/train/train_state.ts";
import { ReportedError } from "../../pipeline/errors.ts";
import { privateModes } from "../../pipeline/files/restricted.ts";
import type { Task } from "../../pipeline/schema.ts";
import { showProgress } from "../cli/progress.ts";
import { showTrainProgress } from "../cli/train_progress.ts";
import { comparedCutoff } from "./experiment.ts";
import { forgetFailure, keepFailure } from "./failures.ts";
import type { PlannedRun } from "./plan.ts";
import { evaluatedSplit, type PlannedExperiment } from "./planned.ts";
import { type RunResult, type TaskResult, writeResult } from "./result.ts";
import { readStatus, runDirectory } from "./status.ts";
import { FIXED_THRESHOLD } from "../../model/metrics/threshold.ts";

/** Where and with what runs are executed. */
export interface ExecuteOptions extends Pick<PlannedExperiment, "out" | "dataset">, Execution {
  /** Receives lines of progress. */
  readonly write: (line: string) => void;
}

/** What runs are executed with beside their plan. */
export interface Execution {
  readonly engine: Engine;
  /** Goes on with runs that were begun on another engine. */
  readonly anyEngine?: boolean | undefined;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: boolean | undefined;
  /** Ends the work after the step in progress. */
  readonly interrupt: AbortSignal;
}

/**
 * Does what is left of a run, which no other process can take meanwhile. Undefined when it was
 * interrupted; throws as `trainRun` does, `LockedError` while another process has the run, and
 * `IntegrityError` when what is there is damaged.
 */
export async function executeRun(
  run: PlannedRun,
  options: ExecuteOptions,
): Promise<RunResult | undefined> {
  const { out, dataset } = options;
  using _modes = privateModes(dataset.manifest.restricted);
  using _lock = await lockPlanned(out, run.name);
  forgetFailure(out, run);
  try {
    return await finishRun(run, options);
  } catch (error) {
    // Whoever called says it, too: where it cannot be kept, nothing else is lost.
    if (error instanceof ReportedError) await keepFailure(out, run, error).catch(() => {});
    throw error;
  }
}

/** Trains and evaluates as far as that is not done; undefined when interrupted. */
async function finishRun(
  run: PlannedRun,
  options: ExecuteOptions,
): Promise<RunResult | undefined> {
  const status = await readStatus(options.out, run);
  if (status.kind === "finished") return status.result;
  const state = status.kind === "trained" ? status.state : await finishTraining(run, options);
  return state && await evaluate(run, state, options);
}

/** Trains to the end; undefined when interrupted. */
async function finishTraining(
  run: PlannedRun,
  options: ExecuteOptions,
): Promise<TrainState | undefined> {
  const { dataset, engine, anyEngine, ignoreMemory, interrupt, write } = options;
  const { config } = run;
  const directory = runDirectory(options.out, run);
  const { state, finished } = await trainRun({
    directory,
    dataset,
    config,
    engine,
    resume: await isRun(directory) ? "last" : undefined,
    anyEngine,
    ignoreMemory,
    observers: [showTrainProgress({ epochs: config.epochs, write })],
    interrupt,
  });
  return finished ? state : undefined;
}

/** Evaluates the best weights and keeps the result; undefined when interrupted. */
async function evaluate(
  run: PlannedRun,
  state: TrainState,
  { out, dataset, engine, interrupt, write }: ExecuteOptions,
): Promise<RunResult | undefined> {
  const directory = runDirectory(out, run);
  const trained = await openRun(directory);
  const restored = await restoreModel(trained, "best");
  const { model } = restored;
  using progress = showProgress({ write });
  try {
    const result: RunResult = {
      tasks: await measureTasks({ run: trained, restored, dataset, progress, interrupt }),
      split: evaluatedSplit(dataset),
      epochs: state.epoch,
      parameters: model.weights.parameterCount(),
      seconds: await loggedSeconds(directory, state),
      best: state.stopping.best,
      engine: describeEngine(engine),
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

/** Metrics of the evaluated split, and counts of its documents, by which runs are compared. */
async function measureTasks(
  request: Omit<EvaluateRequest, "splits" | "resamples" | "onScores">,
): Promise<RunResult["tasks"]> {
  const { dataset, restored: { model } } = request;
  const split = evaluatedSplit(dataset);
  const by = { threshold: FIXED_THRESHOLD, k: comparedCutoff(dataset.manifest.labelSet) };
  const counts = new Map<Task, DocumentCounts>();
  const [evaluation] = await evaluateRun({
    ...request,
    splits: ["dev", split],
    resamples: 0,
    onScores(scored, scores, truth) {
      if (scored !== split) return;
      for (const task of model.tasks) {
        counts.set(task, countByDocument(scores[task]!, truth[task], by));
      }
    },
  });
  return Object.fromEntries(model.tasks.map((task): [Task, TaskResult] => {
    const { values } = evaluation!.tasks[task]!.splits[split]!.all;
    return [task, { values, counts: counts.get(task)! }];
  }));
}

/**
 * The demo's run: trained on its dataset, then evaluated beside the baselines.
 *
 * @module
 */
import { BASELINES } from "../../model/baselines/baselines.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import type { Engine } from "../../model/engine/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import { metricsPath } from "../../model/run/metrics_file.ts";
import { openRun } from "../../model/run/run.ts";
import { trainRun } from "../../model/run/train_run.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { showProgress } from "../cli/progress.ts";
import type { Stopwatch } from "../cli/stopwatch.ts";
import { showTrainProgress } from "../cli/train_progress.ts";
import type { EvaluationReport } from "../report/evaluation_tables.ts";
import { reportRun } from "../report/report_run.ts";

/** What a run is made from. */
export interface DemoRunRequest {
  /** Run directory. */
  readonly directory: string;
  readonly dataset: Dataset;
  readonly config: TrainConfig;
  readonly engine: Engine;
  /** Times training and evaluation. */
  readonly stopwatch: Stopwatch;
  /** Ends training after the step in progress. */
  readonly interrupt: AbortSignal;
}

/** Trains and evaluates; undefined where training was interrupted. */
export async function makeDemoRun(request: DemoRunRequest): Promise<EvaluationReport | undefined> {
  const { stopwatch } = request;
  const finished = await stopwatch.time("train", () => train(request));
  return finished ? await stopwatch.time("evaluate", () => evaluate(request)) : undefined;
}

/** The run, the seconds of its stages and its `metrics.json`, for programs. */
export async function demoJson(directory: string, { seconds }: Stopwatch): Promise<string> {
  const metrics = JSON.parse(await Deno.readTextFile(metricsPath(directory)));
  return JSON.stringify({ run: directory, seconds, metrics }, null, 2);
}

async function train(request: DemoRunRequest): Promise<boolean> {
  const { directory, dataset, config, engine, interrupt } = request;
  const observers = [showTrainProgress({ epochs: config.epochs })];
  const training = { directory, dataset, config, engine, observers, interrupt };
  return (await trainRun(training)).finished;
}

async function evaluate({ directory, dataset, engine }: DemoRunRequest): Promise<EvaluationReport> {
  using progress = showProgress();
  return await reportRun({
    run: await openRun(directory),
    dataset,
    engine: describeEngine(engine),
    splits: ["dev", "test"], // dev calibrates the run
    baselines: BASELINES,
    resamples: 1000,
    progress,
  });
}

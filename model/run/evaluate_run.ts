/**
 * A trained run, and the baselines beside it, evaluated on the dataset that it was trained on.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { readSplit } from "../../pipeline/dataset/shard_documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { perTask, type Split, type Task } from "../../pipeline/schema.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import { type Baseline, baselineScores } from "../baselines/baselines.ts";
import { evaluateSplit, type SplitMetrics } from "../metrics/evaluate.ts";
import { tuneThreshold } from "../metrics/threshold.ts";
import { drawResamples } from "../metrics/bootstrap/resamples.ts";
import type { Model } from "../model.ts";
import { requireDataset, type Run } from "./run.ts";
import { scoreDocuments, type Scores, splitTruth } from "../scoring.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** One system's metrics for one label set. */
export interface TaskEvaluation {
  /** Threshold of the `…_tuned` metrics. */
  readonly threshold: number;
  /** Metrics of each split evaluated. */
  readonly splits: { readonly [split in Split]?: SplitMetrics };
}

/** One system's metrics. */
export interface SystemEvaluation {
  /** Its name: the run's model, or a baseline. */
  readonly system: string;
  /** By label set. */
  readonly tasks: { readonly [task in Task]?: TaskEvaluation };
}

/** What to evaluate, and how. */
export interface EvaluateRequest {
  /** The run. */
  readonly run: Run;
  /** Its model, with the weights to evaluate. */
  readonly model: Model;
  /** The dataset that it was trained on. */
  readonly dataset: Dataset;
  /** On which splits; empty ones are left out. Dev and test by default. */
  readonly splits?: readonly Split[];
  /** Baselines to evaluate beside it. */
  readonly baselines?: readonly Baseline[];
  /** Resamples for the intervals; 0 for none. 1000 by default. */
  readonly resamples?: number;
  /** Threshold of the `…_tuned` metrics instead of the one tuned on dev. */
  readonly threshold?: number;
  /** Told of every split that the model has scored; the scores are not kept. */
  readonly onScores?: (split: Split, scores: Scores, truth: Truth) => Promise<void>;
  /** Told how far it is. */
  readonly progress?: Progress;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal;
}

/** True labels of a split's documents, by label set. */
export type Truth = { readonly [task in Task]: LabelRows };

/** Seed of the resamples: the same for all systems and runs, so that their resamples are the same. */
export const RESAMPLES_SEED = 1;

/**
 * Evaluates the model, then each baseline, for each of the model's label sets. Thresholds are tuned on
 * the dev split; where it is not evaluated, the model's is the one saved with its weights.
 *
 * @throws {IntegrityError} where the dataset is not the one that the run was made on.
 */
export async function evaluateRun(request: EvaluateRequest): Promise<SystemEvaluation[]> {
  const { run, model, dataset, baselines = [] } = request;
  requireDataset(run, dataset);
  const systems: SystemEvaluation[] = [await evaluateModel(request)];
  for (const baseline of baselines) {
    const tasks: [Task, TaskEvaluation][] = [];
    for (const task of model.tasks) {
      tasks.push([task, await evaluateBaseline(request, baseline, task)]);
    }
    systems.push({ system: baseline, tasks: Object.fromEntries(tasks) });
  }
  return systems;
}

async function evaluateModel(request: EvaluateRequest): Promise<SystemEvaluation> {
  const { run, model, dataset, progress = silent, interrupt } = request;
  const evaluators = model.tasks.map((task) =>
    createEvaluator(request, task, request.threshold ?? run.thresholds?.[task])
  );
  for (const split of evaluatedSplits(request)) {
    using documents = await readSplit(dataset, split);
    const scoring = progress.stage(`${model.name} scores ${split}`, documents.count);
    const onScored = (done: number) => scoring.reach(done);
    const scores = await scoreDocuments(model, documents, run.config, {
      onScored,
      ...(interrupt && { interrupt }),
    });
    scoring.end(`${documents.count} documents`);
    const truth = perTask((task) => splitTruth(documents, task));
    await request.onScores?.(split, scores, truth);
    model.tasks.forEach((task, at) => evaluators[at]!.add(split, scores[task]!, truth[task]));
  }
  const results = evaluators.map(({ task, result }) => [task, result()]);
  return { system: run.config.model.name, tasks: Object.fromEntries(results) };
}

async function evaluateBaseline(
  request: EvaluateRequest,
  baseline: Baseline,
  task: Task,
): Promise<TaskEvaluation> {
  const { dataset, progress = silent, interrupt } = request;
  const splits = evaluatedSplits(request);
  const fitting = progress.stage(`${baseline}, ${task}`, dataset.labels[task].length, "labels");
  const onFitted = (done: number) => {
    interrupt?.throwIfAborted();
    fitting.reach(done);
  };
  const scored = await baselineScores(dataset, ["dev", ...splits], { baseline, task, onFitted });
  fitting.end(`fitted to ${dataset.manifest.documents.train} documents`);
  const evaluator = createEvaluator(request, task);
  const truthOf = async (split: Split) => {
    using documents = await readSplit(dataset, split);
    return splitTruth(documents, task);
  };
  if (!splits.includes("dev")) evaluator.tune(scored.dev, await truthOf("dev"));
  for (const split of splits) evaluator.add(split, scored[split], await truthOf(split));
  return evaluator.result();
}

/** Dev first, since the threshold comes from it; those without documents are left out. */
function evaluatedSplits({ dataset, splits = ["dev", "test"] }: EvaluateRequest): Split[] {
  return (["dev", "train", "test"] as const)
    .filter((split) => splits.includes(split) && dataset.manifest.documents[split] > 0);
}

/**
 * Collects one system's metrics for one label set, split by split.
 *
 * @param threshold until the dev split comes.
 */
function createEvaluator(request: EvaluateRequest, task: Task, threshold = 0.5) {
  const { dataset, resamples = 1000 } = request;
  const splits: { [split in Split]?: SplitMetrics } = {};
  const tune = (dev: ScoreMatrix, truth: LabelRows) => {
    threshold = request.threshold ?? tuneThreshold(dev, truth);
  };
  return {
    task,
    tune,
    add(split: Split, matrix: ScoreMatrix, truth: LabelRows): void {
      if (split === "dev") tune(matrix, truth);
      const draw = { size: resamples, seed: RESAMPLES_SEED };
      splits[split] = evaluateSplit(matrix, truth, {
        labels: dataset.labels[task],
        threshold,
        resamples: resamples > 0 ? drawResamples(matrix.documents, draw) : undefined,
      });
    },
    result: (): TaskEvaluation => ({ threshold, splits }),
  };
}

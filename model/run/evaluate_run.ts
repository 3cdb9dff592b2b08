/**
 * A trained run, and the baselines beside it, evaluated on the dataset that it was trained on.
 *
 * @module
 */
import { threeCharacters } from "../../pipeline/codes/three_characters.ts";
import { countCut, type LabelRows } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { DataError, UsageError } from "../../pipeline/errors.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import { type PerTask, perTask, type Split, type Task } from "../../pipeline/schema.ts";
import { type Baseline, fitBaseline } from "../baselines/baselines.ts";
import { fewestCases, type PrecisionPromise } from "../calibration/selective.ts";
import { drawResamples, type Resamples } from "../metrics/bootstrap/resamples.ts";
import { evaluateSplit, type SplitMetrics } from "../metrics/evaluate.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";
import { FIXED_THRESHOLD, tuneThreshold } from "../metrics/threshold.ts";
import { scoreDocuments, type Scores, splitTruth } from "../scoring.ts";
import type { CalibrationRecord } from "./calibration_file.ts";
import { readDocuments } from "./read_documents.ts";
import type { RestoredModel } from "./restore.ts";
import { requireDataset, type Run } from "./run.ts";
import { createTrustMeter, type ScoredSplit, type TaskTrust } from "./trust.ts";

/** One system's metrics for one label set. */
export interface TaskEvaluation {
  /** Threshold of the `…_tuned` metrics, from 0 to 1. */
  readonly threshold: number;
  /** Metrics of the splits that were evaluated. */
  readonly splits: { readonly [split in Split]?: SplitMetrics };
  /** Of the run's model; baselines have none. */
  readonly trust?: TaskTrust | undefined;
}

/** The metrics of the run's model, or of a baseline, for each label set. */
export interface SystemEvaluation {
  /** `marn`, …: the run's model; or a baseline. */
  readonly system: string;
  /** Of the label sets that the run's model predicts. */
  readonly tasks: Partial<PerTask<TaskEvaluation>>;
}

/** The run to evaluate, on what, and who is told of what on the way. */
export interface EvaluateRequest {
  readonly run: Run;
  /** Its model with the weights to evaluate. */
  readonly restored: RestoredModel;
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  /** Those without documents are left out. Dev and test by default. */
  readonly splits?: readonly Split[] | undefined;
  /** Baselines to evaluate beside the model; none by default. */
  readonly baselines?: readonly Baseline[] | undefined;
  /** Resamples for the intervals; 0 for none. 1000 by default. */
  readonly resamples?: number | undefined;
  /** Threshold of the `…_tuned` metrics; by default the one tuned on dev. */
  readonly threshold?: number | undefined;
  /** What an evaluation of dev before taught of these weights; used where dev is not evaluated. */
  readonly known?: CalibrationRecord["tasks"] | undefined;
  /** The precision at which codes are to be accepted unseen; none by default. */
  readonly promise?: PrecisionPromise | undefined;
  /** Told what was learned of the model's scores, to be kept with the run. */
  readonly onCalibrated?: ((tasks: CalibrationRecord["tasks"]) => void | Promise<void>) | undefined;
  /** Told of every label set and split that the model was evaluated on; the scores are not kept. */
  readonly onEvaluated?: ((evaluated: Evaluated) => void) | undefined;
  /** Told of every split that the model has scored; the scores are not kept. */
  readonly onScores?:
    | ((split: Split, scores: Scores, truth: PerTask<LabelRows>) => void | Promise<void>)
    | undefined;
  readonly progress?: Progress | undefined;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/** The model's scores of a split, and what they are held against. */
export interface Evaluated {
  readonly task: Task;
  readonly split: Split;
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
  /** Scores above it are decisions for a code. */
  readonly threshold: number;
}

/** Seed of the resamples: the same for all systems and runs, so that their resamples are the same. */
export const RESAMPLES_SEED = 1;

/**
 * Evaluates the model, then each baseline, for each of the model's label sets. Thresholds are tuned on
 * the dev split; where it is not evaluated, the model's is the one saved with its weights.
 *
 * @throws {IntegrityError} where the dataset is not the one that the run was made on.
 * @throws {UsageError} where a precision is to be promised without dev.
 * @throws {DataError} where dev is too small to promise it.
 */
export async function evaluateRun(request: EvaluateRequest): Promise<SystemEvaluation[]> {
  const { run, restored: { model }, dataset, baselines = [] } = request;
  requireDataset(run, dataset);
  requireCases(request);
  const systems = [await evaluateModel(request)];
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
  const { run, restored: { model, thresholds }, dataset, progress = silent, interrupt } = request;
  const system = run.config.model.name;
  const evaluators = model.tasks.map((task) =>
    [task, createEvaluator(request, task, thresholds[task])] as const
  );
  const meters = perTask((task) =>
    createTrustMeter({
      labels: dataset.labels[task],
      known: request.known?.[task],
      promise: request.promise,
    })
  );
  for (const split of evaluatedSplits(request)) {
    using documents = await readDocuments(run.config, dataset, split);
    const stage = progress.stage(`${system} scores ${split}`, documents.count);
    const onScored = (done: number) => stage.reach(done);
    const scores = await scoreDocuments(model, documents, run.config, { onScored, interrupt });
    const cut = countCut(documents, run.config.maxTokens);
    const note = cut > 0 ? `, ${cut} cut at ${run.config.maxTokens} tokens` : "";
    stage.end(`${documents.count} documents${note}`);
    const truth = perTask((task) => splitTruth(documents, task));
    await request.onScores?.(split, scores, truth);
    const resamples = resamplesOf(request, documents.count);
    for (const [task, evaluator] of evaluators) {
      const scored = { matrix: scores[task]!, truth: truth[task] };
      evaluator.add(split, { ...scored, resamples });
      const { threshold } = evaluator.result();
      meters[task].add(split, { ...scored, threshold, resamples });
      request.onEvaluated?.({ task, split, ...scored, threshold });
    }
  }
  const kept = model.tasks.map((task) => [task, meters[task].kept]);
  await request.onCalibrated?.(Object.fromEntries(kept));
  const tasks = evaluators.map(([task, evaluator]) => {
    return [task, { ...evaluator.result(), trust: meters[task].trust }];
  });
  return { system, tasks: Object.fromEntries(tasks) };
}

async function evaluateBaseline(
  request: EvaluateRequest,
  baseline: Baseline,
  task: Task,
): Promise<TaskEvaluation> {
  const { dataset, progress = silent, interrupt } = request;
  const sizes = { vocabulary: dataset.vocabulary.length, labels: dataset.labels[task].length };
  const stage = progress.stage(`${baseline}, ${task}`, sizes.labels, "labels");
  const onFitted = (done: number) => {
    interrupt?.throwIfAborted();
    stage.reach(done);
  };
  using training = await readSplit(dataset, "train");
  const score = await fitBaseline(training, sizes, { baseline, task, onFitted });
  stage.end(`fitted to ${training.count} documents`);
  const evaluator = createEvaluator(request, task);
  const splits = evaluatedSplits(request);
  for (const split of new Set<Split>(["dev", ...splits])) {
    using documents = await readSplit(dataset, split);
    const truth = splitTruth(documents, task);
    const matrix = score(documents);
    if (splits.includes(split)) {
      evaluator.add(split, { matrix, truth, resamples: resamplesOf(request, documents.count) });
    } else {
      evaluator.tune(matrix, truth);
    }
  }
  return evaluator.result();
}

/** Refuses to promise a precision by a dev split that could not break the promise. */
function requireCases({ dataset, promise, splits = ["dev", "test"] }: EvaluateRequest): void {
  if (!promise) return;
  const { precision, confidence } = promise;
  const attempt = `promising a precision of ${precision} on ${dataset.directory}`;
  if (!splits.includes("dev")) {
    throw new UsageError(`${attempt}: it is found on dev; expected dev in --split; add it`);
  }
  const cases = dataset.manifest.documents.dev;
  const fewest = fewestCases(promise);
  if (cases >= fewest) return;
  throw new DataError(
    `${attempt}: ${cases} dev documents; expected ${fewest} or more, or all codes could be right by ` +
      `chance with confidence ${confidence}; ask for a lower --precision, or prepare a larger dev split`,
  );
}

/** Dev first, since the threshold comes from it; those without documents are left out. */
function evaluatedSplits({ dataset, splits = ["dev", "test"] }: EvaluateRequest): Split[] {
  return (["dev", "train", "test"] as const)
    .filter((split) => splits.includes(split) && dataset.manifest.documents[split] > 0);
}

/** Resamples of so many documents, the same for all systems; undefined where none are asked for. */
function resamplesOf(
  { resamples: size = 1000 }: EvaluateRequest,
  documents: number,
): Resamples | undefined {
  return size > 0 ? drawResamples(documents, { size, seed: RESAMPLES_SEED }) : undefined;
}

/** Collects one system's metrics for one label set, split by split, dev first. */
interface Evaluator {
  /** Tunes the threshold to scores of the dev split, unless the request has one. */
  tune(dev: ScoreMatrix, truth: LabelRows): void;
  /** Evaluates a split; on dev, the threshold is tuned before. */
  add(split: Split, scored: Omit<ScoredSplit, "threshold">): void;
  result(): TaskEvaluation;
}

/** @param saved threshold to begin with. */
function createEvaluator(request: EvaluateRequest, task: Task, saved = FIXED_THRESHOLD): Evaluator {
  const { dataset } = request;
  const splits: { [split in Split]?: SplitMetrics } = {};
  let threshold = request.threshold ?? saved;
  const tune = (dev: ScoreMatrix, truth: LabelRows) => {
    threshold = request.threshold ?? tuneThreshold(dev, truth);
  };
  return {
    tune,
    add(split, { matrix, truth, resamples }) {
      if (split === "dev") tune(matrix, truth);
      splits[split] = evaluateSplit(matrix, truth, {
        labels: dataset.labels[task],
        threshold,
        categories: task === "icd" ? threeCharacters(dataset.labels.icd) : undefined,
        resamples,
      });
    },
    result: () => ({ threshold, splits }),
  };
}

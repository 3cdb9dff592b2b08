/**
 * Evaluates a run and writes what comes of it into its directory.
 *
 * @module
 */
import { join } from "node:path";
import type { Baseline } from "../../model/baselines/baselines.ts";
import {
  evaluateRun,
  RESAMPLES_SEED,
  type SystemEvaluation,
} from "../../model/run/evaluate_run.ts";
import { MODEL_CARD, REPORT_FILE, REPORT_PAGE } from "../../model/run/contents.ts";
import { loggedEpochs, logPath } from "../../model/run/log.ts";
import { describeProfile, PROFILE_FILE, writeProfile } from "../../model/run/profile_file.ts";
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { lockEvaluation } from "../../model/run/lock.ts";
import type { PrecisionPromise } from "../../model/calibration/selective.ts";
import {
  CALIBRATION_FILE,
  type CalibrationRecord,
  learnedOf,
  type TaskCalibration,
  writeCalibration,
} from "../../model/run/calibration_file.ts";
import { METRICS_FILE, writeMetrics } from "../../model/run/metrics_file.ts";
import { PREDICTIONS, writePredictions, writeScores } from "../../model/run/predictions.ts";
import type { Run } from "../../model/run/run.ts";
import { type RestoredModel, restoreModel } from "../../model/run/restore.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { IntegrityError } from "../../pipeline/errors.ts";
import { type FileDigest, writeDigested } from "../../pipeline/files/checksum.ts";
import { makePrivate, markRestricted, privateModes } from "../../pipeline/files/restricted.ts";
import { removeUnfinished } from "../../pipeline/files/write.ts";
import type { Progress } from "../../pipeline/progress.ts";
import type { Split } from "../../pipeline/schema.ts";
import { formatEvaluation } from "./evaluation.ts";
import type { EvaluationReport } from "./evaluation_tables.ts";
import { writeModelCard } from "./model_card.ts";
import { type Details, DetailsCollector } from "./page/details.ts";
import { formatReportPage } from "./page/report_page.ts";
import { FIXED_THRESHOLD } from "../../model/metrics/threshold.ts";

/** What an evaluation writes into a run's directory itself. */
const OWN_FILES: ReadonlySet<string> = new Set([
  REPORT_FILE,
  REPORT_PAGE,
  MODEL_CARD,
  CALIBRATION_FILE,
  PROFILE_FILE,
  METRICS_FILE,
]);

/** What to evaluate, and how. */
export interface ReportRequest {
  readonly run: Run;
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  /** The engine in use, in words. */
  readonly engine: string;
  /** Those without documents are left out. */
  readonly splits: readonly Split[];
  readonly baselines: readonly Baseline[];
  /** Resamples for the intervals; 0 for none. */
  readonly resamples: number;
  /** Threshold of the `…_tuned` metrics; by default the one tuned on dev. */
  readonly threshold?: number | undefined;
  /** The precision at which codes are to be accepted unseen; none by default. */
  readonly promise?: PrecisionPromise | undefined;
  /** Whether all probabilities are written, too. */
  readonly scores?: boolean | undefined;
  readonly progress: Progress;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Evaluates the best weights of a run and writes `metrics.json`, `report.md`, `report.html`,
 * `calibration.json`, `predictions/`, the run's card and, of the dev split, `profile.json`.
 *
 * @throws {IntegrityError} where the dataset is not the one that the run was made on, or its weights
 * are not as they were written.
 * @throws {LockedError} where another process evaluates the run.
 * @throws {ResourceError} where a file cannot be written.
 */
export async function reportRun(request: ReportRequest): Promise<EvaluationReport> {
  const { run, dataset, engine, resamples } = request;
  const { directory, config } = run;
  using _modes = privateModes(run.dataset.restricted);
  using _lock = await lockEvaluation(directory);
  if (run.dataset.restricted) await protect(directory);
  await clearRests(directory);
  const restored = await restoreModel(run, "best");
  try {
    const { systems, details, written } = await evaluate(request, restored);
    const report = { config, standIn: restored.standIn, engine, dataset, systems };
    const epochs = await loggedEpochs(directory, restored.stopping);
    if (epochs.length === 0) {
      request.progress.warn(
        `${logPath(directory)} has no epoch: the report is without their losses`,
      );
    }
    const page = { ...report, run, weights: restored.sha256, details, epochs };
    written.push(
      await writeDigested(directory, REPORT_FILE, formatEvaluation(report)),
      await writeDigested(directory, REPORT_PAGE, await formatReportPage(page)),
      await writeModelCard({ run, dataset, epochs, report }),
    );
    await writeMetrics(directory, {
      dataset: run.dataset,
      weights: restored.sha256,
      files: Object.fromEntries(written.map(({ file, sha256 }) => [file, sha256])),
      engine,
      bootstrap: { resamples, seed: RESAMPLES_SEED },
      systems,
    });
    return report;
  } finally {
    restored.model.weights.dispose();
  }
}

/** What was evaluated, and the files that were written meanwhile. */
interface Findings {
  readonly systems: readonly SystemEvaluation[];
  readonly details: Details;
  readonly written: FileDigest[];
}

/** Evaluates weights, and writes what is known while scores are there. */
async function evaluate(request: ReportRequest, restored: RestoredModel): Promise<Findings> {
  const { run: { directory, config: { target } }, dataset } = request;
  const written: FileDigest[] = [];
  const details = new DetailsCollector();
  const systems = await evaluateRun({
    ...request,
    restored,
    known: await knownOf(request, restored.sha256),
    onEvaluated: (evaluated) => details.add(evaluated),
    async onCalibrated(tasks) {
      if (!Object.values(tasks).some(saysSomething)) return;
      written.push(await writeCalibration(directory, { weights: restored.sha256, tasks }));
    },
    async onScores(split, scores, truth) {
      written.push(
        await writePredictions(directory, split, {
          documents: dataset.splits[split],
          labels: dataset.labels[target],
          matrix: scores[target]!,
          truth: truth[target],
        }),
      );
      if (request.scores) written.push(await writeScores(directory, split, { scores, target }));
      if (split === "dev") await keepProfile(request, restored, scores[target]!);
    },
  });
  return { systems, details, written };
}

/** Keeps what the dev split is like to the weights, for `monitor`. */
async function keepProfile(
  { run: { directory, config }, dataset }: ReportRequest,
  { sha256: weights, thresholds }: RestoredModel,
  matrix: ScoreMatrix,
): Promise<void> {
  const { target: task, maxTokens } = config;
  using documents = await readSplit(dataset, "dev");
  const counts = dataset.labels[task].map(({ documents }) => documents.train);
  const profile = describeProfile(documents, matrix, {
    weights,
    task,
    threshold: thresholds[task] ?? FIXED_THRESHOLD,
    training: { notes: dataset.manifest.documents.train, counts },
    maxTokens,
  });
  await writeProfile(directory, profile);
}

/** The run, and what an earlier version has written there, become their owner's; both folders say why. */
async function protect(directory: string): Promise<void> {
  for (const folder of [directory, join(directory, PREDICTIONS)]) await markRestricted(folder);
  await makePrivate(directory);
}

/** What is known of the scores of these weights; a damaged file is no matter where dev replaces it. */
async function knownOf(
  { run: { directory }, splits }: ReportRequest,
  weights: string,
): Promise<CalibrationRecord["tasks"]> {
  const learned = learnedOf(directory, weights).catch((error) => {
    if (splits.includes("dev") && error instanceof IntegrityError) return { tasks: {} };
    throw error;
  });
  return (await learned).tasks;
}

function saysSomething({ calibration, acceptance }: TaskCalibration): boolean {
  return calibration !== undefined || acceptance !== undefined;
}

/** Removes what a killed evaluation was writing. */
async function clearRests(directory: string): Promise<void> {
  await removeUnfinished(directory, (name) => OWN_FILES.has(name));
  await removeUnfinished(join(directory, PREDICTIONS), () => true);
}

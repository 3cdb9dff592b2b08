/**
 * Evaluates a run and writes what comes of it into its directory.
 *
 * @module
 */
import { join } from "node:path";
import type { Baseline } from "../../model/baselines/baselines.ts";
import { evaluateRun, RESAMPLES_SEED } from "../../model/run/evaluate_run.ts";
import { writeMetrics } from "../../model/run/metrics_file.ts";
import { writePredictions, writeScores } from "../../model/run/predictions.ts";
import type { Run } from "../../model/run/run.ts";
import { restoreModel } from "../../model/run/restore.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { Progress } from "../../pipeline/progress.ts";
import type { Split } from "../../pipeline/schema.ts";
import { formatEvaluation } from "./evaluation.ts";
import type { EvaluationReport } from "./evaluation_tables.ts";

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
  /** Whether all probabilities are written, too. */
  readonly scores?: boolean | undefined;
  readonly progress: Progress;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Evaluates the best weights of a run and writes `metrics.json`, `report.md` and `predictions/`.
 *
 * @throws {IntegrityError} where the dataset is not the one that the run was made on.
 * @throws {ResourceError} where a file cannot be written.
 */
export async function reportRun(request: ReportRequest): Promise<EvaluationReport> {
  const { run, dataset, engine, splits, baselines, resamples } = request;
  const { directory, config } = run;
  const model = await restoreModel(run, "best");
  try {
    const systems = await evaluateRun({
      run,
      dataset,
      model,
      splits,
      baselines,
      resamples,
      threshold: request.threshold,
      progress: request.progress,
      interrupt: request.interrupt,
      async onScores(split, scores, truth) {
        await writePredictions(directory, split, {
          documents: dataset.splits[split],
          labels: dataset.labels[config.target],
          matrix: scores[config.target]!,
          truth: truth[config.target],
        });
        if (request.scores) await writeScores(directory, split, { scores, target: config.target });
      },
    });
    const bootstrap = { resamples, seed: RESAMPLES_SEED };
    await writeMetrics(directory, { dataset: run.dataset, engine, bootstrap, systems });
    const report = { config, engine, dataset, systems };
    await writeAtomic(join(directory, "report.md"), formatEvaluation(report));
    return report;
  } finally {
    model.weights.dispose();
  }
}

/**
 * What a run scored: from its own evaluation, or from what a reproduction kept of it.
 *
 * @module
 */
import { join } from "node:path";
import type { DocumentCounts } from "../../model/metrics/bootstrap/paired.ts";
import { countPredictions, type PredictedCounts } from "../../model/run/document_counts.ts";
import { type MetricsRecord, readEvaluated } from "../../model/run/metrics_file.ts";
import type { RunOverview } from "../../model/run/overview.ts";
import { PREDICTED_CODES, predictionsFile } from "../../model/run/predictions.ts";
import { splitTruth } from "../../model/scoring.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { DataError } from "../../pipeline/errors.ts";
import type { Split, Task } from "../../pipeline/schema.ts";
import { comparedCutoff } from "../experiment/experiment.ts";
import { readResult, type RunResult } from "../experiment/result.ts";

/** What a run scored on one split, for the label set that it is about. */
export interface RunScores {
  readonly split: Split;
  /** From 0 to 1; NaN where undefined. */
  readonly values: { readonly [metric: string]: number };
  /** What each document adds. Throws {@linkcode ReportedError} where that cannot be told. */
  counts(): Promise<DocumentCounts>;
}

/** A run, and what it scored on the splits that it was evaluated on, test first. */
export interface ScoredRun extends RunOverview {
  readonly scores: readonly RunScores[];
}

/** Splits in the order in which they are shown. */
const SHOWN: readonly Split[] = ["test", "dev", "train"];

/** Adds a run's scores; none where it was not evaluated. */
export async function withScores(run: RunOverview): Promise<ScoredRun> {
  const { record, metrics } = run;
  if (!record) return { ...run, scores: [] };
  const { target } = record.config;
  const evaluated = metrics?.systems[0]?.tasks[target]?.splits ?? {};
  const own = SHOWN.flatMap((split): RunScores[] => {
    const values = evaluated[split]?.all.values;
    return values ? [{ split, values, counts: () => readCounts(run, metrics!, split) }] : [];
  });
  if (own.length > 0) return { ...run, scores: own };
  const result = await readResult(run.directory);
  return { ...run, scores: result ? reproduced(result, target) : [] };
}

function reproduced({ tasks, split }: RunResult, target: Task): RunScores[] {
  const result = tasks[target];
  if (!result) return [];
  return [{ split, values: result.values, counts: () => Promise.resolve(result.counts) }];
}

/** Counts of a run's own predictions. */
async function readCounts(
  run: RunOverview,
  metrics: MetricsRecord,
  split: Split,
): Promise<DocumentCounts> {
  const { directory, record } = run;
  const { labelSet } = record!.dataset;
  const file = predictionsFile(split);
  const path = join(directory, file);
  const csv = new TextDecoder().decode(await readEvaluated(run, metrics, file));
  const predicted = countPredictions(csv, comparedCutoff(labelSet), path);
  if (!predicted.complete) {
    throw new DataError(
      `reading ${path}: a document has more than ${PREDICTED_CODES} codes above 0.5, and no more are ` +
        "listed; expected all of them",
    );
  }
  const labels = metrics.systems[0]!.tasks[record!.config.target]!.splits[split]!.all.labels;
  if (labels <= PREDICTED_CODES) return predicted.counts;
  return { ...predicted.counts, positive: await countTruth(run, split, predicted) };
}

/** True labels of each document, of which predictions list some alone: the dataset knows. */
async function countTruth(
  { directory, record }: RunOverview,
  split: Split,
  { ids }: PredictedCounts,
): Promise<number[]> {
  const { config: { target }, dataset: { directory: data, hash } } = record!;
  const dataset = await openDataset(data);
  const same = dataset.hash === hash && dataset.splits[split].every(({ id }, at) => id === ids[at]);
  if (!same) {
    throw new DataError(
      `reading ${directory}: what stands at ${data} is not the dataset that it was trained on`,
    );
  }
  using documents = await readSplit(dataset, split);
  const { offsets } = splitTruth(documents, target);
  return ids.map((_, row) => offsets[row + 1]! - offsets[row]!);
}

/**
 * One planned run: trained to its end, evaluated, and its result kept beside it. A run whose result is
 * there is not repeated; one that was interrupted goes on.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Engine } from "../../model/engine/engine.ts";
import { evaluateScores, type Metric, tuneThreshold } from "../../model/metrics.ts";
import { countDocuments, type DocumentCounts } from "../../model/metrics/paired.ts";
import { showProgress } from "../../model/progress.ts";
import { isRun, openRun, restoreModel } from "../../model/run.ts";
import { scoreSplit, splitTruth } from "../../model/scoring.ts";
import { trainRun } from "../../model/train_run.ts";
import { writeAtomic } from "../../pipeline/atomic.ts";
import { readSplit } from "../../pipeline/batches.ts";
import type { Dataset } from "../../pipeline/dataset.ts";
import type { Split } from "../../pipeline/schema.ts";
import type { PlannedRun } from "./plan.ts";

/** What one finished run came to. */
export interface RunResult {
  /** Metrics of the evaluated split, from 0 to 1. */
  readonly values: { readonly [metric: string]: number };
  /** What each document adds, at the threshold 0.5. */
  readonly counts: DocumentCounts;
  /** The split that was evaluated. */
  readonly split: Split;
  /** Trained parameters. */
  readonly parameters: number;
  /** Epochs trained. */
  readonly epochs: number;
  /** Seconds of training and evaluation in the sitting that finished it. */
  readonly seconds: number;
}

/** Where and with what runs are executed. */
export interface ExecuteOptions {
  /** The dataset. */
  readonly dataset: Dataset;
  /** Folder of all runs. */
  readonly out: string;
  /** The engine in use. */
  readonly engine: Engine;
  /** Ends training after the step in progress. */
  readonly interrupt: AbortSignal;
}

const numbers = v.array(v.number());
const resultSchema = v.strictObject({
  version: v.literal(1),
  values: v.record(v.string(), v.nullable(v.number())),
  counts: v.strictObject({
    hits: numbers,
    assigned: numbers,
    positive: numbers,
    precision: numbers,
  }),
  split: v.picklist(["dev", "test"]),
  parameters: v.number(),
  epochs: v.number(),
  seconds: v.number(),
});

/** The result of a run that is finished; undefined when it is not, or its result cannot be read. */
export async function readResult(directory: string): Promise<RunResult | undefined> {
  try {
    const stored = v.parse(
      resultSchema,
      JSON.parse(await Deno.readTextFile(join(directory, "result.json"))),
    );
    const values = Object.fromEntries(
      Object.entries(stored.values).map(([metric, value]) => [metric, value ?? NaN]),
    );
    return { ...stored, values };
  } catch {
    return undefined;
  }
}

/** Trains and evaluates a run. Undefined when it was interrupted; throws as `trainRun` does. */
export async function executeRun(
  { config, name }: PlannedRun,
  { dataset, out, engine, interrupt }: ExecuteOptions,
): Promise<RunResult | undefined> {
  const directory = join(out, "runs", name), begun = performance.now();
  const { state, finished } = await trainRun({
    ...{ dataset, directory, config, engine, interrupt },
    ...(await isRun(directory) ? { resume: "last" as const } : {}),
    observers: [showProgress({ epochs: config.epochs })],
  });
  if (!finished) return undefined;
  const model = await restoreModel(await openRun(directory), "best");
  try {
    const split = evaluatedSplit(dataset), { target } = config;
    const score = async (split: Split) => {
      using documents = await readSplit(dataset, split);
      const scores = await scoreSplit(model, dataset, split, config);
      return { matrix: scores[target]!, truth: splitTruth(documents, target) };
    };
    const dev = await score("dev");
    const { matrix, truth } = split === "dev" ? dev : await score(split);
    const threshold = tuneThreshold(dev.matrix, dev.truth);
    const k = dataset.manifest.labelSet === "full" ? 8 : 5;
    const result: RunResult = {
      values: evaluateScores(matrix, truth, { threshold }).values,
      counts: countDocuments(matrix, truth, { threshold: 0.5, k }),
      split,
      parameters: model.weights.parameterCount(),
      epochs: state.epoch,
      seconds: (performance.now() - begun) / 1000,
    };
    const record = JSON.stringify({ version: 1, ...result });
    await writeAtomic(join(directory, "result.json"), record);
    return result;
  } finally {
    model.weights.dispose();
  }
}

/** `test`, or `dev` where a corpus has no test documents. */
export function evaluatedSplit({ manifest }: Dataset): Split {
  return manifest.documents.test > 0 ? "test" : "dev";
}

/** A result's value in percent. */
export function percent({ values }: RunResult, metric: Metric): number {
  return 100 * (values[metric] ?? NaN);
}

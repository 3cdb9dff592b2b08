/**
 * `metrics.json` of a run directory: every metric of the run and of the baselines beside it.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { SPLITS, TASKS } from "../../pipeline/schema.ts";
import { METRICS } from "../metrics/names.ts";
import type { SystemEvaluation } from "./evaluate_run.ts";
import type { RunDataset } from "./run.ts";

/** Version of the file's format; a reader accepts exactly this one. */
export const METRICS_VERSION = 1;

/** What `metrics.json` holds. */
export interface MetricsRecord {
  /** What the run was made on. */
  readonly dataset: Pick<RunDataset, "hash" | "labelSet" | "restricted" | "synthetic">;
  /** The engine of the evaluation, in words. */
  readonly engine: string;
  /** Resamples behind the intervals, 0 where there are none, and the seed that drew them. */
  readonly bootstrap: { readonly resamples: number; readonly seed: number };
  /** The run's model first, then the baselines. */
  readonly systems: readonly SystemEvaluation[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** JSON has no NaN: a value that is undefined is null. */
const value = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));
const metrics = v.strictObject({
  documents: count,
  labels: count,
  present: count,
  positives: count,
  values: v.strictObject(v.entriesFromList(METRICS, value)),
  intervals: v.exactOptional(
    v.strictObject(v.entriesFromList(METRICS, v.strictTuple([value, value]))),
  ),
});
const split = v.strictObject({ all: metrics, groups: v.record(v.string(), metrics) });
const evaluation = v.strictObject({
  threshold: v.number(),
  splits: v.strictObject(v.entriesFromList(SPLITS, v.exactOptional(split))),
});
const schema = v.strictObject({
  format: v.literal("marn-metrics"),
  version: v.literal(METRICS_VERSION),
  dataset: v.strictObject({
    hash: v.string(),
    labelSet: v.string(),
    restricted: v.boolean(),
    synthetic: v.boolean(),
  }),
  engine: v.string(),
  bootstrap: v.strictObject({ resamples: count, seed: count }),
  systems: v.array(v.strictObject({
    system: v.string(),
    tasks: v.strictObject(v.entriesFromList(TASKS, v.exactOptional(evaluation))),
  })),
});

/** The text of a `metrics.json`. */
export function formatMetrics({ dataset, engine, bootstrap, systems }: MetricsRecord): string {
  const { hash, labelSet, restricted, synthetic } = dataset;
  const record = {
    format: "marn-metrics",
    version: METRICS_VERSION,
    dataset: { hash, labelSet, restricted, synthetic },
    engine,
    bootstrap,
    systems,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * What the text of a `metrics.json` holds.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it is not as {@linkcode formatMetrics} writes it.
 */
export function parseMetrics(text: string, where: string): MetricsRecord {
  try {
    const { format: _format, version: _version, ...record } = v.parse(schema, JSON.parse(text));
    return record;
  } catch (error) {
    throw new IntegrityError(
      `reading ${where}: ${(error as Error).message}; expected metrics of format version ` +
        `${METRICS_VERSION}; evaluate the run again`,
    );
  }
}

/**
 * Reads `metrics.json` of a run.
 *
 * @throws {UsageError} where the run was never evaluated.
 * @throws {IntegrityError} where the file is not as {@linkcode formatMetrics} writes it.
 */
export async function readMetrics(run: string): Promise<MetricsRecord> {
  const path = metricsPath(run);
  const text = await Deno.readTextFile(path).catch(() => {
    throw new UsageError(
      `reading ${path}: it is not there; evaluate the run first: deno task evaluate --run ${run}`,
    );
  });
  return parseMetrics(text, path);
}

/** Writes `metrics.json` of a run. Throws `ResourceError`. */
export async function writeMetrics(run: string, record: MetricsRecord): Promise<void> {
  await writeAtomic(metricsPath(run), formatMetrics(record));
}

function metricsPath(run: string): string {
  return join(run, "metrics.json");
}

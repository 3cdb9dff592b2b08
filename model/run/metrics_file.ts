/**
 * `metrics.json` of a run directory: every metric of the run and of the baselines beside it, the weights
 * that were evaluated, and the digests of what else was written of them. It vouches for itself.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { digest, natural } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { exists, readRegular, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { SPLITS, TASKS } from "../../pipeline/schema.ts";
import { CALIBRATION_METHODS } from "../calibration/calibration.ts";
import { type Metric, METRICS } from "../metrics/names.ts";
import { checkpointPath, readCheckpointFacts } from "./checkpoint.ts";
import type { SystemEvaluation, TaskEvaluation } from "./evaluate_run.ts";
import type { RunDataset } from "./record.ts";
import type { Run } from "./run.ts";
import type { MethodReliability, SplitReliability, TaskTrust } from "./trust.ts";

/** Version of the file's format; version 1 is read, too: it names no weights and no digest. */
const METRICS_VERSION = 2;

/** What `metrics.json` holds: the figures of an evaluation, and of what they are. */
export interface MetricsRecord {
  /** Facts of the dataset that the run was made on. */
  readonly dataset: Pick<RunDataset, "hash" | "labelSet" | "restricted" | "synthetic">;
  /** Digest of the checkpoint that was evaluated; version 1 names none. */
  readonly weights?: string | undefined;
  /** SHA-256 of `report.md` and of each file in `predictions/` that was written with it. */
  readonly files?: { readonly [file: string]: string } | undefined;
  /** The engine of the evaluation, in words. */
  readonly engine: string;
  /** Resamples behind the intervals, 0 where there are none, and the seed that drew them. */
  readonly bootstrap: { readonly resamples: number; readonly seed: number };
  /** The run's model first, then the baselines. */
  readonly systems: readonly SystemEvaluation[];
}

/** Name of the metrics' file in the run directory. */
export const METRICS_FILE = "metrics.json";

/** Path of a run's metrics. */
export function metricsPath(run: string): string {
  return join(run, METRICS_FILE);
}

/** JSON has no NaN: a value that is undefined is null. */
const value = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));
const interval = v.strictTuple([value, value]);
/** Metrics that files of earlier versions lack. */
const isLater = (metric: Metric) => /auprc|exact_match|jaccard/.test(metric);
const byMetric = <S extends v.GenericSchema>(of: (metric: Metric) => S) =>
  v.strictObject(
    Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as {
      readonly [metric in Metric]: S;
    },
  );
const metrics = v.strictObject({
  documents: natural,
  labels: natural,
  present: natural,
  positives: natural,
  values: byMetric((metric) => isLater(metric) ? v.optional(value, null) : value),
  intervals: v.exactOptional(
    byMetric((metric) => isLater(metric) ? v.optional(interval, [null, null]) : interval),
  ),
});
const split = v.strictObject({ all: metrics, groups: v.record(v.string(), metrics) });
const bin = v.strictObject({ cells: natural, mean: value, share: value });
const reliability = v.strictObject({
  ece: v.number(),
  brier: v.number(),
  bins: v.array(bin),
  intervals: v.exactOptional(v.strictObject({ ece: interval, brier: interval })),
});
const methods = v.entriesFromList(
  CALIBRATION_METHODS,
  v.exactOptional(
    v.strictObject({ all: reliability, groups: v.record(v.string(), reliability) }),
  ),
);
const acceptance = v.strictObject({
  cases: natural,
  accepting: natural,
  complete: natural,
  assigned: natural,
  positives: natural,
  accepted: natural,
  right: natural,
  precision: value,
});
const bySplit = <S extends v.GenericSchema>(of: S) =>
  v.strictObject(v.entriesFromList(SPLITS, v.exactOptional(of)));
const trust = v.strictObject({
  use: v.picklist(CALIBRATION_METHODS),
  temperature: v.exactOptional(v.number()),
  reliability: bySplit(v.strictObject(methods)),
  acceptance: v.exactOptional(v.strictObject({
    precision: v.number(),
    confidence: v.number(),
    threshold: v.nullable(v.number()),
    splits: bySplit(acceptance),
  })),
});
const evaluation = v.strictObject({
  threshold: v.number(),
  splits: v.strictObject(v.entriesFromList(SPLITS, v.exactOptional(split))),
  trust: v.exactOptional(trust),
});
const shared = {
  format: v.literal("marn-metrics"),
  dataset: v.strictObject({
    hash: v.string(),
    labelSet: v.string(),
    restricted: v.boolean(),
    synthetic: v.boolean(),
  }),
  engine: v.string(),
  bootstrap: v.strictObject({ resamples: natural, seed: natural }),
  systems: v.array(v.strictObject({
    system: v.string(),
    tasks: v.strictObject(v.entriesFromList(TASKS, v.exactOptional(evaluation))),
  })),
};
const schema = v.variant("version", [
  v.strictObject({ ...shared, version: v.literal(1) }),
  v.strictObject({
    ...shared,
    version: v.literal(METRICS_VERSION),
    weights: digest,
    files: v.record(v.string(), digest),
    sha256: digest,
  }),
]);

/** The text of a `metrics.json`. */
export function formatMetrics(record: MetricsRecord): string {
  const { dataset, weights, files, engine, bootstrap, systems } = record;
  const { hash, labelSet, restricted, synthetic } = dataset;
  return formatSealed({
    format: "marn-metrics",
    version: METRICS_VERSION,
    dataset: { hash, labelSet, restricted, synthetic },
    weights,
    files,
    engine,
    bootstrap,
    systems: systems.map(({ system, tasks }) => {
      const brief = Object.entries(tasks).map(([task, own]) => [task, withoutCurves(own)]);
      return { system, tasks: Object.fromEntries(brief) };
    }),
  });
}

/** The reliability curves of groups of labels are the report's: they would be most of the file. */
function withoutCurves(evaluation: TaskEvaluation): TaskEvaluation {
  const { trust } = evaluation;
  if (!trust) return evaluation;
  const without = ({ all, groups }: SplitReliability): SplitReliability => {
    const brief = Object.entries(groups).map(([name, group]) => [name, { ...group, bins: [] }]);
    return { all, groups: Object.fromEntries(brief) };
  };
  const each = <T>(of: { readonly [key: string]: T }, brief: (own: T) => T) =>
    Object.fromEntries(Object.entries(of).map(([key, own]) => [key, brief(own)]));
  const reliability: TaskTrust["reliability"] = each<MethodReliability>(
    trust.reliability,
    (methods) => each<SplitReliability>(methods, without),
  );
  return { ...evaluation, trust: { ...trust, reliability } };
}

/**
 * What the text of a `metrics.json` holds.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it is not as {@linkcode formatMetrics} writes it.
 */
export function parseMetrics(text: string, where: string): MetricsRecord {
  try {
    const { format: _format, version, ...record } = v.parse(schema, parseJson(text));
    if (version !== 1 && !isSealed(text)) throw new Error("it was edited after it was written");
    if (!("sha256" in record)) return record;
    const { sha256: _sha256, ...kept } = record;
    return kept;
  } catch (error) {
    throw new IntegrityError(
      `reading ${where}: ${describeFault(error)}; expected metrics of format version 1 or ` +
        `${METRICS_VERSION}; evaluate the run again`,
    );
  }
}

/**
 * A run's metrics, held against the run: they are of its dataset and of its best weights.
 *
 * @throws {UsageError} where the run was never evaluated.
 * @throws {IntegrityError} where they are of something else, or not as they were written.
 * @throws {ResourceError} where the system does not let them be read.
 */
export async function readMetrics(
  { directory, dataset, config }: Pick<Run, "directory" | "dataset" | "config">,
): Promise<MetricsRecord> {
  const path = metricsPath(directory);
  if (!await exists(path)) {
    throw new UsageError(
      `reading ${path}: it is not there; evaluate the run first: ` +
        `deno task evaluate --run ${directory}`,
    );
  }
  const refuse = (found: string) =>
    new IntegrityError(`reading ${path}: ${found}; evaluate the run again`);
  const record = parseMetrics(await readText(path, refuse), path);
  if (record.dataset.hash !== dataset.hash) throw refuse("it is of another dataset");
  const { model: { name } } = config;
  if (record.systems[0]?.system !== name) throw refuse(`it is not of a ${name}`);
  if (record.weights === undefined) return record;
  const best = await readCheckpointFacts(checkpointPath(directory, "best"));
  if (record.weights !== best.sha256) throw refuse("it is of other weights than the run's best");
  return record;
}

/**
 * Whether a file was written with a run's metrics. Format version 1 does not say: it is one that is there.
 *
 * @param file its path in the run directory, such as `predictions/test.csv`.
 */
export async function hasEvaluated(
  { directory }: Pick<Run, "directory">,
  { files }: MetricsRecord,
  file: string,
): Promise<boolean> {
  return files ? files[file] !== undefined : await exists(join(directory, file));
}

/**
 * A file that was written with a run's metrics, held against its digest there; version 1 has none.
 *
 * @param file its path in the run directory, such as `predictions/test.csv`.
 * @throws {IntegrityError} where it is missing, or not as it was written with these metrics.
 */
export async function readEvaluated(
  { directory }: Pick<Run, "directory">,
  { files }: MetricsRecord,
  file: string,
): Promise<Uint8Array> {
  const path = join(directory, file);
  const refuse = (found: string) =>
    new IntegrityError(`reading ${path}: ${found}; evaluate the run again`);
  const bytes = await readRegular(path, refuse);
  if (files && sha256(bytes) !== files[file]) {
    throw refuse(`it is not the one that ${METRICS_FILE} was written with`);
  }
  return bytes;
}

/** Writes `metrics.json` of a run. Throws `ResourceError`. */
export async function writeMetrics(run: string, record: MetricsRecord): Promise<void> {
  await writeAtomic(metricsPath(run), formatMetrics(record));
}

/**
 * What configurations reached, as the figures of metrics show it.
 *
 * @module
 */
import { estimateOver, type SeedEstimate } from "../../model/analysis/estimate.ts";
import { differingKeys, flatten, type TrainConfig } from "../../model/config/config.ts";
import { type Metric, METRICS, type Values } from "../../model/metrics/names.ts";
import { readMetrics } from "../../model/run/metrics_file.ts";
import type { Run } from "../../model/run/run.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Split } from "../../pipeline/schema.ts";

/** A metric over seeds, in percent. */
export interface MeasuredValue extends SeedEstimate {
  /** The paper's number; null where it has none that compares. */
  readonly paper: number | null;
}

/** A configuration, and what its runs reached. */
export interface Measured {
  /** Of one of its seeds. */
  readonly config: TrainConfig;
  readonly values: { readonly [metric: string]: MeasuredValue };
  /** The split that was evaluated. */
  readonly split: Split;
}

/**
 * What evaluated runs on one dataset reached on its test split, or on dev where it has no other; runs
 * that differ in their seed alone are taken together.
 *
 * @throws {UsageError} where a run was never evaluated, or two on different data.
 */
export async function measureRuns(runs: readonly Run[]): Promise<Measured[]> {
  requireOneDataset(runs);
  const read = await Promise.all(runs.map(readValues));
  requireOneSplit(read);
  const byConfig = Map.groupBy(
    read,
    ({ config }) => JSON.stringify([...flatten(config)].filter(([key]) => key !== "seed")),
  );
  return [...byConfig.values()].map((seeds) => {
    const estimate = (metric: Metric): MeasuredValue => {
      const values = seeds.map(({ values }) => 100 * values[metric]);
      return { ...estimateOver(values), paper: null };
    };
    return {
      config: seeds[0]!.config,
      split: seeds[0]!.split,
      values: Object.fromEntries(METRICS.map((metric) => [metric, estimate(metric)])),
    };
  });
}

/** What a reader of these metrics' values has to know. */
export function measureNotes(measured: readonly Measured[], metrics: readonly Metric[]): string[] {
  const values = measured.flatMap(({ values }) => metrics.map((metric) => values[metric]!));
  const notes = [`On the ${measured[0]!.split} split; F1 at a threshold of 0.5.`];
  if (values.some(({ deviation }) => deviation !== null)) {
    notes.push("Lines up and down: a standard deviation over seeds.");
  }
  if (values.some(({ paper }) => paper !== null)) {
    notes.push("Marks without a line or a bar: the paper's numbers.");
  }
  return notes;
}

/** The ends of a value's error bar; null where there is one seed. */
export function spread(
  { mean, deviation }: SeedEstimate,
): { readonly low: number | null; readonly high: number | null } {
  if (deviation === null) return { low: null, high: null };
  return { low: mean - deviation, high: mean + deviation };
}

/** Refuses runs that were made on different datasets. Throws {@linkcode UsageError}. */
export function requireOneDataset([first, ...others]: readonly Run[]): void {
  const other = others.find((run) => run.dataset.hash !== first!.dataset.hash);
  if (other === undefined) return;
  throw new UsageError(
    `comparing runs: ${first!.directory} was trained on ${first!.dataset.directory}, ` +
      `${other.directory} on ${other.dataset.directory}, expected one dataset; leave one of them out`,
  );
}

/**
 * Refuses configurations that differ in more than what a figure shows. Throws {@linkcode UsageError}.
 *
 * @param free the keys in which they may differ.
 */
export function requireAlike(measured: readonly Measured[], free: readonly string[]): void {
  const [first, ...others] = measured;
  for (const { config } of others) {
    const keys = differingKeys(first!.config, config).filter((key) => !free.includes(key));
    if (keys.length === 0) continue;
    throw new UsageError(
      `comparing runs: two differ in ${keys.join(", ")}, expected a difference in ` +
        `${free.join(" or ")} alone; leave one of them out`,
    );
  }
}

/** A run's metrics, and of which split they are. */
interface RunValues {
  readonly directory: string;
  readonly config: TrainConfig;
  readonly split: Split;
  readonly values: Values;
}

function requireOneSplit([first, ...others]: readonly RunValues[]): void {
  const other = others.find(({ split }) => split !== first!.split);
  if (other === undefined) return;
  throw new UsageError(
    `comparing runs: ${first!.directory} was evaluated on ${first!.split}, ${other.directory} on ` +
      `${other.split}, expected one split; evaluate both on test: deno task evaluate`,
  );
}

async function readValues(run: Run): Promise<RunValues> {
  const { directory, config } = run;
  const { systems: [model] } = await readMetrics(run);
  const splits = model?.tasks[config.target]?.splits;
  for (const split of ["test", "dev"] as const) {
    const metrics = splits?.[split];
    if (metrics) return { directory, config, split, values: metrics.all.values };
  }
  throw new UsageError(
    `reading the metrics of ${directory}: neither test nor dev was evaluated; evaluate it again: ` +
      `deno task evaluate --run ${directory}`,
  );
}

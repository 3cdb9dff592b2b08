/**
 * An experiment's rows → the runs that it takes. Pure.
 *
 * @module
 */
import { distinguishingEntries, flatten, type TrainConfig } from "../../model/config/config.ts";
import { assign } from "../../model/config/assign.ts";
import { nearest } from "../../pipeline/text/nearest.ts";
import { applyRequest, resolveConfig } from "../../model/config/presets.ts";
import type { EmbedOptions } from "../../model/zoo/embed.ts";
import { systemNamed } from "../../model/zoo/systems.ts";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import type { Experiment, ExperimentRow, RowRequest } from "./experiment.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";

/** One run to train and evaluate. */
export interface PlannedRun {
  /** The experiment's rows that it answers: several where they ask for the same. */
  readonly rows: readonly string[];
  readonly config: TrainConfig;
  /** Directory name: the same for the same configuration and dataset, whatever experiment asks. */
  readonly name: string;
}

/** What a plan depends on besides the experiment. */
export interface PlanOptions {
  /** Preset of every run. */
  readonly preset: string;
  /** Seeds 1 … `seeds`. */
  readonly seeds: number;
  /** `--set` changes of every run whose system has the key. */
  readonly set: readonly string[];
  /** SHA-256 of the dataset's manifest. */
  readonly dataset: string;
}

/** Keys that the experiment and the seeds decide. */
const decided = ["seed", "target"];

/** More runs than anyone will train. */
const MOST_RUNS = 10_000;

/** The runs of every row, seed by seed. Throws {@linkcode UsageError}. */
export function planRuns(experiment: Experiment, options: PlanOptions): PlannedRun[] {
  const { seeds, dataset } = options;
  requireFew(experiment, seeds);
  requireKeys(experiment, options);
  const runs = new Map<string, PlannedRun>();
  for (let seed = 1; seed <= seeds; seed++) {
    for (const { name: row, request } of experiment.rows) {
      const config = namingRow(row, () => rowConfig(request, experiment, options, seed));
      const name = runName(config, dataset);
      runs.set(name, { rows: [...runs.get(name)?.rows ?? [], row], config, name });
    }
  }
  return [...runs.values()];
}

function requireFew({ id, rows }: Experiment, seeds: number): void {
  const runs = rows.length * seeds;
  if (runs <= MOST_RUNS) return;
  throw new UsageError(
    `planning ${id}: ${rows.length} rows with ${seeds} seeds are ${runs} runs, expected at most ` +
      `${MOST_RUNS}; try fewer --seeds`,
  );
}

/** The runs of a row alone, which an experiment's others are compared with: its own or another's. */
export function planReference(
  experiment: Experiment,
  options: PlanOptions,
  row: ExperimentRow,
): PlannedRun[] {
  const keys = flatten(bareConfig(row.request, experiment, options, 1));
  const known = options.set.filter((text) => keys.has(keyOf(text)));
  return planRuns({ ...experiment, rows: [row] }, { ...options, set: known });
}

function rowConfig(
  request: RowRequest,
  experiment: Experiment,
  options: PlanOptions,
  seed: number,
): TrainConfig {
  if (experiment.asTrained) return resolveConfig({ ...request, preset: options.preset, seed });
  const bare = bareConfig(request, experiment, options, seed);
  const known = options.set.filter((text) => flatten(bare).has(keyOf(text)));
  // What makes the row is said last, and so outlasts what is said of all rows.
  return applyRequest(applyRequest(bare, { set: known }), request);
}

/** What `--set` and the row's own changes go over. */
function bareConfig(
  request: RowRequest,
  { target }: Experiment,
  { preset }: PlanOptions,
  seed: number,
): TrainConfig {
  const system = { target, ...request, set: undefined };
  return withAuthorsVectors(resolveConfig({ ...system, preset, seed }));
}

/** The authors' word vectors, whatever the preset: rows that compare systems compare nothing else. */
function withAuthorsVectors(config: TrainConfig): TrainConfig {
  const { unitEmbedding }: Partial<EmbedOptions> = systemNamed(config.model.name).options;
  if (unitEmbedding === undefined) return config;
  return assign(config, { "model.unitEmbedding": unitEmbedding });
}

/** Refuses a key that no row's system has, and those that are not for `--set` to choose. */
function requireKeys(experiment: Experiment, options: PlanOptions): void {
  if (options.set.length === 0) return;
  const keys = experiment.rows
    .flatMap(({ request }) => [...flatten(bareConfig(request, experiment, options, 1)).keys()]);
  for (const text of options.set) {
    const key = keyOf(text);
    if (decided.includes(key)) {
      throw new UsageError(
        `reading --set ${
          quoted(text)
        }: expected another key; --seeds and the table or figure decide ${key}`,
      );
    }
    if (!keys.includes(key)) {
      throw new UsageError(
        `reading --set ${quoted(text)}: no system of ${experiment.id} has the key; ` +
          `the nearest is ${JSON.stringify(nearest(key, keys))}`,
      );
    }
  }
}

/** What `work` comes to; where it is refused, the message says of which row. */
function namingRow<T>(row: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`planning ${row}: ${error.message}`, { cause: error });
  }
}

function keyOf(assignment: string): string {
  return assignment.split("=", 1)[0]!;
}

function runName(config: TrainConfig, dataset: string): string {
  const { name } = config.model;
  const identity = [distinguishingEntries(config), dataset, systemNamed(name).revision];
  const hash = sha256(JSON.stringify(identity.filter((part) => part !== undefined)));
  return `${name}-seed${config.seed}-${hash.slice(0, 12)}`;
}

/**
 * What trains many systems to compare them: rows, each a training request, and the metrics that they
 * are compared by.
 *
 * @module
 */
import type { ConfigRequest } from "../../model/config/presets.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Task } from "../../pipeline/schema.ts";

/** What one row trains, beyond the preset and the seed; its own target goes over the experiment's. */
export type RowRequest = Omit<ConfigRequest, "preset" | "seed">;

/** A row of an experiment: one system in one configuration, trained with every seed. */
export interface ExperimentRow {
  /** As the paper calls it. */
  readonly name: string;
  readonly request: RowRequest;
  /** The base encoder that it is a bar of, where the request names another system. */
  readonly base?: string | undefined;
}

/**
 * How the baselines of Tables 3 and 4 are trained: `paper`, as the paper's authors trained theirs, or
 * `authors`, each as its own authors trained it.
 */
export const PROTOCOLS = ["paper", "authors"] as const;

/** One of {@linkcode PROTOCOLS}. */
export type Protocol = typeof PROTOCOLS[number];

/** A table or figure of the paper, or a comparison of one's own. */
export interface Experiment {
  /**
   * `table-1` … `table-6`, `figure-1`, `figure-3`, `figure-8` … `figure-13`; `table-3-authors` by that
   * protocol; `leaderboard`, `sweep`.
   */
  readonly id: string;
  readonly title: string;
  /** The dataset directory that it wants: `top50` or `full` for those of the paper. */
  readonly labelSet: string;
  /** The label set that it is about. */
  readonly target: Task;
  /** Metrics, in the order of the columns. */
  readonly columns: readonly Metric[];
  /**
   * In the paper's order; those that it lacks stand behind MARN's or last. A figure that shows a dataset
   * has none.
   */
  readonly rows: readonly ExperimentRow[];
  /**
   * Whether rows are what `train` would make of them, changes of all rows included; else all systems
   * read their authors' word vectors.
   */
  readonly asTrained?: true | undefined;
  /** How the baselines of Tables 3 and 4 are trained; other experiments have one way. */
  readonly protocol?: Protocol | undefined;
  /**
   * The paper's values by row, in percent, one for each column; null where it has none. A figure's are
   * those of its tables' rows for the same system, and those that MT-RAM's release gives.
   */
  readonly paper: { readonly [row: string]: readonly (number | null)[] };
}

/** The k of P@k by which rows are compared. */
export function comparedCutoff(labelSet: string): 5 | 8 {
  return labelSet === "full" ? 8 : 5;
}

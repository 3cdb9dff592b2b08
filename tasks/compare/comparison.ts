/**
 * What one comparison of systems consists of: the systems as rows of an experiment of one's own, which
 * is planned, trained and resumed as the paper's are.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Task } from "../../pipeline/schema.ts";
import { nearest } from "../../pipeline/text/nearest.ts";
import { comparedCutoff, type Experiment, type ExperimentRow } from "../experiment/experiment.ts";
import {
  type ExperimentRequest,
  planExperiment,
  type PlannedExperiment,
} from "../experiment/planned.ts";
import { marnRow, rawVectorsRow, systemRows } from "../reproduce/rows.ts";
import { selectRows } from "../reproduce/select_rows.ts";

/** What is asked for. */
export interface ComparisonRequest extends ExperimentRequest {
  readonly data: string;
  /** Names of rows or systems, joined by commas; every system by default. */
  readonly models?: string | undefined;
  /** The label set that it is about. */
  readonly target: Task;
  /** The row that others are compared with; MARN's, or else the first. */
  readonly against?: string | undefined;
  /** What the leaderboard is sorted by. */
  readonly sort: Metric;
}

/** A comparison, planned. */
export interface Comparison extends PlannedExperiment {
  readonly sort: Metric;
  /** Name of the row that others are compared with. */
  readonly against: string;
}

/**
 * Plans a run of every system and seed: what can be refused is refused before anything is trained.
 *
 * @throws {ReportedError} as the dataset and the configurations do.
 */
export async function planComparison(request: ComparisonRequest): Promise<Comparison> {
  const { data, target, models, sort } = request;
  const dataset = await openDataset(data);
  const all: Experiment = {
    id: "leaderboard",
    title: `Systems on ${dataset.directory}, ${target.toUpperCase()} labels`,
    labelSet: dataset.manifest.labelSet,
    target,
    columns: [
      "micro_f1",
      "macro_f1",
      "micro_auc",
      `p@${comparedCutoff(dataset.manifest.labelSet)}`,
    ],
    rows: [...systemRows, rawVectorsRow],
    paper: {},
  };
  const systems: Experiment = { ...all, rows: systemRows };
  const experiment = onTarget(models === undefined ? systems : selectRows(all, models));
  const reference = chooseReference(experiment, request.against);
  const planned = planExperiment(experiment, dataset, request, reference);
  return { ...planned, sort, against: reference.name };
}

/** Rows name their own target where the paper has one; here all have the comparison's. */
function onTarget(experiment: Experiment): Experiment {
  const rows = experiment.rows.map(({ request: { target: _target, ...request }, ...row }) => ({
    ...row,
    request,
  }));
  return { ...experiment, rows };
}

function chooseReference({ rows }: Experiment, name: string | undefined): ExperimentRow {
  const named = (text: string) =>
    rows.find((row) => row.name === text) ?? rows.find(({ request }) => request.model === text);
  if (name === undefined) return named(marnRow.name) ?? rows[0]!;
  const found = named(name);
  if (found) return found;
  const names = rows.map((row) => row.name);
  throw new UsageError(
    `reading --against ${JSON.stringify(name)}: expected one of the systems compared, ` +
      `${names.join(", ")}; the nearest is ${nearest(name, names)}`,
  );
}

/**
 * What a sweep consists of: every combination of the grid as a row of an experiment, trained as `train`
 * would with these values set.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { comparedCutoff, type Experiment } from "../experiment/experiment.ts";
import { planExperiment, type PlannedExperiment } from "../experiment/planned.ts";
import { systemTitle } from "../report/systems.ts";
import { requestConfig } from "../train/plan.ts";
import type { SweepRequest } from "./flags.ts";
import { type GridAxis, type GridPoint, gridPoints, parseGrid, pointName } from "./grid.ts";

/** A sweep, planned. */
export interface PlannedSweep extends PlannedExperiment {
  /** Dataset directory, as it was named. */
  readonly data: string;
  readonly grid: readonly GridAxis[];
  /** The combination of each row, by its name. */
  readonly points: ReadonlyMap<string, GridPoint>;
  /** What every row has in common: the configuration without the grid. */
  readonly config: TrainConfig;
  /** Which preset was taken where the command line names none, and why. */
  readonly chosen?: string | undefined;
}

/**
 * Plans a run of every combination and seed: what can be refused is refused before anything is trained.
 *
 * @throws {ReportedError} as the dataset and the configurations do.
 */
export async function planSweep(request: SweepRequest): Promise<PlannedSweep> {
  const { data, out, grid: texts, seeds, set = [] } = request;
  const dataset = await openDataset(data);
  refuseSeed(set);
  const { config, preset, chosen } = requestConfig({ ...request, seed: 1 }, dataset.manifest);
  const grid = parseGrid(config, texts);
  refuseSet(grid, set);
  const points = new Map(gridPoints(grid).map((point) => [pointName(point), point]));
  const { labelSet } = dataset.manifest;
  const precision: Metric = `p@${comparedCutoff(labelSet)}`;
  const { model, base, mtl, ram, loss, target, epochs } = request;
  const experiment: Experiment = {
    id: "sweep",
    title: `Sweep of ${systemTitle(config)} on ${dataset.directory}, ` +
      `${config.target.toUpperCase()} labels`,
    labelSet,
    target: config.target,
    columns: ["micro_f1", "macro_f1", "micro_auc", precision],
    rows: [...points].map(([name, point]) => {
      const values = point.map(([key, value]) => `${key}=${value}`);
      const own = { model, base, mtl, ram, loss, target, epochs, set: [...set, ...values] };
      return { name, request: own };
    }),
    asTrained: true,
    paper: {},
  };
  const planned = planExperiment(experiment, dataset, { out, seeds, preset });
  return { ...planned, data, set, grid, points, config, chosen };
}

/** A key has the values of the grid, or the one that is set. */
function refuseSet(grid: readonly GridAxis[], set: readonly string[]): void {
  const both = grid.find(({ key }) => set.some((text) => text.split("=", 1)[0] === key));
  if (!both) return;
  throw new UsageError(
    `reading --grid ${both.key}: --set gives it a value, too; expected one of them; leave the other out`,
  );
}

/** Seeds are the rows' own: one that is set would make all runs of a row the same. */
function refuseSeed(set: readonly string[]): void {
  if (!set.some((text) => /^\s*seed\s*=/.test(text))) return;
  throw new UsageError(
    "reading --set seed: expected another key; --seeds gives every row its seeds",
  );
}

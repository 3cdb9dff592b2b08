/**
 * How long the runs that are left will take: measured costs, corrected by what finished runs took.
 *
 * @module
 */
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { costKey, measureCost, type RunCost, secondsLeft } from "./cost.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunStatus } from "./status.ts";

/** Expected seconds of runs. */
export interface Forecast {
  /** Measures what is left of a run; those that compute the same cost the same. Returns its seconds. */
  add(run: PlannedRun, status: RunStatus): Promise<number>;
  /** Expected seconds of one run. */
  of(run: PlannedRun): number;
  /** Expected seconds of all that are not done. */
  left(): number;
  /** Bytes of the checkpoints that runs without any will write. */
  bytes(): number;
  /** Takes a run out, which took so many seconds. */
  done(run: PlannedRun, seconds: number): void;
}

/** A forecast of runs on a dataset, none yet. */
export function createForecast(
  dataset: Dataset,
  measure: (run: PlannedRun) => Promise<RunCost> = ({ config }) => measureCost(config, dataset),
): Forecast {
  const costs = new Map<string, RunCost>();
  const left = new Map<string, number>();
  let bytes = 0;
  let expected = 0;
  let taken = 0;
  // Machines get slower and faster; early stopping makes runs shorter.
  const factor = () => expected > 0 ? taken / expected : 1;
  return {
    async add(run, status) {
      if (status.kind === "finished") return 0;
      const key = costKey(run.config);
      const cost = costs.get(key) ?? await measure(run);
      costs.set(key, cost);
      left.set(run.name, secondsLeft(status, cost, run.config.epochs));
      if (status.kind === "new") bytes += cost.bytes;
      return left.get(run.name)!;
    },
    of: ({ name }) => factor() * (left.get(name) ?? 0),
    left: () => factor() * left.values().reduce((sum, seconds) => sum + seconds, 0),
    bytes: () => bytes,
    done({ name }, seconds) {
      expected += left.get(name) ?? 0;
      taken += seconds;
      left.delete(name);
    },
  };
}

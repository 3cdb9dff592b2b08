/**
 * Keys of a grid that no row reads: a sweep over them trains the same thing again and again.
 *
 * @module
 */
import { isIdle } from "../../model/config/idle_keys.ts";
import type { PlannedSweep } from "./plan_sweep.ts";

/** The grid's keys that change nothing in any row. */
export function idleKeys({ grid, runs }: Pick<PlannedSweep, "grid" | "runs">): string[] {
  return grid.map(({ key }) => key).filter((key) =>
    runs.every(({ config }) => isIdle(config, key))
  );
}

/**
 * Keys of a grid that no row's loss reads: a sweep over them trains the same thing again and again.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import { tasksOf } from "../../model/zoo/blocks.ts";
import type { PlannedSweep } from "./plan_sweep.ts";

/** What has to be so for a key to change anything. */
const READ: { readonly [key: string]: (config: TrainConfig) => boolean } = {
  "loss.alpha": ({ loss }) => loss.name !== "bce",
  "loss.gamma": ({ loss }) => loss.name !== "bce",
  "loss.icdWeight": (config) => tasksOf(config).length > 1,
};

/** The grid's keys that change nothing in any row. */
export function idleKeys({ grid, runs }: Pick<PlannedSweep, "grid" | "runs">): string[] {
  return grid.map(({ key }) => key).filter((key) => {
    const isRead = READ[key];
    return isRead !== undefined && !runs.some(({ config }) => isRead(config));
  });
}

/** What configurations reached, made up: a metric's mean is told, its paper's number where there is one. */
import { type ConfigRequest, resolveConfig } from "../../model/config/presets.ts";
import { METRICS } from "../../model/metrics/names.ts";
import type { Measured } from "../../tasks/analyze/measured.ts";

/** The data of made-up figures. */
export const madeUp = {
  directory: "some/top50",
  synthetic: true,
  source: "mimic3",
  restricted: false,
} as const;

/** A configuration all of whose metrics are `mean` percent. */
export function measuredAt(
  request: ConfigRequest,
  mean: number,
  { deviation = null, paper = null }: {
    readonly deviation?: number | null;
    readonly paper?: number | null;
  } = {},
): Measured {
  const values = METRICS.map((metric) => [metric, { mean, deviation, paper }]);
  return { config: resolveConfig(request), values: Object.fromEntries(values), split: "test" };
}

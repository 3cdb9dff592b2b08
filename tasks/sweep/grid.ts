/**
 * `--grid KEY=VALUE,VALUE,…`: keys of a configuration with the values to try, and their combinations.
 *
 * @module
 */
import { parseAssignment } from "../../model/config/assign.ts";
import { flatten, type TrainConfig } from "../../model/config/config.ts";
import type { ConfigValue } from "../../model/system.ts";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import { nearest } from "../../pipeline/text/nearest.ts";

/** One key and the values to try. */
export interface GridAxis {
  /** Dotted key of the configuration. */
  readonly key: string;
  readonly values: readonly ConfigValue[];
}

/** A combination: one value for each key. */
export type GridPoint = readonly (readonly [key: string, value: ConfigValue])[];

/** More combinations than anyone will train. */
const MOST_POINTS = 10_000;

/** What decides the figures that rows are compared by, or the seeds that each row has. */
const FIXED: { readonly [key: string]: string } = {
  "model.name": "compare systems with deno task compare",
  "monitor": "it is what rows are compared by; choose it with --set",
  "seed": "--seeds gives every row the same seeds",
  "target": "choose it with --target",
};

/**
 * Reads the grid. A key is one of the configuration's; the group in front of its point may be left out
 * where one group alone has it. Values are parted by commas or, where they hold some, by semicolons.
 *
 * @param config decides which keys there are, and the kinds of their values.
 * @throws {UsageError} where a key is unknown (naming the nearest), given twice or not for a grid, or a
 * value is of another kind or given twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resolveConfig } from "../../model/config/presets.ts";
 *
 * const [gamma, kernels] = parseGrid(resolveConfig({ model: "multi-res-cnn" }), [
 *   "gamma=1,2",
 *   "model.kernels=3,5;3,5,9",
 * ]);
 * assert.deepEqual(gamma, { key: "loss.gamma", values: [1, 2] });
 * assert.deepEqual(kernels, { key: "model.kernels", values: ["3,5", "3,5,9"] });
 * ```
 */
export function parseGrid(config: TrainConfig, texts: readonly string[]): GridAxis[] {
  const axes = texts.map((text) => parseAxis(config, text));
  const twice = axes.find(({ key }, at) => axes.findIndex((other) => other.key === key) < at);
  if (twice) {
    throw new UsageError(
      `reading --grid: ${twice.key} is given twice; expected each key once, with all its values`,
    );
  }
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  if (size > MOST_POINTS) {
    throw new UsageError(
      `reading --grid: ${size} combinations, expected at most ${MOST_POINTS}; try fewer values`,
    );
  }
  return axes;
}

/** Every combination; the last key's values change fastest. */
export function gridPoints(axes: readonly GridAxis[]): GridPoint[] {
  return axes.reduce<GridPoint[]>(
    (points, { key, values }) =>
      points.flatMap((point) => values.map((value) => [...point, [key, value] as const])),
    [[]],
  );
}

/** `loss.gamma = 1, loss.alpha = 0.5`. */
export function pointName(point: GridPoint): string {
  return point.map(([key, value]) => `${key} = ${value}`).join(", ");
}

function parseAxis(config: TrainConfig, text: string): GridAxis {
  const at = text.indexOf("=");
  const [typed, list] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || list.trim() === "") {
    throw new UsageError(
      `reading --grid ${quoted(text)}: expected KEY=VALUE,VALUE,… such as loss.gamma=1,2,3`,
    );
  }
  const key = findKey([...flatten(config).keys()], typed.trim());
  const why = FIXED[key];
  if (why !== undefined) {
    throw new UsageError(`reading --grid ${quoted(typed)}: it is not for a grid to change; ${why}`);
  }
  const parts = list.split(list.includes(";") ? ";" : ",");
  const values = parts.map((part) => parseAssignment(config, `${key}=${part.trim()}`)[key]!);
  const twice = values.find((value, at) => values.indexOf(value) < at);
  if (twice === undefined) return { key, values };
  throw new UsageError(`reading --grid ${key}: ${quoted(`${twice}`)} is given twice`);
}

/** The configuration's key of that name, with or without its group. */
function findKey(keys: readonly string[], typed: string): string {
  const short = (key: string) => key.slice(key.indexOf(".") + 1);
  if (keys.includes(typed)) return typed;
  const [found, ...others] = keys.filter((key) => short(key) === typed);
  if (found !== undefined && others.length === 0) return found;
  const spellings = new Map(keys.flatMap((key) => [[short(key), key], [key, key]]));
  throw new UsageError(
    `reading --grid ${quoted(typed)}: ` +
      (found === undefined
        ? `there is no such key; the nearest is ${spellings.get(nearest(typed, spellings.keys()))}`
        : `expected one of ${[found, ...others].join(", ")}`),
  );
}

/**
 * Changes to a configuration by dotted key, as presets and `--set` make them. A key that does not
 * exist fails with the nearest one that does.
 *
 * @module
 */
import { quoted, UsageError } from "../../pipeline/errors.ts";
import type { Assignments, ConfigValue } from "../system.ts";
import { flatten, parseConfig, type TrainConfig } from "./config.ts";
import { parseDecimal } from "../../pipeline/text/decimal.ts";
import { nearest } from "../../pipeline/text/nearest.ts";

/**
 * A configuration with some keys changed. Throws {@linkcode UsageError} for a key that it does not have,
 * naming the nearest that it has, and for a value of the wrong kind or range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resolveConfig } from "./presets.ts";
 *
 * const config = assign(resolveConfig({}), { "model.hidden": 64, monitor: "p@8" });
 * assert.equal("hidden" in config.model && config.model.hidden, 64);
 * assert.throws(() => assign(config, { "model.hiden": 64 }), /nearest is "model.hidden"/);
 * ```
 */
export function assign(config: TrainConfig, changes: Assignments): TrainConfig {
  const flat = flatten(config);
  for (const [key, value] of Object.entries(changes)) {
    if (!flat.has(key)) {
      throw new UsageError(
        `setting ${quoted(key)}: there is no such key; ` +
          `the nearest is ${JSON.stringify(nearestKey(key, [...flat.keys()]))}`,
      );
    }
    if (key === "model.name") {
      throw new UsageError(`setting "model.name": choose the system with --model ${value}`);
    }
    flat.set(key, value);
  }
  return parseConfig(unflatten(flat));
}

/**
 * Reads one `key=value` of a command line, by the kind of value that `config` has under that key.
 * Throws {@linkcode UsageError}.
 */
export function parseAssignment(config: TrainConfig, text: string): Assignments {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new UsageError(`reading --set ${quoted(text)}: expected key=value`);
  }
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  const present = flatten(config).get(key);
  return Object.fromEntries([[key, parseValue(key, value, typeof present)]]);
}

/** The nearest key, whether or not the group in front of its point was typed. */
function nearestKey(typed: string, keys: readonly string[]): string {
  const spellings = new Map(keys.map((key) => [key.slice(key.indexOf(".") + 1), key]));
  for (const key of keys) spellings.set(key, key);
  return spellings.get(nearest(typed, spellings.keys())) ?? "";
}

function parseValue(key: string, text: string, kind: string): ConfigValue {
  if (kind === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw new UsageError(`setting ${key}: ${quoted(text)} is neither true nor false`);
  }
  if (kind === "number") {
    const number = parseDecimal(text);
    if (Number.isFinite(number)) return number;
    throw new UsageError(`setting ${key}: ${quoted(text)} is not a number`);
  }
  return text;
}

function unflatten(flat: ReadonlyMap<string, ConfigValue>): unknown {
  const config = new Map<string, unknown>();
  const groups = new Map<string, [string, ConfigValue][]>();
  for (const [key, value] of flat) {
    const [group = "", name] = key.split(".");
    if (name === undefined) config.set(key, value);
    else groups.set(group, [...groups.get(group) ?? [], [name, value]]);
  }
  for (const [group, entries] of groups) config.set(group, Object.fromEntries(entries));
  return Object.fromEntries(config);
}

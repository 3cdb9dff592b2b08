/**
 * The configuration of a training run: frozen data, checked strictly. A preset or a `--set` changes it
 * by dotted keys ({@linkcode assign}); a key that does not exist fails with the nearest one that does.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../../pipeline/errors.ts";
import type { Task } from "../../pipeline/schema.ts";
import { type Monitor, MONITORS } from "../metrics/monitor.ts";
import { nearest } from "./nearest.ts";
import { type SystemConfig, systemSchemas } from "./systems.ts";
import type { BatchingConfig } from "../../pipeline/dataset/batches.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";

/** The training loss (DESIGN §7). */
export interface LossConfig {
  /** `focal` is what the authors' code computes, `focal-balanced` the paper's eq. 16. */
  readonly name: "focal" | "focal-balanced" | "bce";
  /** α of both focal losses. */
  readonly alpha: number;
  /** γ of both focal losses. */
  readonly gamma: number;
  /** λ_d: the ICD branch's share of a two-task loss; CCS has the rest. */
  readonly icdWeight: number;
}

/** Adam, and what is done to gradients before it. */
export interface OptimizerConfig {
  /** Step size. */
  readonly learningRate: number;
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Decoupled weight decay (AdamW); 0 is plain Adam. */
  readonly weightDecay: number;
  /** Largest global gradient norm; 0 leaves gradients alone. */
  readonly clipNorm: number;
  /** Share of all steps in which the step size rises linearly from 0. */
  readonly warmup: number;
  /** Whether it then falls linearly to 0 at the last step of the last epoch. */
  readonly linearDecay: boolean;
}

/** Everything that decides what a run on a given dataset computes. */
export interface TrainConfig extends BatchingConfig {
  /** The system and its options. */
  readonly model: SystemConfig;
  /** The label set that the run is about: monitored, and alone where `mtl` is off. */
  readonly target: Task;
  /** Training loss. */
  readonly loss: LossConfig;
  /** Optimiser. */
  readonly optimizer: OptimizerConfig;
  /** Most passes over the training split. */
  readonly epochs: number;
  /** Epochs without a better dev score after which training stops. */
  readonly patience: number;
  /** What early stopping watches of the target's dev scores. */
  readonly monitor: Monitor;
}

/** What a model is built from, of a {@linkcode TrainConfig}. */
export type ModelConfig = Pick<TrainConfig, "model" | "target" | "loss">;

/** The tasks that a configured system predicts: both with multi-task learning, else the target. */
export function tasksOf({ model, target }: Pick<TrainConfig, "model" | "target">): readonly Task[] {
  return "mtl" in model && model.mtl ? ["icd", "ccs"] : [target];
}

/** What one system is built from. */
export interface SystemSettings<Options> extends Pick<TrainConfig, "target" | "loss"> {
  /** The system's options. */
  readonly model: Options;
}

/** A value that a configuration can hold under one key. */
export type ConfigValue = string | number | boolean;

/** Changes to a configuration, by dotted key: `{ "optimizer.learningRate": 3e-3 }`. */
export type Assignments = { readonly [key: string]: ConfigValue };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const rate = v.pipe(share, v.ltValue(1));
const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const schema = v.strictObject({
  model: v.variant("name", systemSchemas),
  target: v.picklist(["icd", "ccs"]),
  loss: v.strictObject({
    name: v.picklist(["focal", "focal-balanced", "bce"]),
    alpha: share,
    gamma: nonNegative,
    icdWeight: share,
  }),
  optimizer: v.strictObject({
    learningRate: positive,
    beta1: rate,
    beta2: rate,
    epsilon: positive,
    weightDecay: nonNegative,
    clipNorm: nonNegative,
    warmup: rate,
    linearDecay: v.boolean(),
  }),
  batchSize: count,
  maxTokens: count,
  microTokens: count,
  epochs: count,
  patience: count,
  monitor: v.picklist(Object.keys(MONITORS) as Monitor[]),
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/**
 * Checks a configuration and freezes a copy of it. Throws {@linkcode UsageError} naming the first key
 * that is unknown, missing or out of range.
 */
export function parseConfig(value: unknown): TrainConfig {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return freeze(result.output);
  const issue = result.issues[0];
  const key = v.getDotPath(issue) ?? "(the whole)";
  if (issue.type === "strict_object" && issue.expected === "never") {
    throw new UsageError(`reading the configuration: there is no key ${JSON.stringify(key)}`);
  }
  throw new UsageError(
    `reading the configuration: ${key} is ${issue.received}, expected ${describe(issue)}`,
  );
}

/** {@linkcode parseConfig} of JSON text. Throws {@linkcode UsageError}. */
export function parseConfigText(text: string): TrainConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`reading the configuration: not JSON (${(error as Error).message})`);
  }
  return parseConfig(value);
}

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
        `setting ${JSON.stringify(key)}: there is no such key; ` +
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
    throw new UsageError(`reading --set ${JSON.stringify(text)}: expected key=value`);
  }
  const key = text.slice(0, at), value = text.slice(at + 1);
  const present = flatten(config).get(key);
  return Object.fromEntries([[key, parseValue(key, value, typeof present)]]);
}

/** A configuration's values by dotted key, in order. */
export function flatten(config: TrainConfig): Map<string, ConfigValue> {
  const flat = new Map<string, ConfigValue>();
  for (const [key, value] of Object.entries<ConfigValue | object>({ ...config })) {
    if (typeof value !== "object") flat.set(key, value);
    else {
      for (const [name, inner] of Object.entries<ConfigValue>({ ...value })) {
        flat.set(`${key}.${name}`, inner);
      }
    }
  }
  return flat;
}

/** Keys whose values differ, or that only one of the two has. */
export function differingKeys(a: TrainConfig, b: TrainConfig): string[] {
  const flatA = flatten(a), flatB = flatten(b);
  return [...new Set([...flatA.keys(), ...flatB.keys()])]
    .filter((key) => flatA.get(key) !== flatB.get(key));
}

/**
 * Keys that may change when a run is resumed: they say when training ends, not what a step computes.
 * A schedule spans all epochs, so that their number is then no such key.
 */
export function resumableKeys({ optimizer: { warmup, linearDecay } }: TrainConfig): string[] {
  return warmup > 0 || linearDecay ? ["patience"] : ["epochs", "patience"];
}

/** SHA-256 (hex) of what a step of this configuration computes: all but {@linkcode resumableKeys}. */
export function configHash(config: TrainConfig): string {
  const free = resumableKeys(config);
  const entries = [...flatten(config)].filter(([key]) => !free.includes(key)).sort();
  return sha256(JSON.stringify(entries));
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
    throw new UsageError(`setting ${key}: ${JSON.stringify(text)} is neither true nor false`);
  }
  if (kind === "number") {
    const number = Number(text);
    if (text.trim() !== "" && Number.isFinite(number)) return number;
    throw new UsageError(`setting ${key}: ${JSON.stringify(text)} is not a number`);
  }
  return text;
}

function unflatten(flat: ReadonlyMap<string, ConfigValue>): unknown {
  const config = new Map<string, unknown>(), groups = new Map<string, [string, ConfigValue][]>();
  for (const [key, value] of flat) {
    const [group = "", name] = key.split(".");
    if (name === undefined) config.set(key, value);
    else groups.set(group, [...groups.get(group) ?? [], [name, value]]);
  }
  for (const [group, entries] of groups) config.set(group, Object.fromEntries(entries));
  return Object.fromEntries(config);
}

function describe(issue: v.BaseIssue<unknown>): string {
  const requirement = "requirement" in issue ? issue.requirement : undefined;
  const bounds: Record<string, string> = {
    min_value: `at least ${requirement}`,
    max_value: `at most ${requirement}`,
    gt_value: `more than ${requirement}`,
    lt_value: `less than ${requirement}`,
    multiple_of: `a multiple of ${requirement}`,
    safe_integer: "a whole number",
    finite: "a finite number",
  };
  return bounds[issue.type] ?? issue.expected ?? "another value";
}

function freeze(config: TrainConfig): TrainConfig {
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config);
}

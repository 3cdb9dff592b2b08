/**
 * The configuration of a training run: frozen data, checked strictly.
 *
 * @module
 */
import * as v from "valibot";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import { type Task, TASKS } from "../../pipeline/schema.ts";
import { type LossConfig, LOSSES } from "../loss.ts";
import type { ConfigValue, OptionSchemas } from "../system.ts";
import { type SystemConfig, systemNamed, systems } from "../zoo/systems.ts";
import { type Monitor, MONITORS } from "../metrics/monitor.ts";
import type { BatchingConfig } from "../../pipeline/dataset/batches.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { fraction, natural, positive } from "../../pipeline/files/field_schemas.ts";
import { rate, strength } from "../zoo/option_schemas.ts";

/** Adam, and what is done to gradients before it. */
export interface OptimizerConfig {
  readonly learningRate: number;
  /** Decay of the first moment, β₁. */
  readonly beta1: number;
  /** Decay of the second moment, β₂. */
  readonly beta2: number;
  /** Added to the root of the second moment, ε. */
  readonly epsilon: number;
  /** Decoupled weight decay of matrices (biases and norms are left alone); 0 is plain Adam. */
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
  readonly model: SystemConfig;
  /** The label set that the run is about: monitored, and alone where `mtl` is off. */
  readonly target: Task;
  readonly loss: LossConfig;
  readonly optimizer: OptimizerConfig;
  /** Most passes over the training split. */
  readonly epochs: number;
  /** Epochs without a better dev score after which training stops. */
  readonly patience: number;
  /** What early stopping watches of the target's dev scores. */
  readonly monitor: Monitor;
}

const aboveZero = v.pipe(v.number(), v.finite(), v.gtValue(0));

/** One strict schema a system, told apart by its name. */
const systemSchema = v.variant(
  "name",
  systems.map(({ name, schemas }) => v.strictObject({ name: v.literal(name), ...schemas })),
) as v.GenericSchema<unknown, SystemConfig>;

const schema = v.strictObject({
  model: systemSchema,
  target: v.picklist(TASKS),
  loss: v.strictObject({
    name: v.picklist(LOSSES),
    alpha: fraction,
    gamma: strength,
    icdWeight: fraction,
  }),
  optimizer: v.strictObject({
    learningRate: aboveZero,
    beta1: rate,
    beta2: rate,
    epsilon: aboveZero,
    weightDecay: strength,
    clipNorm: strength,
    warmup: rate,
    linearDecay: v.boolean(),
  }),
  batchSize: positive,
  maxTokens: positive,
  microTokens: positive,
  epochs: positive,
  patience: positive,
  monitor: v.picklist(Object.keys(MONITORS) as Monitor[]),
  seed: natural,
});

/**
 * Checks a configuration and freezes a copy of it: one that passes can be built. Throws
 * {@linkcode UsageError} naming the first key that is unknown, missing, out of range, or does not go
 * with the others.
 */
export function parseConfig(value: unknown): TrainConfig {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return freeze(requireFit(result.output));
  const issue = result.issues[0];
  const key = v.getDotPath(issue) ?? "(the whole)";
  if (issue.type === "strict_object" && issue.expected === "never") {
    throw new UsageError(`reading the configuration: there is no key ${quoted(key)}`);
  }
  if (issue.type === "strict_object" && issue.received === "undefined") {
    throw new UsageError(`reading the configuration: there has to be a key ${JSON.stringify(key)}`);
  }
  throw new UsageError(
    `reading the configuration: ${key} is ${receivedOf(issue)}, expected ${describe(issue)}`,
  );
}

/** What was there instead, a text as far as it may be shown. */
function receivedOf({ input, received }: v.BaseIssue<unknown>): string {
  return typeof input === "string" ? quoted(input) : received;
}

function requireFit(config: TrainConfig): TrainConfig {
  const { name, ...options } = config.model;
  const misfit = systemNamed(name).misfit?.(options);
  if (!misfit) return config;
  throw new UsageError(
    `reading the configuration: model.${misfit.option} is ${
      quoted(`${options[misfit.option]}`)
    }, ` +
      `expected ${misfit.expected}`,
  );
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
  const flatA = flatten(a);
  const flatB = flatten(b);
  return [...new Set([...flatA.keys(), ...flatB.keys()])]
    .filter((key) => flatA.get(key) !== flatB.get(key));
}

/**
 * Keys and values, by key, of all that tells configurations apart. An option whose schema has a default
 * came when there were runs already, which did what it says: that value changes nothing, and is left
 * out.
 */
export function distinguishingEntries(config: TrainConfig): [string, ConfigValue][] {
  const schemas: Partial<OptionSchemas<SystemConfig>> = systemNamed(config.model.name).schemas;
  const isDefault = (key: string, value: ConfigValue) => {
    const schema = schemas[key.replace(/^model\./, "")];
    return key.startsWith("model.") && schema !== undefined && v.getDefault(schema) === value;
  };
  return [...flatten(config)].filter(([key, value]) => !isDefault(key, value)).sort();
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
  return sha256(JSON.stringify(
    distinguishingEntries(config).filter(([key]) => !free.includes(key)),
  ));
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
    regex: issue.message,
    check: issue.message,
  };
  return bounds[issue.type] ?? issue.expected ?? "another value";
}

function freeze(config: TrainConfig): TrainConfig {
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config);
}

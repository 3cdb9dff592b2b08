/**
 * Named configurations. A preset is a diff of {@linkcode base}; a system brings its options and, per
 * preset, what its authors trained it with.
 *
 * @module
 */
import { quoted, shown, UsageError } from "../../pipeline/errors.ts";
import type { AnySystem, Assignments } from "../system.ts";
import { marn } from "../zoo/marn.ts";
import { systems } from "../zoo/systems.ts";
import { assign, parseAssignment } from "./assign.ts";
import { parseConfig, type TrainConfig } from "./config.ts";
import type { Task } from "../../pipeline/schema.ts";
import { nearest } from "../../pipeline/text/nearest.ts";

/** MARN on the top-50 split, as the paper trains it. */
export const base: TrainConfig = parseConfig({
  model: { name: marn.name, ...marn.options },
  target: "icd",
  loss: { name: "focal", alpha: 0.999, gamma: 2, icdWeight: 0.7 },
  optimizer: {
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: 1,
    warmup: 0,
    linearDecay: false,
  },
  batchSize: 16,
  maxTokens: 4000,
  microTokens: 64_000,
  epochs: 100,
  patience: 10,
  monitor: "p@5",
  seed: 1,
});

/** What each preset for MIMIC-III changes; what a system's authors chose goes over it. */
const publishedPresets: { readonly [name: string]: Assignments } = {
  "mimic3-50": {},
  "mimic3-full": { batchSize: 64, monitor: "p@8" },
};

/** The same training for every system: what suits 40,000 documents does not suit some hundreds. */
const smallCohort: Assignments = {
  "optimizer.learningRate": 2e-3,
  "optimizer.clipNorm": 1,
  "optimizer.warmup": 0,
  "optimizer.linearDecay": false,
  batchSize: 8, // some hundreds of documents: more, smaller steps
  monitor: "p@5",
};

/** What each preset for a small cohort changes; it goes over what a system's authors chose. */
const smallPresets: { readonly [name: string]: Assignments } = {
  codiesp: {
    ...smallCohort,
    "optimizer.learningRate": 1e-3,
    "model.hidden": 128,
    batchSize: 16,
    maxTokens: 4000,
    epochs: 60,
    patience: 20,
  },
  demo: { ...smallCohort, "model.hidden": 96, maxTokens: 1000, epochs: 10, patience: 5 },
  // Eleven systems in some minutes: the same few epochs and narrow layers for each.
  small: {
    ...smallCohort,
    "model.hidden": 64,
    "model.attention": 64,
    "model.filters": 64,
    "model.kernels": "3,5,9",
    "model.feedForward": 256,
    "model.intermediate": 256,
    maxTokens: 1000,
    epochs: 4,
    patience: 4,
  },
};

/** What each preset changes, whatever the system. */
export const presets: { readonly [name: string]: Assignments } = {
  ...publishedPresets,
  ...smallPresets,
};

/** The preset for a label set of MIMIC-III. */
export function publishedPreset(labelSet: string): "mimic3-50" | "mimic3-full" {
  return labelSet === "full" ? "mimic3-full" : "mimic3-50";
}

/** What a command line says of the configuration. */
export interface ConfigRequest {
  /** Name of a preset; `mimic3-50` by default. */
  readonly preset?: string | undefined;
  /** Name of a system; `marn` by default. */
  readonly model?: string | undefined;
  /** Name of a base encoder for the paper's blocks, none of which it then has unless asked for. */
  readonly base?: string | undefined;
  /** Changes of the base configuration in place of what the system's authors chose, presets included. */
  readonly training?: Assignments | undefined;
  /** Multi-task learning on or off. */
  readonly mtl?: boolean | undefined;
  /** Recalibrated aggregation module on or off. */
  readonly ram?: boolean | undefined;
  readonly loss?: string | undefined;
  /** The label set that the run is about. */
  readonly target?: Task | undefined;
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
  /** `key=value` changes, applied last, in order. */
  readonly set?: readonly string[] | undefined;
}

/**
 * The configuration that a command line asks for. Throws {@linkcode UsageError}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const config = resolveConfig({ preset: "mimic3-full", ram: false, set: ["seed=7"] });
 * assert.deepEqual([config.batchSize, config.seed], [64, 7]);
 * assert.ok("ram" in config.model && !config.model.ram);
 * ```
 */
export function resolveConfig(request: ConfigRequest): TrainConfig {
  const preset = request.preset ?? "mimic3-50";
  const changes = entry(new Map(Object.entries(presets)), preset, "--preset");
  const system = requestedSystem(request);
  const { name, options, training = {}, presets: own = {} } = system;
  let config = parseConfig({ ...base, model: { name, ...options } });
  const common = applicable(system, changes);
  for (const step of preset in smallPresets ? [training, common] : [common, training]) {
    config = assign(config, step);
  }
  config = assign(config, own[preset] ?? {});
  if (startsPretrained(request)) config = assign(config, system.pretrained ?? {});
  return applyRequest(config, request);
}

/** Whether a command line names pretrained weights. */
function startsPretrained({ set = [] }: ConfigRequest): boolean {
  return set.some((assignment) => /^\s*model\.checkpoint\s*=\s*\S/.test(assignment));
}

/** The system that a command line names, with the training asked for; a base has no blocks. */
function requestedSystem(request: ConfigRequest): AnySystem {
  const { base, training } = request;
  const found = namedSystem(request);
  const system = training ? { ...found, training, presets: undefined } : found;
  if (base === undefined) return system;
  const blocks = { "model.mtl": false, "model.ram": false, "loss.name": "bce" };
  return { ...system, training: { ...system.training, ...blocks } };
}

function namedSystem({ model, base }: ConfigRequest): AnySystem {
  if (base === undefined) return entry(named(({ name }) => name), model ?? marn.name, "--model");
  if (model === undefined) return entry(named(({ base }) => base), base, "--base");
  throw new UsageError(
    `reading --model ${shown(model)} --base ${shown(base)}: expected one of the two`,
  );
}

/** The systems that have a name of some kind, by it. */
function named(nameOf: (system: AnySystem) => string | undefined): Map<string, AnySystem> {
  return new Map(systems.flatMap((system) => {
    const name = nameOf(system);
    return name === undefined ? [] : [[name, system]];
  }));
}

/** A configuration changed by what a command line says, preset and system aside. */
export function applyRequest(config: TrainConfig, request: ConfigRequest): TrainConfig {
  const { mtl, ram, loss, target, epochs, seed } = request;
  const flags = { "model.mtl": mtl, "model.ram": ram, "loss.name": loss, target, epochs, seed };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const changes = Object.fromEntries(given) as Assignments;
  config = assign(config, changes);
  const set = (request.set ?? []).map((text) => parseAssignment(config, text));
  const together: Assignments = Object.assign({}, ...set); // one may only fit with another
  requireAgreement(changes, together);
  return assign(config, together);
}

/** Options that say of a key what `--set` can say, too. */
const OPTIONS: { readonly [key: string]: string } = {
  "model.mtl": "--mtl",
  "model.ram": "--ram",
  "loss.name": "--loss",
  target: "--target",
  epochs: "--epochs",
  seed: "--seed",
};

/** Refuses two values of one key: one of them would go unheard. */
function requireAgreement(options: Assignments, set: Assignments): void {
  const key = Object.keys(set).find((key) => key in options && options[key] !== set[key]);
  if (key === undefined) return;
  throw new UsageError(
    `reading --set ${key}: it is ${quoted(`${set[key]}`)}, and ${quoted(`${options[key]}`)} by ` +
      `${OPTIONS[key]}; expected one of them; leave the other out`,
  );
}

/** A preset may size an option (`model.hidden`) that this system does not have and another has. */
function applicable({ options }: AnySystem, changes: Assignments): Assignments {
  const isOthers = (key: string) => {
    const option = key.replace(/^model\./, "");
    return option !== key && !Object.hasOwn(options, option) &&
      systems.some((system) => Object.hasOwn(system.options, option));
  };
  return Object.fromEntries(Object.entries(changes).filter(([key]) => !isOthers(key)));
}

function entry<T>(table: ReadonlyMap<string, T>, name: string, option: string): T {
  const found = table.get(name);
  if (found !== undefined) return found;
  const names = [...table.keys()];
  throw new UsageError(
    `reading ${option} ${quoted(name)}: expected one of ${names.join(", ")}; ` +
      `the nearest is ${nearest(name, names)}`,
  );
}

/**
 * A run directory: everything that evaluating, predicting and resuming need, and nothing
 * outside it is needed.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { parseVocabulary, readLabels } from "../../pipeline/dataset/lists.ts";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { exists, isFile } from "../../pipeline/files/read.ts";
import { makeDirectory, writeAtomic } from "../../pipeline/files/write.ts";
import {
  type Label,
  labelFile,
  type PerTask,
  TASKS,
  VOCABULARY_FILE,
} from "../../pipeline/schema.ts";
import { differingKeys, parseConfig, resumableKeys, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import { tf } from "../engine/tf.ts";
import { describeEngine } from "../layers/recurrence/choose.ts";
import { checkpointPath, readCheckpointMetadata } from "./checkpoint.ts";
import { logPath } from "./log.ts";

/** Version of the run directory's format; a reader accepts exactly this one. */
export const RUN_VERSION = 1;

/** The dataset that a run was made on. */
export interface RunDataset {
  /** Where it was when the run was made. */
  readonly directory: string;
  /** SHA-256 of its manifest. */
  readonly hash: string;
  /** `full`, `top50`, … */
  readonly labelSet: string;
  /** Made from MIMIC-III: the run stays where its data use agreement allows. */
  readonly restricted: boolean;
  /** Its notes are made up. */
  readonly synthetic: boolean;
  /** Length of its word vectors. */
  readonly dimensions: number;
  /** Whether it says where sentences begin. */
  readonly sentences: boolean;
}

/** Decision thresholds that maximise micro-F1 on the dev split, of the label sets that are predicted. */
export type Thresholds = Partial<PerTask<number>>;

/** What a run is made of. */
export interface RunSettings {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly engine: Engine;
}

/** A run directory, opened. */
export interface Run {
  readonly directory: string;
  readonly config: TrainConfig;
  readonly dataset: RunDataset;
  /** The engine that began it, by name and in words. */
  readonly engine: { readonly name: string; readonly description: string };
  /** In index order. */
  readonly labels: PerTask<readonly Label[]>;
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
  /** Of the best checkpoint; absent before the first epoch's end. */
  readonly thresholds?: Thresholds | undefined;
}

const text = v.string();
const digest = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));

/** The files of a dataset that a run holds copies of. */
const files = [VOCABULARY_FILE, ...TASKS.map(labelFile)] as const;

const schema = v.strictObject({
  format: v.literal("marn-run"),
  version: v.literal(RUN_VERSION),
  config: v.unknown(), // parseConfig's
  dataset: v.strictObject({
    directory: text,
    hash: digest,
    labelSet: text,
    restricted: v.boolean(),
    synthetic: v.boolean(),
    dimensions: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    sentences: v.optional(v.boolean(), false),
  }),
  engine: v.strictObject({ name: text, description: text }),
  versions: v.record(text, text),
  files: v.strictObject(v.entriesFromList(files, digest)),
});

/**
 * Makes a run directory for training on a dataset. `config.json` comes last: a directory without it is
 * no run. Throws {@linkcode UsageError} when `directory` already holds a run that has begun, which its
 * log tells.
 */
export async function createRun(
  directory: string,
  { config, dataset, engine }: RunSettings,
): Promise<Run> {
  if (await isRun(directory) && await isFile(logPath(directory))) {
    throw new UsageError(
      `starting a run in ${directory}: it already holds one; ` +
        `add --resume to go on with it, or choose another --out`,
    );
  }
  await makeDirectory(join(directory, "labels"));
  const digests: Record<string, string> = {};
  for (const file of files) {
    const bytes = await Deno.readFile(join(dataset.directory, file));
    await writeAtomic(join(directory, file), bytes);
    digests[file] = sha256(bytes);
  }
  const { manifest } = dataset;
  await writeRecord(directory, {
    format: "marn-run",
    version: RUN_VERSION,
    config,
    dataset: {
      directory: await Deno.realPath(dataset.directory),
      hash: dataset.hash,
      labelSet: manifest.labelSet,
      restricted: manifest.restricted,
      synthetic: manifest.synthetic,
      dimensions: manifest.options.dimensions,
      sentences: manifest.version > 1,
    },
    engine: { name: engine.name, description: describeEngine(engine) },
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, tfjs: tf.version_core },
    files: digests,
  });
  return openRun(directory);
}

/**
 * Records a configuration that was changed in what may change (`resumableKeys`). Throws
 * `ResourceError`.
 */
export async function recordConfig({ directory }: Run, config: TrainConfig): Promise<void> {
  const record = JSON.parse(await Deno.readTextFile(recordPath(directory)));
  await writeRecord(directory, { ...record, config });
}

/** Whether `directory` holds a run. */
export function isRun(directory: string): Promise<boolean> {
  return isFile(recordPath(directory));
}

/**
 * Opens a run directory. Throws {@linkcode UsageError} when there is none, and
 * {@linkcode IntegrityError} when something in it is not as it was written.
 */
export async function openRun(directory: string): Promise<Run> {
  const path = recordPath(directory);
  const json = await Deno.readTextFile(path).catch(() => {
    throw new UsageError(
      `opening run ${directory}: it has no config.json; ` +
        `name a directory that deno task train wrote`,
    );
  });
  const { config, dataset, engine, files: digests } = parseRecord(json, path);
  const read = (file: typeof files[number]) => readList(directory, file, digests[file]);
  return {
    directory,
    config,
    dataset,
    engine,
    vocabulary: parseVocabulary(await read(VOCABULARY_FILE)),
    labels: await readLabels(directory, read),
    thresholds: await readThresholds(directory),
  };
}

/**
 * Refuses a dataset that is not the one the run was made on, naming what differs. Throws
 * {@linkcode IntegrityError}.
 */
export function requireDataset(run: Run, dataset: Dataset): void {
  if (run.dataset.hash === dataset.hash) return;
  const differing = [
    ["vocabulary", run.vocabulary, dataset.vocabulary],
    ...TASKS.map((task) => [`${task} labels`, run.labels[task], dataset.labels[task]] as const),
  ].filter(([, a, b]) => JSON.stringify(a) !== JSON.stringify(b)).map(([name]) => name);
  throw new IntegrityError(
    `using run ${run.directory} with ${dataset.directory}: it was trained on another dataset ` +
      `(${["manifest", ...differing].join(", ")} differ); ` +
      `name the dataset that it was trained on (${run.dataset.directory})`,
  );
}

/**
 * Refuses to go on with a run in another configuration, naming the keys that differ and may not
 * (`resumableKeys` may). Throws {@linkcode IntegrityError}.
 */
export function requireConfig(run: Run, config: TrainConfig): void {
  const free = resumableKeys(config);
  const keys = differingKeys(run.config, config).filter((key) => !free.includes(key));
  if (keys.length === 0) return;
  throw new IntegrityError(
    `resuming ${run.directory}: its configuration differs in ${keys.join(", ")}; ` +
      `leave these as they are, or start a run in another --out`,
  );
}

function recordPath(directory: string): string {
  return join(directory, "config.json");
}

async function writeRecord(directory: string, record: object): Promise<void> {
  await writeAtomic(recordPath(directory), `${JSON.stringify(record, null, 2)}\n`);
}

function parseRecord(json: string, path: string) {
  try {
    const record = v.parse(schema, JSON.parse(json));
    return { ...record, config: parseConfig(record.config) };
  } catch (error) {
    throw new IntegrityError(
      `reading ${path}: ${(error as Error).message}; expected a run of format version ` +
        `${RUN_VERSION}; restore it, or train anew with another --out`,
    );
  }
}

async function readList(directory: string, file: string, expected: string): Promise<string> {
  const path = join(directory, file);
  const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
  if (sha256(bytes) !== expected) {
    throw new IntegrityError(
      `reading ${path}: it is missing or not as it was written; restore it, or train anew`,
    );
  }
  return new TextDecoder().decode(bytes);
}

async function readThresholds(directory: string): Promise<Thresholds | undefined> {
  const path = checkpointPath(directory, "best");
  if (!await exists(path)) return undefined;
  const { thresholds } = await readCheckpointMetadata(path);
  return thresholds === undefined ? undefined : JSON.parse(thresholds);
}

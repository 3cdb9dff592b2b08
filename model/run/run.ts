/**
 * A run directory (DESIGN §6): everything that evaluating, predicting and resuming need, and nothing
 * outside it is needed.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { makeDirectory, writeAtomic } from "../../pipeline/files/write.ts";
import { type Dataset, readLabels } from "../../pipeline/dataset/open.ts";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { type Label, type Task, TASKS } from "../../pipeline/schema.ts";
import { readCheckpointMetadata } from "./checkpoint.ts";
import { differingKeys, parseConfig, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import { tf } from "../engine/tf.ts";
import { describeEngine } from "../layers/recurrence/choose.ts";
import { isFile } from "../../pipeline/files/read.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";

/** Version of the run directory's format; a reader accepts exactly this one. */
export const RUN_VERSION = 1;

/** The dataset that a run was made on. */
export interface RunDataset {
  /** Where it was. */
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
}

/** Decision thresholds that maximise micro-F1 on the dev split. */
export type Thresholds = { readonly [task in Task]?: number };

/** A run directory, opened. */
export interface Run {
  /** Its path. */
  readonly directory: string;
  /** How it was trained. */
  readonly config: TrainConfig;
  /** What it was trained on. */
  readonly dataset: RunDataset;
  /** SHA-256 of that dataset's manifest. */
  readonly datasetHash: string;
  /** The engine that began it, and the versions of what it ran on. */
  readonly engine: { readonly name: string; readonly description: string };
  /** Labels of each task, in index order. */
  readonly labels: { readonly [task in Task]: readonly Label[] };
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
  /** Of the best checkpoint; absent before the first epoch's end. */
  readonly thresholds?: Thresholds;
}

/** Which of a run's checkpoints; `previous` is the one before `last`. */
export type Which = "best" | "last" | "previous";

const text = v.string();
const digest = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));
const files = ["vocabulary.txt", "labels/icd.csv", "labels/ccs.csv"] as const;
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
  { config, dataset, engine }: { config: TrainConfig; dataset: Dataset; engine: Engine },
): Promise<Run> {
  if (await isRun(directory) && await isFile(join(directory, "log.jsonl"))) {
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
  const { labelSet, restricted, synthetic, options: { dimensions } } = dataset.manifest;
  const record = {
    format: "marn-run",
    version: RUN_VERSION,
    config,
    dataset: {
      directory: await Deno.realPath(dataset.directory),
      hash: dataset.hash,
      ...{ labelSet, restricted, synthetic, dimensions },
    },
    engine: { name: engine.name, description: describeEngine(engine) },
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, tfjs: tf.version_core },
    files: digests,
  };
  await writeAtomic(join(directory, "config.json"), `${JSON.stringify(record, null, 2)}\n`);
  return openRun(directory);
}

/**
 * Records a configuration that was changed in what may change (`resumableKeys`). Throws
 * `ResourceError`.
 */
export async function recordConfig(run: Run, config: TrainConfig): Promise<void> {
  const path = join(run.directory, "config.json");
  const record = { ...JSON.parse(await Deno.readTextFile(path)), config };
  await writeAtomic(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** Whether `directory` holds a run. */
export function isRun(directory: string): Promise<boolean> {
  return isFile(join(directory, "config.json"));
}

/**
 * Opens a run directory. Throws {@linkcode UsageError} when there is none, and
 * {@linkcode IntegrityError} when something in it is not as it was written.
 */
export async function openRun(directory: string): Promise<Run> {
  const path = join(directory, "config.json");
  const json = await Deno.readTextFile(path).catch(() => {
    throw new UsageError(
      `opening run ${directory}: it has no config.json; ` +
        `name a directory that deno task train wrote`,
    );
  });
  const record = parseRecord(json, path);
  const read = (file: typeof files[number]) => readList(directory, file, record.files[file]);
  const vocabulary = (await read("vocabulary.txt")).replace(/\n$/, "").split("\n");
  const labels = await readLabels(directory, read);
  const { config, dataset, engine } = record;
  const thresholds = await readThresholds(join(directory, "best.safetensors"));
  return {
    ...{ directory, config, dataset, engine, datasetHash: dataset.hash, labels, vocabulary },
    ...(thresholds ? { thresholds } : {}),
  };
}

/** Path of one of a run's checkpoints. */
export function checkpointPath(directory: string, which: Which): string {
  return join(directory, `${which}.safetensors`);
}

/**
 * Refuses a dataset that is not the one the run was made on, naming what differs. Throws
 * {@linkcode IntegrityError}.
 */
export function requireDataset(run: Run, dataset: Dataset): void {
  if (run.datasetHash === dataset.hash) return;
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

/** Refuses a configuration that is not the run's, naming the keys. Throws {@linkcode IntegrityError}. */
export function requireConfig(run: Run, config: TrainConfig, mayDiffer: readonly string[]): void {
  const keys = differingKeys(run.config, config).filter((key) => !mayDiffer.includes(key));
  if (keys.length === 0) return;
  throw new IntegrityError(
    `resuming ${run.directory}: its configuration differs in ${keys.join(", ")}; ` +
      `leave these as they are, or start a run in another --out`,
  );
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

async function readThresholds(path: string): Promise<Thresholds | undefined> {
  try {
    await Deno.stat(path);
  } catch {
    return undefined;
  }
  const { thresholds } = await readCheckpointMetadata(path);
  return thresholds === undefined ? undefined : JSON.parse(thresholds);
}

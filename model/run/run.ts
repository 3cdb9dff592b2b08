/**
 * A run directory: everything that evaluating, predicting and resuming need, and nothing
 * outside it is needed.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { parseVocabulary, readLabels } from "../../pipeline/dataset/lists.ts";
import { readChecked } from "../../pipeline/dataset/checked_files.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { exists, readRegular } from "../../pipeline/files/read.ts";
import { makeDirectory, writeAtomic } from "../../pipeline/files/write.ts";
import { type Label, type PerTask, TASKS, VOCABULARY_FILE } from "../../pipeline/schema.ts";
import { differingKeys, resumableKeys, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import { tf } from "../engine/tf.ts";
import { describeEngine } from "../layers/recurrence/choose.ts";
import { checkpointPath, CHECKPOINTS, readCheckpointFacts } from "./checkpoint.ts";
import { differencesFrom } from "./identity.ts";
import { type FoundRecord, KEPT_LISTS, readRecord, recordPath, writeRecord } from "./record.ts";

/** What decides a run: configuration, dataset, engine, first weights. */
export interface RunSettings {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly engine: Engine;
  /** A safetensors file whose weights a new run starts from; drawn ones by default. */
  readonly init?: string | undefined;
}

/** A run directory, opened: its record, and the lists that its model needs. */
export interface Run extends FoundRecord {
  readonly directory: string;
  /** In index order. */
  readonly labels: PerTask<readonly Label[]>;
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
}

/**
 * Makes a run directory for training on a dataset. `config.json` comes last: a directory without it is
 * no run. Whether it may be made in `directory`, `requireOwnFolder` says.
 *
 * @param assets texts of the files that the run's system keeps, by name.
 * @param init digest of the file that its weights started from.
 * @throws {ResourceError} where it cannot be written.
 */
export async function createRun(
  directory: string,
  { config, dataset, engine }: RunSettings,
  assets: { readonly [file: string]: string } = {},
  init?: string,
): Promise<Run> {
  const { manifest } = dataset;
  const files: Record<string, string> = {};
  const keep = async (file: string, content: Uint8Array | string) => {
    const path = join(directory, file);
    await makeDirectory(dirname(path));
    await writeAtomic(path, content);
    files[file] = sha256(content);
  };
  for (const file of KEPT_LISTS) await keep(file, await readList(dataset, file));
  for (const [file, text] of Object.entries(assets)) await keep(file, text);
  await writeRecord(directory, {
    config,
    dataset: {
      directory: await Deno.realPath(dataset.directory).catch(() => dataset.directory),
      hash: dataset.hash,
      labelSet: manifest.labelSet,
      source: manifest.options.source,
      restricted: manifest.restricted,
      synthetic: manifest.synthetic,
      dimensions: manifest.options.dimensions,
      sentences: manifest.version > 1,
    },
    engine: { name: engine.name, description: describeEngine(engine) },
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, tfjs: tf.version_core },
    files,
    init,
  });
  return openRun(directory);
}

/**
 * Opens a run directory: its record and every list are held against their digests. Its checkpoints are
 * checked where they are read.
 *
 * @throws {UsageError} where there is none.
 * @throws {IntegrityError} where something in it is not as it was written.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function openRun(directory: string): Promise<Run> {
  const record = await readRecord(directory);
  const read = (file: string) => readKept({ directory, ...record }, file);
  const run: Run = {
    directory,
    ...record,
    vocabulary: parseVocabulary(await read(VOCABULARY_FILE)),
    labels: await readLabels(directory, read),
  };
  if (!record.intact) throw await describeEdit(run);
  return run;
}

/**
 * The text of a file that a run keeps. A run of format version 1 has no digests of its system's files.
 *
 * @throws {IntegrityError} where it is missing or not as it was written.
 */
export async function readKept(
  { directory, version, files }: Pick<Run, "directory" | "version" | "files">,
  file: string,
): Promise<string> {
  const path = join(directory, file);
  const refuse = (found: string) =>
    new IntegrityError(
      `reading ${path}: ${found}; restore it from a copy, or train anew with another --out`,
    );
  const bytes = await readRegular(path, refuse);
  const expected = files[file];
  const isUnchecked = version === 1 && expected === undefined;
  if (!isUnchecked && sha256(bytes) !== expected) throw refuse("it is not as it was written");
  return new TextDecoder().decode(bytes);
}

/** What of a run's files cannot be held against a digest, since its version of the format has none. */
export function uncheckedFiles({ version }: Run): readonly string[] {
  return version === 1 ? ["config.json", "metrics.json", "predictions/"] : [];
}

/**
 * Where a run's dataset is: where it was when the run was made. Throws {@linkcode UsageError} when it
 * has been moved since.
 */
export async function locateDataset({ directory, dataset }: Run): Promise<string> {
  if (await exists(dataset.directory)) return dataset.directory;
  throw new UsageError(
    `using run ${directory}: its dataset is no longer at ${dataset.directory}; expected it there; ` +
      "if it was moved, say where it is with --data",
  );
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

/** A list of a dataset, as it was when the dataset was opened. */
function readList(dataset: Dataset, file: string): Promise<Uint8Array> {
  const entry = dataset.manifest.files.find((entry) => entry.file === file)!; // it was opened with it
  return readChecked(dataset.directory, entry);
}

/** The error of a record that was edited: its checkpoints tell what it said. */
async function describeEdit(run: Run): Promise<IntegrityError> {
  const differences = new Set<string>();
  for (const name of CHECKPOINTS) {
    const facts = await readCheckpointFacts(checkpointPath(run.directory, name)).catch(() =>
      undefined
    );
    for (const one of facts ? differencesFrom(run, facts.metadata) : []) differences.add(one);
  }
  const was = [...differences].join(", ");
  return new IntegrityError(
    `reading ${recordPath(run.directory)}: it was edited after it was written` +
      (was ? `; its checkpoints were trained with ${was}` : "") +
      "; restore it from a copy, or train anew with another --out",
  );
}

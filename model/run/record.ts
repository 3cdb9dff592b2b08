/**
 * `config.json` of a run directory: the run's configuration, what it was made on, and the digests of
 * the files that it keeps. It vouches for itself, so that an edit is found.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { digest, positive } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { isFile, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { ManifestOptions } from "../../pipeline/manifest.ts";
import { labelFile, TASKS, VOCABULARY_FILE } from "../../pipeline/schema.ts";
import { configHash, parseConfig, type TrainConfig } from "../config/config.ts";
import { ASSET_FILES } from "../zoo/systems.ts";

/** Version of the run directory's format; version 1 is read, too: it has no digest of itself. */
const RUN_VERSION = 2;

/** What a record says that it is. */
export const RUN_FORMAT = "marn-run";

/** The dataset that a run was made on. */
export interface RunDataset {
  /** Where it was when the run was made. */
  readonly directory: string;
  /** SHA-256 of its manifest. */
  readonly hash: string;
  /** `full`, `top50`, … */
  readonly labelSet: string;
  /** MIMIC-III's tables, or notes and labels of one's own. */
  readonly source: ManifestOptions["source"];
  /** Made from MIMIC-III, or from what was declared so: the run stays where the agreement allows. */
  readonly restricted: boolean;
  /** Its notes are made up. */
  readonly synthetic: boolean;
  /** Length of its word vectors. */
  readonly dimensions: number;
  /** Whether it says where sentences begin. */
  readonly sentences: boolean;
}

/** What `config.json` holds beside its own digest. */
export interface RunRecord {
  readonly version: 1 | typeof RUN_VERSION;
  readonly config: TrainConfig;
  readonly dataset: RunDataset;
  /** The engine that began the run, by name and in words. */
  readonly engine: { readonly name: string; readonly description: string };
  /** Versions of what computed, by its name. */
  readonly versions: { readonly [program: string]: string };
  /** SHA-256 of each file that the run keeps, by its path in the run directory. */
  readonly files: { readonly [file: string]: string };
  /** SHA-256 of the file that its weights started from; undefined where they were drawn. */
  readonly init?: string | undefined;
}

/** A record as it was found, and whether it is to be trusted. */
export interface FoundRecord extends RunRecord {
  /** Whether it is as it was written; version 1 cannot tell. */
  readonly intact: boolean;
  /** {@linkcode configHash} of the configuration as it stands there, without later versions' keys. */
  readonly configHash: string;
}

/** Name of the record in the run directory. */
export const RECORD_FILE = "config.json";

/** The files of a dataset that every run holds copies of. */
export const KEPT_LISTS = [VOCABULARY_FILE, ...TASKS.map(labelFile)] as const;

/** Those, and what systems start from: all that a run can keep, by its path in the run directory. */
export const KEPT_FILES: readonly string[] = [...KEPT_LISTS, ...ASSET_FILES];

const text = v.string();
const lists = v.entriesFromList(KEPT_LISTS, digest);
const shared = {
  format: v.literal(RUN_FORMAT),
  config: v.unknown(), // parseConfig's
  dataset: v.strictObject({
    directory: text,
    hash: digest,
    labelSet: text,
    source: v.optional(v.picklist(["mimic3", "corpus"])), // earlier versions have none
    restricted: v.boolean(),
    synthetic: v.boolean(),
    dimensions: positive,
    sentences: v.optional(v.boolean(), false),
  }),
  engine: v.strictObject({ name: text, description: text }),
  versions: v.record(text, text),
};
const schema = v.variant("version", [
  v.strictObject({ ...shared, version: v.literal(1), files: v.strictObject(lists) }),
  v.strictObject({
    ...shared,
    version: v.literal(RUN_VERSION),
    files: v.objectWithRest(lists, digest),
    init: v.exactOptional(digest),
    sha256: digest,
  }),
]);

/** Path of a run's record. */
export function recordPath(directory: string): string {
  return join(directory, RECORD_FILE);
}

/** Whether `directory` holds a run, whole or damaged. */
export function isRun(directory: string): Promise<boolean> {
  return isFile(recordPath(directory));
}

/**
 * Reads a run's record.
 *
 * @throws {UsageError} where there is none.
 * @throws {IntegrityError} where it is none that this program wrote.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function readRecord(directory: string): Promise<FoundRecord> {
  const path = recordPath(directory);
  const json = await readText(path, (found) =>
    new UsageError(
      `opening run ${directory}: ${RECORD_FILE}: ${found}; ` +
        "name a directory that deno task train wrote",
    ));
  return parseRecord(json, path);
}

/** Writes a run's record, in this version of the format. Throws `ResourceError`. */
export async function writeRecord(
  directory: string,
  { config, dataset, engine, versions, files, init }: Omit<RunRecord, "version">,
): Promise<void> {
  const record = {
    format: RUN_FORMAT,
    version: RUN_VERSION,
    config,
    dataset,
    engine,
    versions,
    files,
    init,
  };
  await writeAtomic(recordPath(directory), formatSealed(record));
}

/**
 * Changes what of a recorded configuration may change (`resumableKeys`); all else stays as it stands,
 * the version of the format too. Throws `ResourceError`.
 */
export async function rewriteConfig(directory: string, config: TrainConfig): Promise<void> {
  const path = recordPath(directory);
  const text = await readText(path, (found) => new IntegrityError(`resuming ${path}: ${found}`));
  const record = JSON.parse(text);
  const { epochs, patience } = config;
  const changed = { ...record, config: { ...record.config, epochs, patience } };
  const isFirst = record.version === 1;
  await writeAtomic(
    path,
    isFirst ? JSON.stringify(changed, null, 2) + "\n" : formatSealed(changed),
  );
}

function parseRecord(json: string, path: string): FoundRecord {
  try {
    const record = v.parse(schema, parseJson(json));
    const { version, dataset, engine, versions, files } = record;
    return {
      version,
      config: parseConfig(record.config),
      dataset: { ...dataset, source: dataset.source ?? earlierSource(dataset) },
      engine,
      versions,
      files,
      init: "init" in record ? record.init : undefined,
      intact: record.version === 1 || isSealed(json),
      configHash: configHash(record.config as TrainConfig),
    };
  } catch (error) {
    throw new IntegrityError(
      `reading ${path}: ${describeFault(error)}; expected a run of format version 1 or ` +
        `${RUN_VERSION}; restore it from a copy, or train anew with another --out`,
    );
  }
}

/** Where a run's notes are from that does not say: no corpus was restricted then, nor made up. */
function earlierSource(
  { restricted, synthetic }: Pick<RunDataset, "restricted" | "synthetic">,
): RunDataset["source"] {
  return restricted || synthetic ? "mimic3" : "corpus";
}

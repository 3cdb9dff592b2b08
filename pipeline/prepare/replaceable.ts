/**
 * What `prepare` may replace: its own datasets, and nothing that somebody put among them.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";
import { findForeign } from "../files/foreign.ts";
import { parseJson } from "../files/json.ts";
import { listFolder, readText } from "../files/read.ts";
import { RESTRICTED_FILE } from "../files/restricted.ts";
import { DATASET_FORMAT } from "../manifest.ts";
import { MANIFEST_FILE } from "../schema.ts";
import { PART_FILE, PART_FORMAT } from "./parts/part_record.ts";

const refuse = (found: string) =>
  new UsageError(
    `replacing datasets: one of them cannot be listed (${found}); choose another --out`,
  );

/**
 * Path of something in a folder that `prepare` did not write: anything but datasets, and anything in
 * these that their manifests do not name. Undefined where there is nothing of the kind.
 */
export async function findForeignToDatasets(folder: string): Promise<string | undefined> {
  for (const { name, isDirectory } of await listFolder(folder, refuse)) {
    if (name === RESTRICTED_FILE) continue;
    const dataset = join(folder, name);
    const named = isDirectory ? await namedFiles(dataset) : undefined;
    if (!named) return dataset;
    const foreign = await findForeign(dataset, { isOurs: (path) => named.has(path), refuse });
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/**
 * Path of something in a folder that `prepare --part` did not write: anything but a part and what its
 * record names. Undefined where there is nothing of the kind.
 */
export async function findForeignInPart(folder: string): Promise<string | undefined> {
  const record = await readRecord(join(folder, PART_FILE), PART_FORMAT);
  const named = record ? [PART_FILE, ...record.files.map(({ file }) => file)] : [];
  const own = new Set([RESTRICTED_FILE, ...named]);
  return await findForeign(folder, { isOurs: (path) => own.has(path), refuse });
}

/** Paths, below a dataset, of what its manifest names and of the folders around that. */
async function namedFiles(dataset: string): Promise<Set<string> | undefined> {
  const manifest = await readRecord(join(dataset, MANIFEST_FILE), DATASET_FORMAT);
  if (!manifest) return undefined;
  const paths = [...manifest.files, ...manifest.shards ?? []].map(({ file }) => file);
  return new Set([MANIFEST_FILE, "labels", "splits", "shards", ...paths, ...paths.map(dirname)]);
}

/** The files that a record names; undefined where it is none of the format. */
async function readRecord(path: string, format: string) {
  try {
    const record = parseJson(await readText(path, refuse)) as {
      format: unknown;
      files: { file: string }[];
      shards?: { file: string }[];
    };
    const isWhole = [record.files, record.shards ?? []].every(Array.isArray);
    return record.format === format && isWhole ? record : undefined;
  } catch {
    return undefined;
  }
}

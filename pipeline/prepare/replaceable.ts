/**
 * What `prepare` may replace: its own datasets, and nothing that somebody put among them.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";
import { parseJson } from "../files/json.ts";
import { listFolder, readText } from "../files/read.ts";
import { RESTRICTED_FILE } from "../files/restricted.ts";
import { MANIFEST_FILE } from "../schema.ts";

const unreadable = (found: string) =>
  new UsageError(
    `replacing datasets: one of them cannot be listed (${found}); choose another --out`,
  );

/**
 * Path of something in a folder that `prepare` did not write: anything but datasets, and anything in
 * these that their manifests do not name. Undefined where there is nothing of the kind.
 */
export async function findForeign(folder: string): Promise<string | undefined> {
  for (const { name, isDirectory } of await list(folder)) {
    if (name === RESTRICTED_FILE) continue;
    const dataset = join(folder, name);
    const named = isDirectory ? await namedFiles(dataset) : undefined;
    const foreign = named ? await findUnnamed(dataset, named) : dataset;
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** Paths, below a dataset, of what its manifest names and of the folders around that. */
async function namedFiles(dataset: string): Promise<Set<string> | undefined> {
  try {
    const text = await readText(join(dataset, MANIFEST_FILE), unreadable);
    const { format, files, shards } = parseJson(text) as {
      format: unknown;
      files: { file: string }[];
      shards: { file: string }[];
    };
    if (format !== "marn-dataset") return undefined;
    const paths = [...files, ...shards].map(({ file }) => file);
    return new Set([MANIFEST_FILE, "labels", "splits", "shards", ...paths, ...paths.map(dirname)]);
  } catch {
    return undefined;
  }
}

async function findUnnamed(
  dataset: string,
  named: ReadonlySet<string>,
  below = "",
): Promise<string | undefined> {
  for (const { name, isDirectory } of await list(join(dataset, below))) {
    const path = join(below, name);
    if (!named.has(path)) return join(dataset, path);
    const foreign = isDirectory ? await findUnnamed(dataset, named, path) : undefined;
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

async function list(folder: string): Promise<Deno.DirEntry[]> {
  return await listFolder(folder, unreadable);
}

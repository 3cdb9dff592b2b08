/**
 * Files of annotations: CodiEsp's tables, and MDACE's files or folders of such.
 *
 * @module
 */
import { basename, join } from "node:path";
import { UsageError } from "../errors.ts";
import { listFolder, readText } from "../files/read.ts";
import { compareCodeUnits } from "../order.ts";
import type { Annotation } from "./annotation.ts";
import { parseCodiesp } from "./codiesp.ts";
import { parseMdace } from "./mdace.ts";

/**
 * All annotations of some files; of a folder, those of the JSON files in it and below it.
 *
 * @throws {UsageError} where a path leads to none.
 * @throws {DataError} where a file holds something else.
 */
export async function readEvidence(paths: readonly string[]): Promise<Annotation[]> {
  const found = await Promise.all(paths.map(readPath));
  return found.flat();
}

async function readPath(path: string): Promise<Annotation[]> {
  const isFolder = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
  const files = isFolder ? await findFiles(path) : [path];
  if (files.length === 0) throw refuse(path, "no JSON file in it");
  const read = await Promise.all(files.map(readFile));
  return read.flat();
}

/** JSON files of a folder and of those in it, in the order of their names. */
async function findFiles(folder: string): Promise<string[]> {
  const entries = await listFolder(folder, (found) => refuse(folder, found));
  const sorted = entries.sort((a, b) => compareCodeUnits(a.name, b.name));
  const found = await Promise.all(sorted.map(async ({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return await findFiles(path);
    return name.endsWith(".json") ? [path] : [];
  }));
  return found.flat();
}

async function readFile(path: string): Promise<Annotation[]> {
  const text = await readText(path, (found) => refuse(path, found));
  const parse = /^\s*\{/.test(text) ? parseMdace : parseCodiesp;
  return parse(text, basename(path));
}

function refuse(path: string, found: string): UsageError {
  return new UsageError(
    `reading ${path}: ${found}; name a table as CodiEsp's devX.tsv, or a file or folder of MDACE's`,
  );
}

/** A tiny MIMIC-III read by tests. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../pipeline/errors.ts";
import { type Mimic3Options, openMimic3 } from "../../pipeline/source/mimic3.ts";
import type { Source } from "../../pipeline/source/source.ts";
import { allNotes, limits, temporary, writeTables } from "./tiny.ts";

/** Tables by name, or files by theirs. */
export type Tables = Readonly<Record<string, string | Uint8Array>>;

/** Reads the tables to their end. */
export async function readMimic(tables: Tables, options: Omit<Mimic3Options, "directory"> = {}) {
  await using directory = await temporary();
  await writeTables(directory.path, tables);
  const source = await openMimic3(
    { directory: directory.path, ...options },
    limits(join(directory.path, "spill")),
  );
  try {
    const notes = await allNotes(source);
    return { source, notes, ...await source.finish() };
  } finally {
    source.close();
  }
}

/** The codes of an admission. */
export function codesOf(source: Source, document: string): string[] {
  return [...source.assignments.get(document) ?? []].map((code) => source.codes[code]!.code);
}

/** The one line with which tables are refused. */
export async function refusalOf(
  tables: Tables,
  options: Omit<Mimic3Options, "directory"> = {},
): Promise<string> {
  try {
    await readMimic(tables, options);
  } catch (error) {
    assert.ok(error instanceof DataError, String((error as Error).stack));
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  return assert.fail("read without an error");
}

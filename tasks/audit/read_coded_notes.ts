/**
 * Notes with the codes that a human gave them, from tables as `prepare` reads them.
 *
 * @module
 */
import { join } from "node:path";
import type { NoteToAudit } from "../../model/run/audit_notes.ts";
import type { Source, SourceNote } from "../../pipeline/source/source.ts";
import { listChunks } from "../cli/note_chunks.ts";
import { openScratch } from "../cli/scratch.ts";

/** Tables, and where what does not fit into memory is put while they are read. */
export interface CodedNoteFiles {
  readonly notes: readonly string[];
  /** May be the tables of notes themselves. */
  readonly labels: readonly string[];
  /** A folder that is there. */
  readonly folder: string;
}

/** What stands in one of the tables alone. */
export interface LeftOut {
  /** Notes without a code, which are taken as not coded yet. */
  readonly uncoded: number;
  /** Cases with codes and without a note. */
  readonly noteless: number;
}

const SCRATCH = ".tables";

/**
 * Reads the tables and hands on the coded notes, some at a time.
 *
 * @throws {ReportedError} where a table is not what it should be, and what `use` throws.
 */
export async function readCodedNotes(
  { notes, labels, folder }: CodedNoteFiles,
  use: (notes: readonly NoteToAudit[]) => Promise<void>,
): Promise<LeftOut> {
  const { openCorpus } = await import("../../pipeline/source/corpus.ts"); // and DuckDB
  await using limits = await openScratch(join(folder, SCRATCH));
  const asFiles = (paths: readonly string[]) => paths.map((path) => ({ path }));
  const tables = { notes: asFiles(notes), labels: asFiles(labels) };
  const source = await openCorpus(tables, limits);
  try {
    return await handOn(source, use);
  } finally {
    source.close();
  }
}

async function handOn(
  source: Source,
  use: (notes: readonly NoteToAudit[]) => Promise<void>,
): Promise<LeftOut> {
  let uncoded = 0;
  let coded = 0;
  for await (const found of source.notes()) {
    for (const notes of listChunks(found)) {
      const known = notes.flatMap((note) => withCodes(note, source));
      uncoded += notes.length - known.length;
      coded += known.length;
      if (known.length > 0) await use(known);
    }
  }
  await source.finish();
  return { uncoded, noteless: source.assignments.size - coded };
}

/** A note with its codes, in a list that is empty where it has none. */
function withCodes(
  { document, text }: SourceNote,
  { assignments, codes }: Source,
): NoteToAudit[] {
  const numbers = assignments.get(document!);
  if (!numbers) return [];
  return [{ id: document!, text, codes: Array.from(numbers, (number) => codes[number]!.code) }];
}

/**
 * The notes that annotated documents are joined from, as they were given: a dataset holds their tokens
 * alone.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { DocumentGatherer } from "../prepare/documents.ts";
import { openCorpusTables } from "../source/corpus_tables.ts";
import { CorpusNotes } from "../source/corpus_notes.ts";
import { Ingest } from "../source/ingest.ts";
import { DischargeSummaries } from "../source/mimic3_notes.ts";
import { openNoteEvents } from "../source/mimic3_tables.ts";
import type { SourceLimits, SourceNote } from "../source/source.ts";

/** The files of the notes that a dataset was made of. */
export interface NoteFiles {
  /** NOTEEVENTS of MIMIC-III, or the notes of a corpus. */
  readonly source: "mimic3" | "corpus";
  readonly paths: readonly string[];
}

/** A note of a document. */
export interface DocumentNote {
  /** ROW_ID; 0 in a corpus. */
  readonly row: number;
  readonly text: string;
}

/** Notes of each document, in the order in which `prepare` joins them. */
export type NotesByDocument = ReadonlyMap<string, readonly DocumentNote[]>;

/**
 * Reads the notes of some documents. Those that are not there are left out.
 *
 * @throws {ReportedError} as the source of a dataset does.
 */
export async function readDocumentNotes(
  files: NoteFiles,
  wanted: ReadonlySet<string>,
  limits: SourceLimits,
): Promise<NotesByDocument> {
  const gatherer = new DocumentGatherer();
  const notes: DocumentNote[] = [];
  const take = (note: SourceNote) => {
    if (note.document === null || !wanted.has(note.document)) return;
    gatherer.add(note, notes.length);
    notes.push({ row: note.row, text: note.text });
  };
  await readAll(files, limits, take);
  const none = new Int32Array();
  const codes = new Map(Array.from(wanted, (document) => [document, none]));
  const { documents } = gatherer.gather(codes, new Map(), () => 1);
  return new Map(documents.map(({ id, notes: parts }) => [id, parts.map((part) => notes[part]!)]));
}

async function readAll(
  { source, paths }: NoteFiles,
  limits: SourceLimits,
  take: (note: SourceNote) => void,
): Promise<void> {
  const { files, read } = source === "mimic3" ? await ofMimic(paths) : await ofCorpus(paths);
  const ingest = await Ingest.open(files, limits);
  try {
    for await (const notes of read(ingest)) notes.forEach(take);
    await ingest.finish();
  } finally {
    ingest.close();
  }
}

async function ofMimic(paths: readonly string[]) {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) {
    throw new DataError(
      `reading ${paths.length} files of notes: expected MIMIC-III's NOTEEVENTS alone; name it once`,
    );
  }
  const file = await openNoteEvents(path);
  return { files: [file], read: (ingest: Ingest) => new DischargeSummaries(ingest, file).read() };
}

async function ofCorpus(paths: readonly string[]) {
  const { notes } = await openCorpusTables({ notes: paths.map((path) => ({ path })), labels: [] });
  const files = notes.map(({ file }) => file);
  return {
    files,
    read: (ingest: Ingest) => new CorpusNotes(ingest, { coded: notes, further: [] }).read(),
  };
}

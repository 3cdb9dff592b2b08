/**
 * A corpus of one's own: tables of notes (id, text and, if wanted, patient and split), tables of
 * labels (id, code), and what stands in for CCS and the codes' dictionaries.
 *
 * @module
 */
import type { Grouping } from "../codes/ccs.ts";
import type { CodeKind, Split } from "../schema.ts";
import { type KindFile, readAssignments, readGroups, readTitles } from "./corpus_codes.ts";
import { CorpusNotes } from "./corpus_notes.ts";
import type { CsvExpectation, CsvFile } from "./csv_file.ts";
import { Ingest, openTables } from "./ingest.ts";
import type { Source, SourceLimits } from "./source.ts";

/** A table of notes, all of one split where it says so. */
export interface NotesFile {
  /** CSV or TSV with the columns id, text and, if wanted, patient and split. */
  readonly path: string;
  /** Split of all of its notes; it goes before the column's. */
  readonly split?: Split | undefined;
}

/** A table about codes, all of one kind where it says so. */
export interface CodesFile {
  /** CSV or TSV; the header may be left out. */
  readonly path: string;
  /** Kind of all of its codes; `code` where it is not told. */
  readonly kind?: CodeKind | undefined;
}

/** The tables of a corpus. */
export interface CorpusTables {
  /** Notes that are to be coded. */
  readonly notes: readonly NotesFile[];
  /** Codes of the notes: columns id, code. */
  readonly labels: readonly CodesFile[];
  /** Further notes, for the word vectors alone. */
  readonly embedNotes?: readonly string[] | undefined;
  /** Categories of codes: columns code, group and, if wanted, title. */
  readonly groups?: readonly CodesFile[] | undefined;
  /** Words for codes: columns code, title. */
  readonly titles?: readonly CodesFile[] | undefined;
}

/** A corpus, and the categories that its group tables give. */
export interface CorpusSource extends Source {
  /** Category of a code, from the group tables; undefined where there are none. */
  readonly grouping: Grouping | undefined;
}

const NOTES: CsvExpectation = { required: ["id", "text"] };
const LABELS: CsvExpectation = { required: ["id", "code"], headerless: ["id", "code"] };
const GROUPS: CsvExpectation = {
  required: ["code", "group"],
  headerless: ["code", "group", "title"],
};
const TITLES: CsvExpectation = { required: ["code", "title"], headerless: ["code", "title"] };

/**
 * Opens a corpus's tables and reads its codes.
 *
 * @throws {DataError} where tables or columns are missing.
 */
export async function openCorpus(
  tables: CorpusTables,
  limits: SourceLimits,
): Promise<CorpusSource> {
  const files = await openCorpusTables(tables);
  const ingest = await Ingest.open(Object.values(files).flat().map(({ file }) => file), limits);
  try {
    const titleOf = await ingest.guard(() => readTitles(ingest, files.titles));
    const grouping = await ingest.guard(() => readGroups(ingest, files.groups));
    const { stage, ...codes } = await ingest.guard(() =>
      readAssignments(ingest, files.labels, titleOf)
    );
    const notes = new CorpusNotes(ingest, files.notes, files.embedNotes.map(({ file }) => file));
    return {
      restricted: false,
      synthetic: false,
      noteBytes: notes.bytes,
      ...codes,
      patients: new Map(),
      grouping: files.groups.length > 0 ? grouping : undefined,
      notes: () => notes.read(),
      bytesRead: () => notes.bytesRead,
      finish: async () => ({
        sources: await ingest.finish(),
        stages: [notes.stage(), stage],
      }),
      close: () => ingest.close(),
    };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

/** Opens all tables at once, notes first, so that whatever is missing is named together. */
async function openCorpusTables(tables: CorpusTables) {
  const { notes, labels, embedNotes = [], groups = [], titles = [] } = tables;
  const further = embedNotes.map((path) => ({ path }));
  const parts = [
    ...notes.map(({ path }) => ({ path, expected: NOTES })),
    ...further.map(({ path }) => ({ path, expected: NOTES })),
    ...labels.map(({ path }) => ({ path, expected: LABELS })),
    ...groups.map(({ path }) => ({ path, expected: GROUPS })),
    ...titles.map(({ path }) => ({ path, expected: TITLES })),
  ];
  const opened = await openTables(parts);
  const take = () => opened.shift()!;
  const ofKind = ({ kind = "code" }: CodesFile): KindFile => ({ file: take(), kind });
  return {
    notes: notes.map(({ split }) => ({ file: take(), split })),
    embedNotes: further.map((): { file: CsvFile } => ({ file: take() })),
    labels: labels.map(ofKind),
    groups: groups.map(ofKind),
    titles: titles.map(ofKind),
  };
}

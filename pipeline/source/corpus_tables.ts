/**
 * A corpus's tables: which they are, what they must look like, and what the command line says of
 * their columns.
 *
 * @module
 */
import { DataError, shown } from "../errors.ts";
import type { CodeKind, Split } from "../schema.ts";
import { foldName, GROUP_NAMES, LABEL_NAMES, NOTE_NAMES, TITLE_NAMES } from "./column_names.ts";
import type { ColumnChoice, ColumnExpectation } from "./columns.ts";
import type { CsvFile } from "./csv_file.ts";
import { openTables } from "./ingest.ts";

/** A table of notes, all of one split where it says so. */
export interface NotesFile {
  /** A table with the columns id, text and, if wanted, patient and split. */
  readonly path: string;
  /** Split of all of its notes; it goes before the column's. */
  readonly split?: Split | undefined;
}

/** A table about codes, all of one kind where it says so. */
export interface CodesFile {
  /** A table; of two columns it needs no header where its first line can be none. */
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
  /** Which columns hold what, where their names do not say so. */
  readonly columns?: ColumnChoice | undefined;
  /** At what cells of several codes are split; without it a cell holds one code. */
  readonly codeSeparator?: string | undefined;
}

/** A table of notes that are to be coded. */
export interface SplitFile {
  /** One of the ingest's. */
  readonly file: CsvFile;
  /** Split of all of its notes. */
  readonly split: Split | undefined;
}

/** A table about codes of one kind. */
export interface KindFile {
  /** One of the ingest's. */
  readonly file: CsvFile;
  /** `code` where the table's owner does not tell. */
  readonly kind: CodeKind;
}

/** The tables, opened. */
export interface OpenedTables {
  readonly notes: readonly SplitFile[];
  readonly embedNotes: readonly { readonly file: CsvFile }[];
  readonly labels: readonly KindFile[];
  readonly groups: readonly KindFile[];
  readonly titles: readonly KindFile[];
}

const NOTES: ColumnExpectation = {
  required: ["id", "text"],
  optional: ["patient", "split"],
  names: NOTE_NAMES,
  headerless: ["id", "text"],
};
const LABELS: ColumnExpectation = {
  required: ["id", "code"],
  names: LABEL_NAMES,
  headerless: ["id", "code"],
  several: "code",
};
const GROUPS: ColumnExpectation = {
  required: ["code", "group"],
  optional: ["title"],
  names: GROUP_NAMES,
  headerless: ["code", "group", "title"],
};
const TITLES: ColumnExpectation = {
  required: ["code", "title"],
  names: TITLE_NAMES,
  headerless: ["code", "title"],
};

/**
 * Opens all tables at once, notes first, so that whatever is missing is named together.
 *
 * @throws {DataError} where a table is missing, or its columns are not found.
 */
export async function openCorpusTables(tables: CorpusTables): Promise<OpenedTables> {
  const { notes, labels, embedNotes = [], groups = [], titles = [], columns: choice } = tables;
  const further = embedNotes.map((path) => ({ path }));
  const part = (files: readonly { readonly path: string }[], expected: ColumnExpectation) =>
    files.map(({ path }) => ({ path, expected: { ...expected, choice } }));
  const opened = await openTables([
    ...part(notes, NOTES),
    ...part(further, NOTES),
    ...part(labels, LABELS),
    ...part(groups, GROUPS),
    ...part(titles, TITLES),
  ]);
  if (choice) refuseUnknown(choice, opened);
  const take = () => opened.shift()!;
  const ofKind = ({ kind = "code" }: CodesFile): KindFile => ({ file: take(), kind });
  const found: OpenedTables = {
    notes: notes.map(({ split }) => ({ file: take(), split })),
    embedNotes: further.map(() => ({ file: take() })),
    labels: labels.map(ofKind),
    groups: groups.map(ofKind),
    titles: titles.map(ofKind),
  };
  refuseTwoKinds(found.labels);
  return found;
}

/** Refuses a table of labels under two kinds: each of its codes would be two. */
function refuseTwoKinds(labels: readonly KindFile[]): void {
  for (const [at, { file, kind }] of labels.entries()) {
    const other = labels.slice(0, at).find((one) => one.file.location === file.location);
    if (other && other.kind !== kind) {
      throw new DataError(
        `reading ${file.path}: it is given as labels of the kinds ${other.kind} and ${kind}; expected ` +
          "each table once; write a table for each kind",
      );
    }
  }
}

/** Refuses a choice that no table has. */
function refuseUnknown({ columns = {} }: ColumnChoice, files: readonly CsvFile[]): void {
  for (const [column, names = []] of Object.entries(columns)) {
    const asked = files.filter(({ places }) => places.has(column));
    for (const name of names) {
      if (asked.some((file) => holds(file, name))) continue;
      const headers = asked.map(({ columns }) => columns.map(shown).join(", "));
      const found = [...new Set(headers)].join("; ") || "none";
      throw new DataError(
        `reading the tables' headers: no column ${shown(name)}; found ${found}; expected one of ` +
          `these names or numbers; see --${column}-column`,
      );
    }
  }
}

function holds({ columns }: CsvFile, name: string): boolean {
  return columns.some((column, place) =>
    foldName(column) === foldName(name) || `${place + 1}` === name
  );
}

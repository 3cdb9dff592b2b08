/**
 * A corpus of one's own: tables of notes (id, text and, if wanted, patient and split), tables of
 * labels (id, code), and what stands in for CCS and the codes' dictionaries.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { Category, Grouping } from "../codes/ccs.ts";
import type { Code } from "../codes/labels.ts";
import { compareCodeUnits, distinctAscending } from "../order.ts";
import { type CodeKind, type Split, SPLITS } from "../schema.ts";
import type { Note, Source, SourceLimits } from "./source.ts";
import type { CsvExpectation, CsvFile } from "./csv_file.ts";
import { column, from, type Value } from "./database.ts";
import { StageCounter } from "../exclusions.ts";
import { Ingest, openTables } from "./ingest.ts";

/** A table of notes, all of one split where it says so. */
export interface NotesFile {
  /** CSV or TSV with the columns id, text and, if wanted, patient and split. */
  readonly path: string;
  /** Split of all of its notes. */
  readonly split?: Split | undefined;
}

/** A table about codes, all of one kind where it says so. */
export interface CodesFile {
  /** CSV or TSV; the header may be left out. */
  readonly path: string;
  /** Kind of all of its codes. */
  readonly kind?: CodeKind | undefined;
}

/** How a corpus is read. */
export interface CorpusOptions extends SourceLimits {
  /** Notes that are to be coded. */
  readonly notes: readonly NotesFile[];
  /** Columns id, code. */
  readonly labels: readonly CodesFile[];
  /** Further notes for the word vectors alone. */
  readonly embedNotes?: readonly string[] | undefined;
  /** Columns code, group and, if wanted, title. */
  readonly groups?: readonly CodesFile[] | undefined;
  /** Columns code, title. */
  readonly titles?: readonly CodesFile[] | undefined;
}

/** A corpus, and the categories that its group tables give. */
export interface CorpusSource extends Source {
  /** Category of a code, from the group tables; undefined where none was given. */
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
export async function openCorpus(options: CorpusOptions): Promise<CorpusSource> {
  const parts = [
    ...options.notes.map(({ path }) => ({ path, expected: NOTES })),
    ...(options.embedNotes ?? []).map((path) => ({ path, expected: NOTES })),
    ...options.labels.map(({ path }) => ({ path, expected: LABELS })),
    ...(options.groups ?? []).map(({ path }) => ({ path, expected: GROUPS })),
    ...(options.titles ?? []).map(({ path }) => ({ path, expected: TITLES })),
  ];
  const files = await openTables(parts);
  const take = (count: number) => files.splice(0, count);
  const ingest = await Ingest.open([...files], options);
  try {
    const notes = new CorpusNotes(
      ingest,
      take(options.notes.length).map((file, i) => ({ file, split: options.notes[i]!.split })),
      take(options.embedNotes?.length ?? 0),
    );
    const kinds = (tables: readonly CodesFile[]) =>
      take(tables.length).map((file, i) => ({ file, kind: tables[i]!.kind ?? "code" as const }));
    const labels = kinds(options.labels);
    const groups = kinds(options.groups ?? []);
    const titles = await ingest.guard(() => readTitles(ingest, kinds(options.titles ?? [])));
    const grouping = await ingest.guard(() => readGroups(ingest, groups));
    const codes = await ingest.guard(() => readLabels(ingest, labels, titles));
    return {
      restricted: false,
      synthetic: false,
      noteBytes: notes.bytes,
      ...codes,
      patients: new Map(),
      grouping: groups.length > 0 ? grouping : undefined,
      notes: () => notes.read(),
      bytesRead: () => notes.bytesRead,
      finish: async () => ({
        sources: await ingest.finish(),
        stages: [notes.counter.stage("notes", notes.rows), codes.stage],
      }),
      close: () => ingest.close(),
    };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

interface KindFile {
  readonly file: CsvFile;
  readonly kind: CodeKind;
}

class CorpusNotes {
  readonly counter = new StageCounter();
  rows = 0;
  readonly bytes: number;
  #before = 0; // bytes of the files that were read
  #current = 0; // bytes of the one that is being read
  readonly #ingest: Ingest;
  readonly #notes: readonly { readonly file: CsvFile; readonly split: Split | undefined }[];
  readonly #embedNotes: readonly CsvFile[];
  readonly #seen = new Map<string, string>(); // id → fingerprint

  constructor(
    ingest: Ingest,
    notes: readonly { readonly file: CsvFile; readonly split: Split | undefined }[],
    embedNotes: readonly CsvFile[],
  ) {
    this.#ingest = ingest;
    this.#notes = notes;
    this.#embedNotes = embedNotes;
    this.bytes = [...notes.map(({ file }) => file), ...embedNotes]
      .reduce((sum, file) => sum + file.bytes, 0);
  }

  get bytesRead(): number {
    return this.#before + this.#current * this.#ingest.database.fraction;
  }

  async *read(): AsyncGenerator<Note[]> {
    for (const { file, split } of this.#notes) yield* this.#file(file, split, true, 0);
    for (const [place, file] of this.#embedNotes.entries()) {
      yield* this.#file(file, undefined, false, place);
    }
  }

  async *#file(
    file: CsvFile,
    split: Split | undefined,
    coded: boolean,
    rank: number,
  ): AsyncGenerator<Note[]> {
    const query = `SELECT trim(${column(file, "id")}), ${column(file, "text")},
        trim(${column(file, "patient")}), lower(trim(${column(file, "split")})),
        hash(${file.columns.map((_, i) => `c${i}`).join(", ")})
      FROM ${from(file)}`;
    const chunks = this.#ingest.database.stream(query, [file]);
    this.#current = file.bytes;
    let rows = 0;
    for (;;) {
      const { done, value } = await this.#ingest.guard(() => chunks.next());
      if (done) break;
      const notes: Note[] = [];
      const columns = Array.from({ length: 5 }, (_, place) => value.column(place));
      for (let row = 0; row < value.count; row++) {
        const note = this.#note(file, split, coded, columns.map((of) => of(row)));
        if (note) notes.push({ ...note, rank });
      }
      rows += value.count;
      if (notes.length > 0) yield notes;
    }
    this.#ingest.counted(file, rows);
    this.rows += rows;
    this.#before += file.bytes;
    this.#current = 0;
  }

  #note(
    file: CsvFile,
    fileSplit: Split | undefined,
    coded: boolean,
    values: readonly Value[],
  ): Omit<Note, "rank"> | undefined {
    const [id, text, patient, ownSplit] = values.slice(0, 4) as (string | null)[];
    const fingerprint = `${values[4]} ${fileSplit}`;
    if (!id) throw badNote(file, "a note without id", "an id in every row");
    if (!text) return void this.counter.exclude("empty text");
    const key = `${coded ? "coded" : "further"} ${id}`;
    const earlier = this.#seen.get(key);
    if (earlier === fingerprint) return void this.counter.exclude("exact duplicate of a row");
    if (earlier !== undefined) {
      throw badNote(file, `two different notes of the id ${id}`, "one note, in one split, an id");
    }
    this.#seen.set(key, fingerprint);
    if (!coded) this.counter.note("for word vectors only");
    if (text.includes("\0")) this.counter.note("with NUL bytes, read as blanks");
    const split = fileSplit ?? (ownSplit ? this.#split(file, ownSplit) : undefined);
    return {
      document: coded ? id : null,
      patient: patient || id,
      row: 0,
      text,
      ...(split ? { split } : {}),
    };
  }

  #split(file: CsvFile, name: string): Split {
    const split = name === "val" || name === "validation" ? "dev" : name as Split;
    if (SPLITS.includes(split)) return split;
    throw badNote(file, "a value in the split column that is no split", SPLITS.join(", "));
  }
}

function badNote(file: CsvFile, found: string, expected: string): DataError {
  return new DataError(`reading ${file.path}: ${found}; expected ${expected}; correct the file`);
}

async function readTitles(ingest: Ingest, files: readonly KindFile[]) {
  const titles = new Map<string, string>();
  for (const { file, kind } of files) {
    for (const [code, title] of await readColumns(ingest, file, ["code", "title"])) {
      if (code && title) titles.set(`${kind} ${code}`, title);
    }
  }
  return (kind: CodeKind, code: string) =>
    titles.get(`${kind} ${code}`) ?? titles.get(`code ${code}`) ?? "";
}

async function readGroups(ingest: Ingest, files: readonly KindFile[]): Promise<Grouping> {
  const groups = new Map<string, Category>();
  for (const { file, kind } of files) {
    for (
      const [code, group, title] of await readColumns(ingest, file, ["code", "group", "title"])
    ) {
      if (!code || !group) continue;
      groups.set(`${kind} ${code.replaceAll(".", "")}`, { number: group, title: title ?? "" });
    }
  }
  return (kind, code) => groups.get(`${kind} ${code}`) ?? groups.get(`code ${code}`);
}

async function readLabels(
  ingest: Ingest,
  files: readonly KindFile[],
  titleOf: (kind: CodeKind, code: string) => string,
) {
  const counter = new StageCounter();
  const documents = new Map<string, Set<string>>();
  const distinct = new Map<string, Code>();
  let rows = 0;
  for (const { file, kind } of files) {
    for (const [id, code] of await readColumns(ingest, file, ["id", "code"])) {
      rows++;
      if (!id || !code) {
        counter.exclude(id ? "without a code" : "without an id");
        continue;
      }
      const key = `${code} ${kind}`;
      const codes = documents.get(id) ?? new Set();
      documents.set(id, codes);
      if (codes.has(key)) counter.exclude("duplicate of a code of the same document");
      codes.add(key);
      if (!distinct.has(key)) distinct.set(key, { kind, code, title: titleOf(kind, code) });
    }
  }
  const keys = [...distinct.keys()].sort(compareCodeUnits);
  const place = new Map(keys.map((key, index) => [key, index]));
  return {
    codes: keys.map((key) => distinct.get(key)!),
    assignments: new Map(
      [...documents].map(([id, codes]) => [
        id,
        distinctAscending(Array.from(codes, (key) => place.get(key)!)),
      ]),
    ),
    stage: counter.stage("codes", rows),
  };
}

async function readColumns(
  ingest: Ingest,
  file: CsvFile,
  names: readonly string[],
): Promise<(string | null)[][]> {
  const columns = names.map((name) => `trim(${column(file, name)})`).join(", ");
  const rows = await ingest.database.rows(`SELECT ${columns} FROM ${from(file)}`, [file]);
  ingest.counted(file, rows.length);
  return rows as (string | null)[][];
}

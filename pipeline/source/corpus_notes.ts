/**
 * A corpus's notes: those that are to be coded, then those for the word vectors alone.
 *
 * @module
 */
import { isMissing, isMissingWord } from "../codes/missing.ts";
import { DataError, shown, stripControls } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import type { Split } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";
import { EMPTY_ROW, HEADER_AGAIN, isHeader, readCell } from "./cells.ts";
import type { SplitFile } from "./corpus_tables.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from, type RowChunk } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import { type InputPart, isInPart } from "./part.ts";
import type { SourceNote } from "./source.ts";
import { SPLIT_NAMES } from "./split_names.ts";
import { wholeNumber } from "./whole_number.ts";

/** A table of notes, and what it says of all of them. */
interface NoteTable extends SplitFile {
  /** Whether its notes are documents; otherwise they are for word vectors alone. */
  readonly coded: boolean;
  readonly rank: number;
}

/** Columns of a table of notes; rows that are equal in all of them are one note. */
const COLUMNS = ["id", "text", "patient", "split"] as const;

/** What is noted of notes whose table has patients. */
export const NO_PATIENT = "without a patient";

type Text = string | null;

/** A row as {@linkcode CorpusNotes} asks for it. */
type Row = [id: Text, text: Text, patient: Text, split: Text, hash: bigint, textHash: bigint];

/** Which notes are read. */
export interface NoteChoice {
  /** Tables of notes that are to be coded. */
  readonly coded: readonly SplitFile[];
  /** Tables of notes for word vectors alone. */
  readonly further: readonly CsvFile[];
  /** Whose notes are streamed: those of its patients; all without it. */
  readonly part?: InputPart | undefined;
}

/** Streams the notes of a corpus, table by table. */
export class CorpusNotes {
  /** Size of all tables as stored. */
  readonly bytes: number;
  readonly #ingest: Ingest;
  readonly #tables: readonly NoteTable[];
  readonly #part: InputPart | undefined;
  readonly #counter = new StageCounter();
  readonly #seen = new Map<string, string>(); // id → fingerprint
  #rows = 0; // in the part
  #kept = 0;
  #before = 0; // bytes of the tables that were read
  #current = 0; // bytes of the one that is being read

  /** The tables are the ingest's. */
  constructor(ingest: Ingest, { coded, further, part }: NoteChoice) {
    this.#ingest = ingest;
    this.#part = part;
    this.#tables = [
      ...coded.map(({ file, split }) => ({ file, split, coded: true, rank: 0 })),
      ...further.map((file, rank) => ({ file, split: undefined, coded: false, rank })),
    ];
    this.bytes = this.#tables.reduce((sum, { file }) => sum + file.bytes, 0);
  }

  /** About how many bytes were read so far. */
  get bytesRead(): number {
    return this.#before + this.#current * this.#ingest.database.fraction;
  }

  /** The notes, in the order in which they are found. */
  async *read(): AsyncGenerator<SourceNote[]> {
    for (const table of this.#tables) yield* this.#read(table);
  }

  /** What was read and left out, once all notes were read. */
  stage(): Stage {
    return this.#counter.stage("notes", this.#rows, this.#kept);
  }

  async *#read(table: NoteTable): AsyncGenerator<SourceNote[]> {
    const { file } = table;
    const columns = COLUMNS.map((name) => column(file, name)).join(", ");
    const hashes = `hash(${columns}), hash(${column(file, "text")})`;
    const query = `SELECT ${columns}, ${hashes} FROM ${from(file)}`;
    const chunks = this.#ingest.database.stream(query, [file]);
    this.#current = file.bytes;
    let rows = 0;
    for (;;) {
      const { done, value } = await this.#ingest.guard(() => chunks.next());
      if (done) break;
      const notes = this.#notes(table, value);
      rows += value.count;
      if (notes.length > 0) yield notes;
    }
    this.#ingest.counted(file, rows);
    this.#before += file.bytes;
    this.#current = 0;
  }

  #notes(table: NoteTable, chunk: RowChunk): SourceNote[] {
    const columns = Array.from({ length: 6 }, (_, place) => chunk.column(place));
    const notes: SourceNote[] = [];
    for (let row = 0; row < chunk.count; row++) {
      const note = this.#note(table, columns.map((valueOf) => valueOf(row)) as Row);
      if (note) notes.push(note);
    }
    this.#kept += notes.length;
    return notes;
  }

  /** A row's note; undefined where it is not in the part, or left out, which is counted. */
  #note(
    table: NoteTable,
    [cell, written, whose, ownSplit, hash, textHash]: Row,
  ): SourceNote | undefined {
    const { file, split, coded, rank } = table;
    const again = isHeader(file, [["id", cell], ["text", written]]);
    const id = again ? "" : readCell(file, "id", cell);
    const patient = again ? "" : readPatient(file, whose);
    if (this.#part && !isInPart(this.#part, patient || id)) return;
    this.#rows++;
    if (again) return this.#exclude(HEADER_AGAIN);
    if (![cell, written, whose, ownSplit].some((cell) => !isMissing(cell ?? ""))) {
      return this.#exclude(EMPTY_ROW);
    }
    if (!id) return this.#exclude("without an id");
    const text = written === null || file.form === "text" ? written : readText(file, written);
    if (text === null || isMissingWord(text)) return this.#exclude("empty text");
    if (this.#isRepeated(table, id, `${hash} ${split}`)) {
      return this.#exclude("exact duplicate of a row");
    }
    if (!coded) this.#counter.note("for word vectors only");
    if (!patient && file.places.has("patient")) this.#counter.note(NO_PATIENT);
    if (text.includes("\0")) this.#counter.note("with NUL bytes, read as blanks");
    return {
      document: coded ? id : null,
      patient: patient || id,
      rank,
      row: 0,
      split: split ?? this.#split(file, ownSplit),
      textHash,
      text,
    };
  }

  #exclude(reason: string): undefined {
    this.#counter.exclude(reason);
  }

  #split(file: CsvFile, cell: Text): Split | undefined {
    const name = stripControls(cell ?? "").trim().toLowerCase();
    if (!isMissing(name)) return parseSplit(file, name);
    if (file.places.has("split")) this.#counter.note("without a split");
    return undefined;
  }

  /** Whether the very same row was read before; another one of its id is an error. */
  #isRepeated({ file, coded }: NoteTable, id: string, fingerprint: string): boolean {
    const key = `${coded ? "coded" : "further"} ${id}`;
    const earlier = this.#seen.get(key);
    if (earlier !== undefined && earlier !== fingerprint) {
      throw badNote(
        file,
        `two different notes of the id ${shown(id)}`,
        "one note, in one split, an id",
      );
    }
    this.#seen.set(key, fingerprint);
    return earlier !== undefined;
  }
}

/** Whose a note is, floats as whole numbers; empty where nothing says so. */
function readPatient(file: CsvFile, cell: Text): string {
  const patient = readCell(file, "patient", cell);
  return wholeNumber(patient) ?? patient;
}

/**
 * A text of JSON lines or Parquet: a list's texts are its paragraphs.
 *
 * @throws {DataError} where it is an object, whose keys are no words of the note.
 */
function readText(file: CsvFile, written: string): string {
  const nested = /^[[{]/.test(written) ? parsed(written) : undefined;
  if (nested === undefined) return written;
  if (Array.isArray(nested) && nested.every((part) => typeof part === "string")) {
    return nested.join("\n");
  }
  throw badNote(file, "its column text holds an object", "a text, or a list of texts");
}

/** What a text says as JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseSplit(file: CsvFile, name: string): Split {
  const split = SPLIT_NAMES.get(name);
  if (split) return split;
  const names = [...SPLIT_NAMES.keys()].join(", ");
  throw badNote(file, `its split column holds ${shown(name)}, which is no split`, names);
}

function badNote(file: CsvFile, found: string, expected: string): DataError {
  return new DataError(`reading ${file.path}: ${found}; expected ${expected}; correct the file`);
}

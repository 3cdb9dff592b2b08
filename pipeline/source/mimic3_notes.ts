/**
 * MIMIC-III's discharge summaries.
 *
 * @module
 */
import { DataError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { StageCounter } from "../stage_counter.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from, type RowChunk, unlessMissing } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import { type InputPart, isInPart } from "./part.ts";
import type { SourceNote } from "./source.ts";
import { wholeNumber } from "./whole_number.ts";

/** What becomes of a row of NOTEEVENTS; 0 is kept. */
const REASONS = [
  "",
  "another category",
  "discharge summary without HADM_ID",
  "empty text",
] as const;

/** Added to an addendum's date, in seconds, so that it ranks after every report. */
const ADDENDA = 1e12;

/** A row that is kept, as {@linkcode DischargeSummaries} asks for it behind its id and its patient. */
type Row = [
  admission: string,
  date: number | null, // seconds since 1970
  addendum: boolean | null,
  hash: bigint,
  respelled: boolean | null, // its category
  textHash: bigint,
  text: string,
];

/** The category as MIMIC-III writes it. */
const CATEGORY = "Discharge summary";

/** Streams the discharge summaries out of NOTEEVENTS in one scan. */
export class DischargeSummaries {
  readonly #ingest: Ingest;
  readonly #file: CsvFile;
  readonly #part: InputPart | undefined;
  readonly #counter = new StageCounter();
  readonly #seen = new Set<string>();
  #all = 0; // rows
  #rows = 0; // of them in the part
  #kept = 0;

  /** `file` is NOTEEVENTS, one of the ingest's; of a part those of its patients are streamed alone. */
  constructor(ingest: Ingest, file: CsvFile, part?: InputPart) {
    this.#ingest = ingest;
    this.#file = file;
    this.#part = part;
  }

  /** The notes, in the order in which they are found. */
  async *read(): AsyncGenerator<SourceNote[]> {
    const chunks = this.#ingest.database.stream(this.#query(), [this.#file]);
    for (;;) {
      const { done, value } = await this.#ingest.guard(() => chunks.next());
      if (done) break;
      const notes = this.#notes(value);
      if (notes.length > 0) yield notes;
    }
    this.#ingest.counted(this.#file, this.#all);
  }

  /** What was read and left out, once all notes were read. */
  stage(): Stage {
    return this.#counter.stage("notes", this.#rows, this.#kept);
  }

  /** One row for each of the file's, so that the excluded ones are counted in the same scan. */
  #query(): string {
    const file = this.#file;
    const of = (name: string) => column(file, name);
    const kept = (expression: string) => `CASE WHEN reason = 0 THEN ${expression} END`;
    const category = `trim(${of("category")})`;
    return `SELECT
        CASE WHEN coalesce(lower(${category}), '') <> '${CATEGORY.toLowerCase()}' THEN 1
             WHEN (${unlessMissing(of("hadm_id"))}) IS NULL THEN 2
             WHEN length(${of("text")}) > 12 THEN 0
             WHEN (${unlessMissing(of("text"))}) IS NULL THEN 3 ELSE 0 END::UTINYINT AS reason,
        ${kept(`trim(${of("row_id")})`)}, ${kept(`trim(${of("subject_id")})`)},
        ${kept(`trim(${of("hadm_id")})`)},
        ${kept(`epoch(try_cast(left(${of("chartdate")}, 10) AS DATE))`)},
        ${kept(`${of("description")} ILIKE 'addendum%'`)},
        ${kept(`hash(${file.columns.map((_, i) => `c${i}`).join(", ")})`)},
        ${kept(`${category} <> '${CATEGORY}'`)},
        ${kept(`hash(${of("text")})`)}, ${kept(of("text"))}
      FROM ${from(file)}`;
  }

  #notes(chunk: RowChunk): SourceNote[] {
    const columns = Array.from({ length: 10 }, (_, place) => chunk.column(place));
    const [reasonOf, rowOf, patientOf, ...others] = columns;
    const notes: SourceNote[] = [];
    for (let at = 0; at < chunk.count; at++) {
      const reason = reasonOf!(at) as number;
      const row = rowOf!(at) as string | null;
      const patient = reason > 0 ? "" : this.#number(row, patientOf!(at) as string, "SUBJECT_ID");
      if (this.#part && !isInPart(this.#part, patient)) continue;
      this.#rows++;
      if (reason > 0) {
        this.#counter.exclude(REASONS[reason]!);
        continue;
      }
      const note = this.#note(row, patient, others.map((valueOf) => valueOf(at)) as Row);
      if (note) notes.push(note);
    }
    this.#all += chunk.count;
    this.#kept += notes.length;
    return notes;
  }

  /** A row's note; undefined where the very same row was read before. */
  #note(
    rowId: string | null,
    patient: string,
    [admission, date, addendum, hash, respelled, textHash, text]: Row,
  ): SourceNote | undefined {
    const row = this.#number(rowId, rowId, "ROW_ID");
    const document = this.#number(rowId, admission, "HADM_ID");
    if (date === null) throw this.#badRow(rowId, "CHARTDATE");
    const fingerprint = `${row} ${hash}`;
    if (this.#seen.has(fingerprint)) {
      this.#counter.exclude("exact duplicate of a row");
      return undefined;
    }
    this.#seen.add(fingerprint);
    if (text.includes("\0")) this.#counter.note("with NUL bytes, read as blanks");
    if (addendum) this.#counter.note("addenda");
    if (respelled) this.#counter.note("category in another spelling");
    if (document !== admission) this.#counter.note("HADM_ID in another form");
    return {
      document,
      patient,
      rank: date + (addendum ? ADDENDA : 0),
      row: Number(row),
      textHash,
      text,
    };
  }

  /** The number in a cell of the row `row`. */
  #number(row: string | null, cell: string | null, column: string): string {
    const number = wholeNumber(cell ?? "");
    if (number === undefined) throw this.#badRow(row, column);
    return number;
  }

  #badRow(row: string | null, column: string): DataError {
    const where = row === null ? "a row without ROW_ID" : `ROW_ID ${shown(row)}`;
    const expected = column === "CHARTDATE" ? "YYYY-MM-DD" : "a whole number";
    return new DataError(
      `reading ${this.#file.path}: ${where} has no valid ${column}; expected ${expected}; ` +
        "correct the row",
    );
  }
}

/**
 * MIMIC-III's discharge summaries.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { Stage } from "../schema.ts";
import type { Note } from "./source.ts";
import { StageCounter } from "../exclusions.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from, type RowChunk } from "./database.ts";
import type { Ingest } from "./ingest.ts";

/** What becomes of a row of NOTEEVENTS; 0 is kept. */
const REASONS = [
  "",
  "another category",
  "discharge summary without HADM_ID",
  "empty text",
] as const;

/** Streams the discharge summaries out of NOTEEVENTS in one scan. */
export class DischargeSummaries {
  readonly #ingest: Ingest;
  readonly #file: CsvFile;
  readonly #counter = new StageCounter();
  readonly #seen = new Set<string>();
  #rows = 0;

  /** `file` is NOTEEVENTS, one of the ingest's. */
  constructor(ingest: Ingest, file: CsvFile) {
    this.#ingest = ingest;
    this.#file = file;
  }

  /** The notes, in the order in which they are found. */
  async *read(): AsyncGenerator<Note[]> {
    const chunks = this.#ingest.database.stream(this.#query(), [this.#file]);
    for (;;) {
      const { done, value } = await this.#ingest.guard(() => chunks.next());
      if (done) break;
      const notes = this.#notes(value);
      if (notes.length > 0) yield notes;
    }
    this.#ingest.counted(this.#file, this.#rows);
  }

  /** What was read and left out, once all notes were read. */
  stage(): Stage {
    return this.#counter.stage("notes", this.#rows);
  }

  /** One row for each of the file's, so that the excluded ones are counted in the same scan. */
  #query(): string {
    const file = this.#file;
    const of = (name: string) => column(file, name);
    const kept = (expression: string) => `CASE WHEN reason = 0 THEN ${expression} END`;
    return `SELECT
        CASE WHEN coalesce(trim(${of("category")}), '') <> 'Discharge summary' THEN 1
             WHEN coalesce(trim(${of("hadm_id")}), '') = '' THEN 2
             WHEN ${of("text")} IS NULL THEN 3 ELSE 0 END::UTINYINT AS reason,
        ${kept(`trim(${of("row_id")})`)}, ${kept(`trim(${of("subject_id")})`)},
        ${kept(`trim(${of("hadm_id")})`)},
        ${kept(`epoch(try_cast(left(${of("chartdate")}, 10) AS DATE))`)},
        ${kept(`${of("description")} ILIKE 'addendum%'`)},
        ${kept(`hash(${file.columns.map((_, i) => `c${i}`).join(", ")})`)},
        ${kept(of("text"))}
      FROM ${from(file)}`;
  }

  #notes(chunk: RowChunk): Note[] {
    const [reasons, rows, patients, admissions, dates, addenda, hashes, texts] = Array.from(
      { length: 8 },
      (_, place) => chunk.column(place),
    );
    this.#rows += chunk.count;
    const notes: Note[] = [];
    for (let i = 0; i < chunk.count; i++) {
      const reason = reasons!(i) as number;
      if (reason > 0) {
        this.#counter.exclude(REASONS[reason]!);
        continue;
      }
      const row = rows!(i) as string | null;
      const patient = patients!(i) as string | null;
      const document = admissions!(i) as string;
      const date = dates!(i) as number | null;
      const addendum = addenda!(i) === true;
      if (row === null || !/^[0-9]+$/.test(row)) throw this.#badRow(row, "ROW_ID");
      if (!/^[0-9]+$/.test(document)) throw this.#badRow(row, "HADM_ID");
      if (patient === null || !/^[0-9]+$/.test(patient)) throw this.#badRow(row, "SUBJECT_ID");
      if (date === null) throw this.#badRow(row, "CHARTDATE");
      const fingerprint = `${row} ${hashes!(i)}`;
      if (this.#seen.has(fingerprint)) {
        this.#counter.exclude("exact duplicate of a row");
        continue;
      }
      this.#seen.add(fingerprint);
      const text = texts!(i) as string;
      if (text.includes("\0")) this.#counter.note("with NUL bytes, read as blanks");
      if (addendum) this.#counter.note("addenda");
      notes.push({
        document,
        patient,
        rank: date + (addendum ? ADDENDA : 0),
        row: Number(row),
        text,
      });
    }
    return notes;
  }

  #badRow(row: string | null, name: string): DataError {
    return new DataError(
      `reading ${this.#file.path}: ${
        row === null ? "a row without ROW_ID" : `ROW_ID ${row}`
      } has ` +
        `no valid ${name}; expected ${name === "CHARTDATE" ? "YYYY-MM-DD" : "a whole number"}; ` +
        "correct the row",
    );
  }
}

/** Added to an addendum's date, in seconds, so that it ranks after every report. */
const ADDENDA = 1e12;

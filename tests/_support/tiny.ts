/** Tiny tables for the pipeline's tests. */
import { join } from "node:path";
import type { Source, SourceLimits, SourceNote } from "../../pipeline/source/source.ts";

/** A temporary directory that is gone when the test is. */
export async function temporary(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "marn-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Quotes as MIMIC-III does: every string field, quotes doubled. */
export function csv(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  delimiter = ",",
): string {
  const field = (value: unknown) =>
    typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : value ?? "";
  return [columns, ...rows].map((row) => row.map(field).join(delimiter) + "\n").join("");
}

export const NOTE_COLUMNS = [
  "ROW_ID",
  "SUBJECT_ID",
  "HADM_ID",
  "CHARTDATE",
  "CHARTTIME",
  "STORETIME",
  "CATEGORY",
  "DESCRIPTION",
  "CGID",
  "ISERROR",
  "TEXT",
];

export interface TinyNote {
  row: number;
  patient?: number | null;
  admission?: number | string | null;
  date?: string | null;
  category?: string;
  description?: string;
  text: string | null;
}

export function noteRow(note: TinyNote): unknown[] {
  const { row, patient = 1, admission = 100, date = "2150-01-01", text } = note;
  const { category = "Discharge summary", description = "Report" } = note;
  return [row, patient, admission, date, null, null, category, description, null, null, text];
}

/** Columns of a table of codes. */
export const CODE_COLUMNS = ["ROW_ID", "SUBJECT_ID", "HADM_ID", "SEQ_NUM", "ICD9_CODE"];

/** Rows of a code table: [patient, admission, code]. */
export function codeTable(rows: readonly (readonly [unknown, unknown, unknown])[]): string {
  return csv(
    CODE_COLUMNS,
    rows.map(([patient, admission, code], i) => [
      i + 1,
      patient,
      admission,
      1,
      code,
    ]),
  );
}

/** The tables of a minimal MIMIC-III. */
export interface TinyMimic {
  notes: string | Uint8Array;
  diagnoses: string;
  procedures: string;
  [file: string]: string | Uint8Array;
}

export const TINY: TinyMimic = {
  notes: csv(NOTE_COLUMNS, [
    noteRow({ row: 4, text: "addendum of the first day", description: "Addendum" }),
    noteRow({ row: 3, date: "2150-01-02", text: 'second\nday, ""quoted""' }),
    noteRow({ row: 2, text: "first day" }),
    noteRow({ row: 2, text: "first day" }),
    noteRow({ row: 5, category: "Nursing/other", text: "not a summary" }),
    noteRow({ row: 6, admission: null, text: "no admission" }),
    noteRow({ row: 7, text: null }),
    noteRow({ row: 8, patient: 2, admission: 200, text: "another patient" }),
    noteRow({ row: 9, patient: 3, admission: 300, text: "admission without codes" }),
  ]),
  diagnoses: codeTable([
    [1, 100, "4280"],
    [1, 100, "0389"],
    [1, 100, "4280"],
    [1, 100, null],
    [2, 200, "E8798"],
    [2, 200, "4280"],
    [4, 400, "25000"],
    [1, null, "4019"],
  ]),
  procedures: codeTable([[1, 100, "0066"], [2, 200, "9604"]]),
};

const FILES: Record<string, string> = {
  notes: "NOTEEVENTS.csv",
  diagnoses: "DIAGNOSES_ICD.csv",
  procedures: "PROCEDURES_ICD.csv",
};

/** Writes tables into `directory`; keys that are no table of TINY are file names. */
export async function writeTables(
  directory: string,
  tables: Record<string, string | Uint8Array>,
): Promise<void> {
  for (const [table, content] of Object.entries(tables)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(join(directory, FILES[table] ?? table), bytes);
  }
}

/** Limits that any test machine has. */
export function limits(temporary: string): SourceLimits {
  return { temporary, threads: 2, memory: 512e6 };
}

/** All notes of a source, by row. */
export async function allNotes(source: Source): Promise<SourceNote[]> {
  const notes = await Array.fromAsync(source.notes());
  return notes.flat().sort((a, b) => a.row - b.row);
}

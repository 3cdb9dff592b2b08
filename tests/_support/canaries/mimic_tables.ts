/** The tables of MIMIC-III, and the files that are read beside them. */
import { join } from "node:path";
import { CODE_COLUMNS, csv, NOTE_COLUMNS } from "../tiny.ts";
import { IDS, type Table } from "./tables.ts";

const admissions = IDS.map((id) => id.padStart(6, "1"));

/** A row of a note of an admission. */
function noteRow(admission: string, at: number): string[] {
  const [number, date, text] = [`${at + 1}`, "2150-01-01", "fever and cough since monday"];
  const kind = ["Discharge summary", "Report"];
  return [number, number, admission, date, "", "", ...kind, "", "", text];
}

/** Rows of one code in every admission. */
function codeRows(code: string): string[][] {
  return admissions.map((admission, at) => [`${at + 1}`, `${at + 1}`, admission, "1", code]);
}

const TITLE_COLUMNS = ["ROW_ID", "ICD9_CODE", "SHORT_TITLE", "LONG_TITLE"];

const TABLES: readonly Omit<Table, "command">[] = [
  {
    name: "NOTEEVENTS",
    columns: NOTE_COLUMNS,
    rows: admissions.map(noteRow),
    texts: ["TEXT"],
  },
  {
    name: "DIAGNOSES_ICD",
    columns: CODE_COLUMNS,
    rows: codeRows("4280"),
  },
  {
    name: "PROCEDURES_ICD",
    columns: CODE_COLUMNS,
    rows: codeRows("0066"),
  },
  {
    name: "D_ICD_DIAGNOSES",
    columns: TITLE_COLUMNS,
    rows: [["1", "4280", "CHF NOS", "Congestive heart failure"]],
  },
  {
    name: "D_ICD_PROCEDURES",
    columns: TITLE_COLUMNS,
    rows: [["1", "0066", "PTCA", "Angioplasty"]],
  },
];

/** The fields of the one row of each of HCUP's files. */
export const CCS: { readonly [file: string]: readonly string[] } = {
  "$dxref 2015.csv": ["'4280 '", "'108  '", "'chf'", '"CHF NOS"', "' '", "' '"],
  "$prref 2015.csv": ["'0066 '", "'45 '", "'PTCA'", '"PTCA"'],
};

const SPLITS = {
  train: admissions.slice(0, 8),
  dev: admissions.slice(8, 10),
  test: admissions.slice(10),
} as const;

/** A file of HCUP's, of one row. */
export function formatCcs(fields: readonly string[]): string {
  return `note\nheader\n${fields.join()}\n`;
}

/** Writes all tables, HCUP's files, the published lists and one of codes; returns how they are read. */
export async function writeMimic(folder: string): Promise<string[]> {
  for (const { name, columns, rows } of TABLES) {
    await Deno.writeTextFile(join(folder, `${name}.csv`), csv(columns, rows));
  }
  for (const [file, fields] of Object.entries(CCS)) {
    await Deno.writeTextFile(join(folder, file), formatCcs(fields));
  }
  for (const [split, ids] of Object.entries(SPLITS)) {
    await Deno.writeTextFile(join(folder, `${split}_full_hadm_ids.csv`), ids.join("\n"));
  }
  await Deno.writeTextFile(join(folder, "codes.csv"), "428.0\n00.66\n");
  return ["prepare", "--mimic", folder, "--ccs", folder];
}

/** Each table of MIMIC-III, among the others. */
export const mimicTables: readonly Table[] = TABLES.map((table) => ({
  ...table,
  command: async (content, folder, format) => {
    const args = await writeMimic(folder);
    await Deno.writeFile(join(folder, `${table.name}.${format}`), content);
    return args;
  },
}));

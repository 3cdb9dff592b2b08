/**
 * Finds MIMIC-III's tables in a folder: one file a table, and none of another collection.
 *
 * @module
 */
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { listEverything } from "../files/read.ts";
import type { CsvFile } from "./csv_file.ts";
import { openTables } from "./ingest.ts";

const COLUMNS = {
  NOTEEVENTS: [
    "row_id",
    "subject_id",
    "hadm_id",
    "chartdate",
    "category",
    "description",
    "text",
  ],
  DIAGNOSES_ICD: ["subject_id", "hadm_id", "icd9_code"],
  PROCEDURES_ICD: ["subject_id", "hadm_id", "icd9_code"],
  D_ICD_DIAGNOSES: ["icd9_code", "long_title"],
  D_ICD_PROCEDURES: ["icd9_code", "long_title"],
} as const;

type Table = keyof typeof COLUMNS;
type Dictionary = "D_ICD_DIAGNOSES" | "D_ICD_PROCEDURES";

/** MIMIC-III's tables; the dictionaries may be absent. */
export type Mimic3Tables =
  & { readonly [table in Exclude<Table, Dictionary>]: CsvFile }
  & { readonly [table in Dictionary]?: CsvFile };

/** Columns that only tables of MIMIC-IV have. */
const FOREIGN = { icd_version: "MIMIC-IV", note_type: "MIMIC-IV", note_seq: "MIMIC-IV" };

/** Folders and tables that only MIMIC-IV has. */
const FOREIGN_ENTRIES =
  /^(?:hosp|icu|note|ed|(?:discharge|radiology|omr|emar|poe|provider)(?:_detail)?\.csv(?:\.gz)?)$/i;

/**
 * Opens the tables of a folder, each as `TABLE.csv` or `TABLE.csv.gz`, in any case.
 *
 * @throws {DataError} where tables or columns are missing, two files could be one table, or the folder
 * is MIMIC-IV's.
 */
export async function openMimic3Tables(directory: string): Promise<Mimic3Tables> {
  const names = await readNames(directory);
  const tables = Object.keys(COLUMNS) as Table[];
  const found = tables.map((table) => ({ table, files: filesOf(table, names) }));
  if (found[0]!.files.length === 0) refuseMimic4(directory, names);
  refuseTwins(directory, found.map(({ files }) => files));
  const wanted = found.filter(({ table, files }) => files.length > 0 || !table.startsWith("D_"));
  const opened = await openTables(wanted.map(({ table, files }) => ({
    path: join(directory, files[0] ?? `${table}.csv`),
    expected: { required: COLUMNS[table], delimiter: "," as const, foreign: FOREIGN },
  })));
  return Object.fromEntries(wanted.map(({ table }, i) => [table, opened[i]!])) as Mimic3Tables;
}

/**
 * Opens NOTEEVENTS alone.
 *
 * @throws {DataError} where the file or its columns are missing.
 */
export async function openNoteEvents(path: string): Promise<CsvFile> {
  const expected = { required: COLUMNS.NOTEEVENTS, delimiter: ",", foreign: FOREIGN } as const;
  const [file] = await openTables([{ path, expected }]);
  return file!;
}

async function readNames(directory: string): Promise<string[]> {
  const refuse = (found: string) =>
    new DataError(
      `reading MIMIC-III from ${directory}: ${found}; expected a folder with NOTEEVENTS.csv, ` +
        "DIAGNOSES_ICD.csv and PROCEDURES_ICD.csv (or .csv.gz) in it; see --mimic",
    );
  return (await listEverything(directory, refuse)).map(({ name }) => name).sort();
}

/** The files that could be a table; macOS's twins `._TABLE.csv` among them. */
function filesOf(table: Table, names: readonly string[]): string[] {
  const pattern = new RegExp(`^(?:\\._)?${table}\\.csv(?:\\.gz)?$`, "i");
  return names.filter((name) => pattern.test(name));
}

function refuseTwins(directory: string, tables: readonly (readonly string[])[]): void {
  const twins = tables.filter((files) => files.length > 1).map((files) => files.join(" and "));
  if (twins.length === 0) return;
  throw new DataError(
    `reading MIMIC-III from ${directory}: ${twins.join(", ")} could be the same table; ` +
      "expected one file a table; remove or rename the other",
  );
}

function refuseMimic4(directory: string, names: readonly string[]): void {
  const foreign = names.filter((name) => FOREIGN_ENTRIES.test(name));
  if (foreign.length === 0) return;
  throw new DataError(
    `reading MIMIC-III from ${directory}: ${foreign.join(", ")} in it are of MIMIC-IV; expected ` +
      "MIMIC-III v1.4 with NOTEEVENTS.csv; read MIMIC-IV as a corpus: --source corpus --notes " +
      "note/discharge.csv.gz --labels hosp/diagnoses_icd.csv.gz --id-column hadm_id",
  );
}

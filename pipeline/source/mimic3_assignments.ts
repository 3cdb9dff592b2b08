/**
 * MIMIC-III's code tables in DuckDB: which admission has which code, as they are written.
 *
 * @module
 */
import type { Icd9Kind } from "../codes/icd9.ts";
import { DataError, shown } from "../errors.ts";
import { distinctAscending } from "../order.ts";
import type { StageCounter } from "../stage_counter.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, type Database, from, literal, unlessMissing } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import { wholeNumber } from "./whole_number.ts";

/** The table of each kind of code: DIAGNOSES_ICD, PROCEDURES_ICD. */
export type KindTables = { readonly [kind in Icd9Kind]: CsvFile };

/** A code as it is written, under its place in the list of these. */
export interface WrittenCode {
  readonly kind: Icd9Kind;
  readonly written: string;
  readonly rows: number;
}

/**
 * Loads the tables into `assignments` and numbers their codes in `dictionary`.
 *
 * @returns how many rows there are.
 * @throws {DataError} where ids are no numbers.
 */
export async function loadAssignments(
  ingest: Ingest,
  tables: KindTables,
  counter: StageCounter,
): Promise<number> {
  const { database } = ingest;
  const kinds = Object.keys(tables) as Icd9Kind[];
  const files = kinds.map((kind) => tables[kind]);
  const select = files.map((file, place) => {
    const value = (name: string) => unlessMissing(column(file, name));
    return `SELECT '${kinds[place]}' AS kind, ${value("hadm_id")} AS admission, ` +
      `${value("subject_id")} AS patient, ${value("icd9_code")} AS code FROM ${from(file, place)}`;
  });
  await database.rows(`CREATE TABLE loaded AS ${select.join(" UNION ALL ")}`, files);
  counter.note("HADM_ID in another form", await mendIds(database, "admission", tables));
  await mendIds(database, "patient", tables);
  const total = await countRows(ingest, tables, counter);
  await database.rows(
    `CREATE VIEW assignments AS SELECT * FROM loaded
     WHERE admission IS NOT NULL AND code IS NOT NULL`,
  );
  await database.rows(
    `CREATE TABLE dictionary AS
     SELECT kind, code, occurrences, row_number() OVER (ORDER BY kind, code) - 1 AS id
     FROM (SELECT kind, code, count(*) AS occurrences FROM assignments GROUP BY ALL)`,
  );
  return total;
}

/** Every code as it is written, by its place in `dictionary`. */
export async function readWritten(database: Database): Promise<WrittenCode[]> {
  const rows = await database.rows("SELECT kind, code, occurrences FROM dictionary ORDER BY id");
  return (rows as [Icd9Kind, string, bigint][]).map(([kind, written, rows]) => ({
    kind,
    written,
    rows: Number(rows),
  }));
}

/** Codes and patients of admissions. */
export interface Admissions {
  /** Admission → numbers of its codes: distinct, ascending. */
  readonly assignments: ReadonlyMap<string, Int32Array>;
  readonly patients: ReadonlyMap<string, string>;
  /** Rows whose code has a number. */
  readonly numbered: number;
}

/**
 * Reads the codes of each admission; `numbers` are those of the codes as they are written.
 *
 * @throws {DataError} where an admission belongs to two patients.
 */
export async function readAdmissions(
  database: Database,
  numbers: readonly (number | undefined)[],
): Promise<Admissions> {
  const rows = await database.rows(
    `SELECT admission, min(patient), max(patient), string_agg(id, ' ')
     FROM assignments JOIN dictionary USING (kind, code) GROUP BY admission`,
  );
  const assignments = new Map<string, Int32Array>();
  const patients = new Map<string, string>();
  let numbered = 0;
  for (const [admission, patient, other, ids] of rows as [string, string, string, string][]) {
    if (patient !== other) throw severalPatients(admission, patient, other);
    const codes = ids.split(" ").map((id) => numbers[Number(id)])
      .filter((number) => number !== undefined);
    numbered += codes.length;
    if (codes.length === 0) continue;
    assignments.set(admission, distinctAscending(codes));
    patients.set(admission, patient);
  }
  return { assignments, patients, numbered };
}

/** Writes ids as whole numbers where that is certain; counts the rows. */
async function mendIds(
  database: Database,
  name: "admission" | "patient",
  tables: KindTables,
): Promise<number> {
  const [changed] = await database.rows(
    `UPDATE loaded SET ${name} = regexp_replace(${name}, '\\.0*$', '')
     WHERE regexp_full_match(${name}, '[0-9]+\\.0*')`,
  );
  const rest = await database.rows(
    `SELECT kind, ${name}, count(*) FROM loaded
     WHERE NOT regexp_full_match(${name}, '[0-9]+') GROUP BY ALL ORDER BY ALL`,
  ) as [Icd9Kind, string, bigint][];
  const mended = rest.map(([kind, id, rows]) => ({ kind, id, rows, number: wholeNumber(id) }));
  const wrong = mended.filter(({ number }) => number === undefined);
  if (name === "admission" && wrong.length > 0) {
    const { kind, id } = wrong[0]!;
    const rows = wrong.filter((one) => one.kind === kind)
      .reduce((sum, { rows }) => sum + Number(rows), 0);
    throw badIds(tables[kind], rows, `HADM_ID that is no whole number, such as ${shown(id)}`);
  }
  for (const { id, number } of mended) {
    if (number === undefined) continue;
    await database.rows(
      `UPDATE loaded SET ${name} = ${literal(number)} WHERE ${name} = ${literal(id)}`,
    );
  }
  const others = mended.filter(({ number }) => number !== undefined);
  return Number(changed?.[0] ?? 0) + others.reduce((sum, { rows }) => sum + Number(rows), 0);
}

/** Counts the rows of each table, and those that have no admission or no code. */
async function countRows(
  ingest: Ingest,
  tables: KindTables,
  counter: StageCounter,
): Promise<number> {
  const counts = await ingest.database.rows(
    `SELECT kind, count(*),
       count(*) FILTER (admission IS NULL),
       count(*) FILTER (admission IS NOT NULL AND code IS NULL),
       count(*) FILTER (admission IS NOT NULL AND patient IS NULL)
     FROM loaded GROUP BY kind`,
  );
  let total = 0;
  for (const [kind, rows, noAdmission, noCode, noPatient] of counts) {
    const file = tables[kind as Icd9Kind];
    ingest.counted(file, Number(rows));
    total += Number(rows);
    counter.exclude("without HADM_ID", Number(noAdmission));
    counter.exclude("without a code", Number(noCode));
    if (Number(noPatient) > 0) throw badIds(file, Number(noPatient), "HADM_ID but no SUBJECT_ID");
  }
  return total;
}

function severalPatients(admission: string, patient: string, other: string): DataError {
  return new DataError(
    `reading codes: admission ${shown(admission)} belongs to the patients ${shown(patient)} and ` +
      `${shown(other)}; expected one SUBJECT_ID a HADM_ID; correct DIAGNOSES_ICD or PROCEDURES_ICD`,
  );
}

function badIds(file: CsvFile, count: number, what: string): DataError {
  return new DataError(
    `reading ${file.path}: ${count} rows have a ${what}; expected whole numbers with all of their ` +
      "digits; correct the rows, or fetch the file again",
  );
}

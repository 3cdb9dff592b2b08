/**
 * MIMIC-III's codes: DIAGNOSES_ICD and PROCEDURES_ICD as distinct (admission, code) pairs, with the
 * dictionaries' titles.
 *
 * @module
 */
import { codeKey, numberCodes, type TitleOf } from "../codes/code.ts";
import { formatIcd9, type Icd9Kind, withoutPoint } from "../codes/icd9.ts";
import { DataError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { distinctAscending } from "../order.ts";
import { StageCounter } from "../stage_counter.ts";
import { readCell } from "./cells.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import type { Source } from "./source.ts";

/**
 * MIMIC-III's tables about codes: DIAGNOSES_ICD and PROCEDURES_ICD, and the dictionaries
 * D_ICD_DIAGNOSES and D_ICD_PROCEDURES where these are present.
 */
export interface CodeTables {
  readonly diagnoses: CsvFile;
  readonly procedures: CsvFile;
  readonly diagnosisTitles: CsvFile | undefined;
  readonly procedureTitles: CsvFile | undefined;
}

/** How codes are read. */
export interface CodeOptions {
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: TitleOf | undefined;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
}

/** The codes of all admissions, and what was left out. */
export type CodesRead =
  & Pick<Source, "codes" | "assignments" | "patients">
  & { readonly stage: Stage };

/**
 * Reads the distinct codes of each admission.
 *
 * @throws {DataError} where ids or codes are malformed.
 */
export async function readCodes(
  ingest: Ingest,
  tables: CodeTables,
  options: CodeOptions,
): Promise<CodesRead> {
  const files = [tables.diagnoses, tables.procedures];
  const counter = new StageCounter();
  const rows = await createAssignments(ingest, files, counter);
  const titles = await readTitles(ingest, tables);
  const { spellings, malformed } = await readDictionary(ingest);
  if (malformed.length > 0 && !options.skipMalformed) throw malformedCodes(files, malformed);
  const titleOf = (kind: Icd9Kind, code: string) =>
    titles.get(`${kind} ${code}`) ?? options.titles?.(kind, code) ?? "";
  const { codes, numberOf } = numberCodes(
    spellings.filter((code) => code !== undefined)
      .map(({ kind, code }) => ({ kind, code, title: titleOf(kind, withoutPoint(code)) })),
  );
  const numbers = spellings.map((code) => code ? numberOf.get(codeKey(code))! : undefined);
  const admissions = await readAdmissions(ingest, numbers);
  const { assignments, patients } = admissions;
  counter.exclude("malformed code", admissions.malformed);
  const kept = assignments.values().reduce((sum, codes) => sum + codes.length, 0);
  counter.exclude("duplicate of a code of the same admission", admissions.wellFormed - kept);
  return { codes, assignments, patients, stage: counter.stage("codes", rows, kept) };
}

/** Loads the code tables into `assignments` and numbers their codes in `dictionary`. */
async function createAssignments(
  ingest: Ingest,
  files: readonly CsvFile[],
  counter: StageCounter,
): Promise<number> {
  const { database } = ingest;
  const select = files.map((file, place) =>
    `SELECT '${place === 0 ? "diagnosis" : "procedure"}' AS kind, ` +
    `trim(${column(file, "hadm_id")}) AS admission, trim(${column(file, "subject_id")}) AS ` +
    `patient, trim(${column(file, "icd9_code")}) AS code FROM ${from(file, place)}`
  );
  await database.rows(`CREATE TABLE loaded AS ${select.join(" UNION ALL ")}`, files);
  const counts = await database.rows(
    `SELECT kind, count(*),
       count(*) FILTER (coalesce(admission, '') = ''),
       count(*) FILTER (coalesce(admission, '') <> '' AND coalesce(code, '') = ''),
       count(*) FILTER (NOT regexp_full_match(admission, '[0-9]*')),
       count(*) FILTER (coalesce(admission, '') <> '' AND coalesce(patient, '') = '')
     FROM loaded GROUP BY kind`,
  );
  let total = 0;
  for (const [kind, rows, noAdmission, noCode, noNumber, noPatient] of counts) {
    const file = files[kind === "diagnosis" ? 0 : 1]!;
    ingest.counted(file, Number(rows));
    total += Number(rows);
    counter.exclude("without HADM_ID", Number(noAdmission));
    counter.exclude("without a code", Number(noCode));
    if (Number(noNumber) > 0) throw badIds(file, Number(noNumber), "HADM_ID that is no number");
    if (Number(noPatient) > 0) throw badIds(file, Number(noPatient), "HADM_ID but no SUBJECT_ID");
  }
  await database.rows(
    `CREATE VIEW assignments AS SELECT * FROM loaded
     WHERE coalesce(admission, '') <> '' AND coalesce(code, '') <> ''`,
  );
  await database.rows(
    `CREATE TABLE dictionary AS SELECT kind, code, row_number() OVER (ORDER BY kind, code) - 1 AS id
     FROM (SELECT DISTINCT kind, code FROM assignments)`,
  );
  return total;
}

/** Every spelling of a code, by its place in `dictionary`; undefined where it is malformed. */
async function readDictionary(ingest: Ingest) {
  const rows = await ingest.database.rows("SELECT kind, code FROM dictionary ORDER BY id");
  const malformed: string[] = [];
  const spellings = (rows as [Icd9Kind, string][]).map(([kind, raw]) => {
    const code = formatIcd9(kind, raw);
    if (code !== undefined) return { kind, code };
    malformed.push(`${shown(raw)} (${kind})`);
    return undefined;
  });
  return { spellings, malformed };
}

/** Titles in MIMIC's dictionaries, by kind and code without point. */
async function readTitles(ingest: Ingest, tables: CodeTables): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  const dictionaries = [
    ["diagnosis", tables.diagnosisTitles],
    ["procedure", tables.procedureTitles],
  ] as const;
  for (const [kind, file] of dictionaries) {
    if (!file) continue;
    const rows = await ingest.database.rows(
      `SELECT trim(${column(file, "icd9_code")}), ${column(file, "long_title")}
       FROM ${from(file)}`,
      [file],
    );
    ingest.counted(file, rows.length);
    for (const [code, title] of rows) {
      if (code === null) continue;
      titles.set(`${kind} ${code}`, readCell(file, "title", title as string | null));
    }
  }
  return titles;
}

/** The codes of each admission; `numbers` are those of the dictionary's spellings. */
async function readAdmissions(ingest: Ingest, numbers: readonly (number | undefined)[]) {
  const rows = await ingest.database.rows(
    `SELECT admission, min(patient), max(patient), string_agg(id, ' ')
     FROM assignments JOIN dictionary USING (kind, code) GROUP BY admission`,
  );
  const assignments = new Map<string, Int32Array>();
  const patients = new Map<string, string>();
  let malformed = 0;
  let wellFormed = 0;
  for (const [admission, patient, other, ids] of rows as [string, string, string, string][]) {
    if (patient !== other) throw severalPatients(admission, patient, other);
    const spelled = ids.split(" ").map((id) => numbers[Number(id)]);
    const codes = spelled.filter((number) => number !== undefined);
    malformed += spelled.length - codes.length;
    wellFormed += codes.length;
    if (codes.length === 0) continue;
    assignments.set(admission, distinctAscending(codes));
    patients.set(admission, patient);
  }
  return { assignments, patients, malformed, wellFormed };
}

function severalPatients(admission: string, patient: string, other: string): DataError {
  return new DataError(
    `reading codes: admission ${shown(admission)} belongs to the patients ${shown(patient)} and ` +
      `${shown(other)}; expected one SUBJECT_ID a HADM_ID; correct DIAGNOSES_ICD or PROCEDURES_ICD`,
  );
}

function badIds(file: CsvFile, count: number, what: string): DataError {
  return new DataError(
    `reading ${file.path}: ${count} rows have a ${what}; expected whole numbers; correct the rows`,
  );
}

function malformedCodes(files: readonly CsvFile[], malformed: readonly string[]): DataError {
  const some = malformed.slice(0, 5).join(", ");
  return new DataError(
    `reading ${files.map(({ name }) => name).join(" and ")}: ${malformed.length} codes are no ` +
      `ICD-9 codes, such as ${some}; expected digits, V or E in front of diagnoses, leading ` +
      "zeros in place; correct them, or leave them out with --skip-malformed",
  );
}

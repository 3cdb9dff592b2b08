/**
 * MIMIC-III's codes: DIAGNOSES_ICD and PROCEDURES_ICD as distinct (admission, code) pairs, with the
 * dictionaries' titles.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { type Code, formatIcd9 } from "../codes/labels.ts";
import { compareCodeUnits, distinctAscending } from "../order.ts";
import type { CodeKind, Stage } from "../schema.ts";
import type { Source } from "./source.ts";
import { StageCounter } from "../exclusions.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from } from "./database.ts";
import type { Ingest } from "./ingest.ts";

/** The tables about codes. */
export interface CodeTables {
  /** DIAGNOSES_ICD. */
  readonly diagnoses: CsvFile;
  /** PROCEDURES_ICD. */
  readonly procedures: CsvFile;
  /** D_ICD_DIAGNOSES. */
  readonly diagnosisTitles: CsvFile | undefined;
  /** D_ICD_PROCEDURES. */
  readonly procedureTitles: CsvFile | undefined;
}

/** How codes are read. */
export interface CodeOptions {
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: (kind: CodeKind, code: string) => string;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean;
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
  const dictionary = await ingest.database.rows("SELECT kind, code FROM dictionary ORDER BY id");
  const distinct = new Map<string, Code>();
  const malformed: string[] = [];
  const keys = dictionary.map(([kind, raw]) => {
    const code = formatIcd9(kind as "diagnosis" | "procedure", raw as string);
    if (code === undefined) malformed.push(`${raw} (${kind})`);
    if (code === undefined) return undefined;
    const key = `${code} ${kind}`;
    const pointless = code.replace(".", "");
    const title = titles.get(`${kind} ${pointless}`) ??
      options.titles?.(kind as CodeKind, pointless) ?? "";
    distinct.set(key, { kind: kind as CodeKind, code, title });
    return key;
  });
  if (malformed.length > 0 && !options.skipMalformed) throw malformedCodes(files, malformed);

  const sorted = [...distinct.keys()].sort(compareCodeUnits);
  const place = new Map(sorted.map((key, index) => [key, index]));
  const indexOf = keys.map((key) => key === undefined ? -1 : place.get(key)!);
  const admissions = await readAdmissions(ingest, indexOf);
  counter.exclude("malformed code", admissions.malformed);
  const pairs = admissions.assignments.values().reduce((sum, codes) => sum + codes.length, 0);
  counter.exclude("duplicate of a code of the same admission", admissions.wellFormedRows - pairs);
  return {
    codes: sorted.map((key) => distinct.get(key)!),
    assignments: admissions.assignments,
    patients: admissions.patients,
    stage: counter.stage("codes", rows),
  };
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

async function readTitles(ingest: Ingest, tables: CodeTables): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  const { diagnosisTitles, procedureTitles } = tables;
  for (
    const [kind, file] of [
      ["diagnosis", diagnosisTitles],
      ["procedure", procedureTitles],
    ] as const
  ) {
    if (!file) continue;
    const rows = await ingest.database.rows(
      `SELECT trim(${column(file, "icd9_code")}), trim(${column(file, "long_title")})
       FROM ${from(file)}`,
      [file],
    );
    ingest.counted(file, rows.length);
    for (const [code, title] of rows) {
      if (code !== null && title !== null) titles.set(`${kind} ${code}`, title as string);
    }
  }
  return titles;
}

async function readAdmissions(ingest: Ingest, indexOf: readonly number[]) {
  const rows = await ingest.database.rows(
    `SELECT admission, min(patient), max(patient), string_agg(id, ' ')
     FROM assignments JOIN dictionary USING (kind, code) GROUP BY admission`,
  );
  const assignments = new Map<string, Int32Array>();
  const patients = new Map<string, string>();
  let malformed = 0;
  let wellFormedRows = 0;
  for (const [admission, patient, other, ids] of rows as string[][]) {
    if (patient !== other) {
      throw new DataError(
        `reading codes: admission ${admission} belongs to the patients ${patient} and ${other}; ` +
          "expected one SUBJECT_ID a HADM_ID; correct DIAGNOSES_ICD or PROCEDURES_ICD",
      );
    }
    const all = ids!.split(" ").map((id) => indexOf[Number(id)]!);
    const wellFormed = all.filter((code) => code >= 0);
    malformed += all.length - wellFormed.length;
    wellFormedRows += wellFormed.length;
    if (wellFormed.length === 0) continue;
    assignments.set(admission!, distinctAscending(wellFormed));
    patients.set(admission!, patient!);
  }
  return { assignments, patients, malformed, wellFormedRows };
}

function badIds(file: CsvFile, count: number, what: string): DataError {
  return new DataError(
    `reading ${file.path}: ${count} rows have a ${what}; expected whole numbers; correct the rows`,
  );
}

function malformedCodes(files: readonly CsvFile[], malformed: readonly string[]): DataError {
  const some = malformed.slice(0, 5).map((code) => JSON.stringify(code.slice(0, 40))).join(", ");
  return new DataError(
    `reading ${files.map(({ name }) => name).join(" and ")}: ${malformed.length} codes are no ` +
      `ICD-9 codes, such as ${some}; expected digits, V or E in front of diagnoses, leading ` +
      "zeros in place; correct them, or leave them out with --skip-malformed",
  );
}

/**
 * MIMIC-III v1.4: discharge summaries out of NOTEEVENTS, codes out of DIAGNOSES_ICD and
 * PROCEDURES_ICD, their titles out of the dictionaries where these are present.
 *
 * @module
 */
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { type Code, distinctAscending, formatIcd9 } from "../labels.ts";
import type { CodeKind, Stage } from "../schema.ts";
import type { Note, Source, SourceLimits } from "../source.ts";
import { compareCodeUnits } from "../splits.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from, type RowChunk } from "./database.ts";
import { StageCounter } from "../stage_counter.ts";
import { Ingest, openTables } from "./ingest.ts";

/** How MIMIC-III's tables are read. */
export interface Mimic3Options extends SourceLimits {
  /** Folder of the CSVs, plain or gzipped. */
  readonly directory: string;
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: (kind: CodeKind, code: string) => string;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean;
}

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
type Tables = Partial<Record<Table, CsvFile>> & Record<"NOTEEVENTS" | CodeTable, CsvFile>;

const CODE_TABLES = ["DIAGNOSES_ICD", "PROCEDURES_ICD"] as const;
type CodeTable = typeof CODE_TABLES[number];
const DICTIONARIES = ["D_ICD_DIAGNOSES", "D_ICD_PROCEDURES"] as const;

/** A file of this name says that the notes beside it are made up. */
const SYNTHETIC_NOTICE = "SYNTHETIC.txt";

/**
 * Opens MIMIC-III's tables and reads the codes.
 *
 * @throws {DataError} where tables or columns are missing, or ids or codes are malformed.
 */
export async function openMimic3(options: Mimic3Options): Promise<Source> {
  const tables = await findTables(options.directory);
  const ingest = await Ingest.open(Object.values(tables), options);
  try {
    const codes = await ingest.guard(() => readCodes(ingest, tables, options));
    const notes = new DischargeSummaries(ingest, tables.NOTEEVENTS);
    const notice = await Deno.stat(join(options.directory, SYNTHETIC_NOTICE)).catch(() => null);
    return {
      restricted: true,
      synthetic: notice !== null,
      noteBytes: tables.NOTEEVENTS.bytes,
      ...codes,
      notes: () => notes.read(),
      bytesRead: () => tables.NOTEEVENTS.bytes * ingest.database.fraction,
      finish: async () => ({
        sources: await ingest.finish(),
        stages: [notes.stage(), codes.stage],
      }),
      close: () => ingest.close(),
    };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

async function findTables(directory: string): Promise<Tables> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(directory)) names.push(entry.name);
  } catch {
    throw new DataError(
      `reading MIMIC-III from ${directory}: no such folder; expected NOTEEVENTS.csv, ` +
        "DIAGNOSES_ICD.csv and PROCEDURES_ICD.csv (or .csv.gz) in it; see --mimic",
    );
  }
  names.sort();
  const wanted = (Object.keys(COLUMNS) as Table[]).flatMap((table) => {
    const pattern = new RegExp(`^${table}\\.csv(\\.gz)?$`, "i");
    const name = names.find((name) => pattern.test(name));
    const optional = (DICTIONARIES as readonly Table[]).includes(table);
    return name === undefined && optional ? [] : [{ table, name: name ?? `${table}.csv` }];
  });
  const files = await openTables(wanted.map(({ table, name }) => ({
    path: join(directory, name),
    expected: { required: COLUMNS[table], delimiter: "," as const },
  })));
  return Object.fromEntries(wanted.map(({ table }, i) => [table, files[i]!])) as Tables;
}

type CodesRead = Pick<Source, "codes" | "assignments" | "patients"> & { readonly stage: Stage };

async function readCodes(
  ingest: Ingest,
  tables: Tables,
  options: Mimic3Options,
): Promise<CodesRead> {
  const files = CODE_TABLES.map((table) => tables[table]);
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

async function readTitles(ingest: Ingest, tables: Tables): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  for (const [place, table] of DICTIONARIES.entries()) {
    const file = tables[table];
    if (!file) continue;
    const rows = await ingest.database.rows(
      `SELECT trim(${column(file, "icd9_code")}), trim(${column(file, "long_title")})
       FROM ${from(file)}`,
      [file],
    );
    ingest.counted(file, rows.length);
    const kind = place === 0 ? "diagnosis" : "procedure";
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
  let malformed = 0, wellFormedRows = 0;
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

/** What becomes of a row of NOTEEVENTS; 0 is kept. */
const REASONS = [
  "",
  "another category",
  "discharge summary without HADM_ID",
  "empty text",
] as const;

class DischargeSummaries {
  readonly #ingest: Ingest;
  readonly #file: CsvFile;
  readonly #counter = new StageCounter();
  readonly #seen = new Set<string>();
  #rows = 0;

  constructor(ingest: Ingest, file: CsvFile) {
    this.#ingest = ingest;
    this.#file = file;
  }

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

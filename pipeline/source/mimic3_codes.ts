/**
 * MIMIC-III's codes: DIAGNOSES_ICD and PROCEDURES_ICD as distinct (admission, code) pairs, with the
 * dictionaries' titles.
 *
 * @module
 */
import { codeKey, numberCodes, type TitleOf } from "../codes/code.ts";
import { formatIcd9, type Icd9Kind, withoutPoint } from "../codes/icd9.ts";
import { findLostZeros, type LostZeros } from "../codes/lost_zeros.ts";
import { DataError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { StageCounter } from "../stage_counter.ts";
import { readCell } from "./cells.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from, unlessMissing } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import {
  loadAssignments,
  readAdmissions,
  readWritten,
  type WrittenCode,
} from "./mimic3_assignments.ts";
import type { Mimic3Tables } from "./mimic3_tables.ts";
import type { Source } from "./source.ts";

/** How codes are read. */
export interface CodeOptions {
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: TitleOf | undefined;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
  /** Gives codes back the zeros that a spreadsheet took, instead of refusing its tables. */
  readonly repairZeros?: boolean | undefined;
}

/** The codes of all admissions, and what was left out. */
export type CodesRead =
  & Pick<Source, "codes" | "assignments" | "patients" | "remarks">
  & { readonly stage: Stage };

/** Kinds of codes, their tables and their dictionaries. */
const KINDS = [
  ["diagnosis", "DIAGNOSES_ICD", "D_ICD_DIAGNOSES"],
  ["procedure", "PROCEDURES_ICD", "D_ICD_PROCEDURES"],
] as const;

/**
 * Reads the distinct codes of each admission.
 *
 * @throws {DataError} where ids or codes are malformed, or a spreadsheet took codes for numbers.
 */
export async function readCodes(
  ingest: Ingest,
  tables: Mimic3Tables,
  options: CodeOptions,
): Promise<CodesRead> {
  const counter = new StageCounter();
  const files = { diagnosis: tables.DIAGNOSES_ICD, procedure: tables.PROCEDURES_ICD };
  const rows = await loadAssignments(ingest, files, counter);
  const titleOf = await readTitles(ingest, tables, options);
  const written = await readWritten(ingest.database);
  const meant = readMeant(written, files, titleOf, options);
  const { codes, numberOf } = numberCodes(
    meant.codes.filter((code) => code !== undefined)
      .map(({ kind, code }) => ({ kind, code, title: titleOf(kind, withoutPoint(code)) })),
  );
  const numbers = meant.codes.map((code) => code && numberOf.get(codeKey(code)));
  const { numbered, ...admissions } = await readAdmissions(ingest.database, numbers);
  const kept = admissions.assignments.values().reduce((sum, codes) => sum + codes.length, 0);
  counter.exclude("malformed code", meant.malformed);
  counter.exclude("code without its zeros that several codes could be", meant.ambiguous);
  counter.exclude("duplicate of a code of the same admission", numbered - kept);
  counter.note("code given its zeros back", meant.restored);
  return {
    codes,
    ...admissions,
    remarks: meant.remarks,
    stage: counter.stage("codes", rows, kept),
  };
}

/** What written codes mean, by their place; undefined where they are left out. */
function readMeant(
  written: readonly WrittenCode[],
  files: { readonly [kind in Icd9Kind]: CsvFile },
  titleOf: TitleOf,
  { skipMalformed, repairZeros }: CodeOptions,
) {
  const lost = new Map(KINDS.map(([kind]) => {
    const counts = new Map(
      written.filter((code) => code.kind === kind).map(({ written, rows }) => [written, rows]),
    );
    const found = findLostZeros(kind, counts, (code) => titleOf(kind, code) !== "");
    if (found && !repairZeros) throw lostZeros(files[kind], found);
    return [kind, found];
  }));
  const sum = { malformed: 0, ambiguous: 0, restored: 0 };
  const malformed: string[] = [];
  const codes = written.map(({ kind, written, rows }) => {
    const restored = lost.get(kind)?.restored.get(written);
    if (lost.get(kind)?.ambiguous.has(written)) return void (sum.ambiguous += rows);
    const code = formatIcd9(kind, restored ?? written);
    if (code === undefined) {
      malformed.push(`${shown(written)} (${kind})`);
      return void (sum.malformed += rows);
    }
    if (restored !== undefined) sum.restored += rows;
    return { kind, code };
  });
  if (malformed.length > 0 && !skipMalformed) throw malformedCodes(files, malformed);
  const remarks = sum.restored + sum.ambiguous > 0
    ? [`codes of ${sum.restored} rows were given their zeros back, ${sum.ambiguous} rows left out`]
    : [];
  return { codes, remarks, ...sum };
}

/** Words for codes without their point: those of MIMIC's dictionaries, else the others given. */
async function readTitles(
  ingest: Ingest,
  tables: Mimic3Tables,
  { titles, repairZeros }: CodeOptions,
): Promise<TitleOf> {
  const found = new Map<string, string>();
  for (const [kind, , dictionary] of KINDS) {
    const file = tables[dictionary];
    if (!file) continue;
    const rows = await readDictionary(ingest, file);
    const counts = new Map(rows.map(([code]) => [code, 1]));
    const lost = findLostZeros(kind, counts, (code) => Boolean(titles?.(kind, code)));
    if (lost && !repairZeros) throw lostZeros(file, lost);
    for (const [code, title] of rows) {
      if (lost?.ambiguous.has(code)) continue;
      found.set(codeKey({ kind, code: withoutPoint(lost?.restored.get(code) ?? code) }), title);
    }
  }
  return (kind, code) => found.get(codeKey({ kind, code })) ?? titles?.(kind, code) ?? "";
}

async function readDictionary(ingest: Ingest, file: CsvFile): Promise<[string, string][]> {
  const rows = await ingest.database.rows(
    `SELECT ${unlessMissing(column(file, "icd9_code"))}, ${column(file, "long_title")}
     FROM ${from(file)}`,
    [file],
  ) as [string | null, string | null][];
  ingest.counted(file, rows.length);
  return rows.filter(([code]) => code !== null)
    .map(([code, title]) => [code!, readCell(file, "title", title)]);
}

function lostZeros(file: CsvFile, { rows, ambiguous, example }: LostZeros): DataError {
  const [written, code] = example;
  const such = code === undefined ? shown(written) : `${shown(written)} for ${shown(code)}`;
  const several = ambiguous.size > 0
    ? `; ${ambiguous.size} codes could be several and are then left out`
    : "";
  return new DataError(
    `reading ${file.path}: codes were taken for numbers, as spreadsheets do: ${rows} rows lost ` +
      `zeros, such as ${such}; expected codes with their leading zeros; fetch the file again, or ` +
      `restore them with --repair-zeros${several}`,
  );
}

function malformedCodes(
  { diagnosis, procedure }: { readonly [kind in Icd9Kind]: CsvFile },
  malformed: readonly string[],
): DataError {
  const some = malformed.slice(0, 5).join(", ");
  return new DataError(
    `reading ${diagnosis.name} and ${procedure.name}: ${malformed.length} codes are no ICD-9 codes, ` +
      `such as ${some}; expected digits, V or E in front of diagnoses, leading zeros in place; ` +
      "correct them, or leave them out with --skip-malformed",
  );
}

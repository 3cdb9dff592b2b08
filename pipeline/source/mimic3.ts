/**
 * MIMIC-III v1.4: discharge summaries out of NOTEEVENTS, codes out of DIAGNOSES_ICD and
 * PROCEDURES_ICD, their titles out of the dictionaries where these are present.
 *
 * @module
 */
import { join } from "node:path";
import type { TitleOf } from "../codes/code.ts";
import { DataError } from "../errors.ts";
import { exists } from "../files/read.ts";
import { SYNTHETIC_NOTICE } from "../schema.ts";
import type { CsvFile } from "./csv_file.ts";
import { Ingest, openTables } from "./ingest.ts";
import { readCodes } from "./mimic3_codes.ts";
import { DischargeSummaries } from "./mimic3_notes.ts";
import type { Source, SourceLimits } from "./source.ts";

/** How MIMIC-III's tables are read. */
export interface Mimic3Options {
  /** Folder of the CSVs, plain or gzipped. */
  readonly directory: string;
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: TitleOf | undefined;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
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
type Dictionary = "D_ICD_DIAGNOSES" | "D_ICD_PROCEDURES";
type Tables = Record<Exclude<Table, Dictionary>, CsvFile> & Partial<Record<Dictionary, CsvFile>>;

/**
 * Opens MIMIC-III's tables and reads the codes.
 *
 * @throws {DataError} where tables or columns are missing, or ids or codes are malformed.
 */
export async function openMimic3(
  options: Mimic3Options,
  limits: SourceLimits,
): Promise<Source> {
  const tables = await findTables(options.directory);
  const ingest = await Ingest.open(Object.values(tables), limits);
  try {
    const { stage, ...codes } = await ingest.guard(() =>
      readCodes(ingest, {
        diagnoses: tables.DIAGNOSES_ICD,
        procedures: tables.PROCEDURES_ICD,
        diagnosisTitles: tables.D_ICD_DIAGNOSES,
        procedureTitles: tables.D_ICD_PROCEDURES,
      }, options)
    );
    const notes = new DischargeSummaries(ingest, tables.NOTEEVENTS);
    const synthetic = await exists(join(options.directory, SYNTHETIC_NOTICE));
    return {
      restricted: !synthetic,
      synthetic,
      noteBytes: tables.NOTEEVENTS.bytes,
      titled: tables.D_ICD_DIAGNOSES !== undefined || tables.D_ICD_PROCEDURES !== undefined,
      remarks: [],
      ...codes,
      notes: () => notes.read(),
      bytesRead: () => tables.NOTEEVENTS.bytes * ingest.database.fraction,
      finish: async () => ({
        sources: await ingest.finish(),
        stages: [notes.stage(), stage],
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
    const optional = table.startsWith("D_");
    return name === undefined && optional ? [] : [{ table, name: name ?? `${table}.csv` }];
  });
  const files = await openTables(wanted.map(({ table, name }) => ({
    path: join(directory, name),
    expected: { required: COLUMNS[table], delimiter: "," as const },
  })));
  return Object.fromEntries(wanted.map(({ table }, i) => [table, files[i]!])) as Tables;
}

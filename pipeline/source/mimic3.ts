/**
 * MIMIC-III v1.4: discharge summaries out of NOTEEVENTS, codes out of DIAGNOSES_ICD and
 * PROCEDURES_ICD, their titles out of the dictionaries where these are present.
 *
 * @module
 */
import { join } from "node:path";
import type { TitleOf } from "../codes/code.ts";
import { exists } from "../files/read.ts";
import { SYNTHETIC_NOTICE } from "../schema.ts";
import { Ingest } from "./ingest.ts";
import { readCodes } from "./mimic3_codes.ts";
import { DischargeSummaries } from "./mimic3_notes.ts";
import { openMimic3Tables } from "./mimic3_tables.ts";
import type { Source, SourceLimits } from "./source.ts";

/** How MIMIC-III's tables are read. */
export interface Mimic3Options {
  /** Folder of the CSVs, plain or gzipped. */
  readonly directory: string;
  /** Words for codes that MIMIC's own dictionaries lack, by kind and code without point. */
  readonly titles?: TitleOf | undefined;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
  /** Gives codes back the zeros that a spreadsheet took, instead of refusing its tables. */
  readonly repairZeros?: boolean | undefined;
}

/** Whether tables in MIMIC-III's layout say of themselves that they are made up. */
export function isMadeUp(directory: string): Promise<boolean> {
  return exists(join(directory, SYNTHETIC_NOTICE));
}

/**
 * Opens MIMIC-III's tables and reads the codes.
 *
 * @throws {DataError} where tables or columns are missing, or ids or codes are malformed.
 */
export async function openMimic3(
  options: Mimic3Options,
  limits: SourceLimits,
): Promise<Source> {
  const tables = await openMimic3Tables(options.directory);
  const ingest = await Ingest.open(Object.values(tables), limits);
  try {
    const { stage, ...codes } = await ingest.guard(() => readCodes(ingest, tables, options));
    const notes = new DischargeSummaries(ingest, tables.NOTEEVENTS, limits.part);
    const synthetic = await isMadeUp(options.directory);
    return {
      warnings: [],
      restricted: !synthetic,
      synthetic,
      noteBytes: tables.NOTEEVENTS.bytes,
      titled: tables.D_ICD_DIAGNOSES !== undefined || tables.D_ICD_PROCEDURES !== undefined,
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

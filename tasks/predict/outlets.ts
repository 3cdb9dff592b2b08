/**
 * Where `predict` puts what it finds: standard output, a table, a page, an audit log.
 *
 * @module
 */
import { conditionOptions, describeConditions } from "../../model/fhir/conditions.ts";
import { describePredictionForAudit } from "../../model/run/audit_entry.ts";
import type { Prediction } from "../../model/run/predict.ts";
import type { RestoredModel } from "../../model/run/restore.ts";
import type { Run } from "../../model/run/run.ts";
import { openAuditLog } from "../../pipeline/files/audit_log.ts";
import type { ResumableLines } from "../../pipeline/files/resumable_lines.ts";
import { requireFilePlace } from "../../pipeline/files/write.ts";
import type { ParquetCell, ParquetColumns } from "../../pipeline/source/write_parquet.ts";
import { counted } from "../cli/format.ts";
import { CHUNK_NOTES } from "../cli/note_chunks.ts";
import { print, say } from "../cli/print.ts";
import type { CodedNote } from "../report/note_page.ts";
import { formatPrediction, withWords } from "../report/prediction.ts";
import { restrictedNote } from "../report/restricted.ts";
import { writeNotePage } from "../report/write_note_page.ts";
import type { PredictFlags } from "./flags.ts";
import type { GivenNote } from "./read_input.ts";

/** What takes predictions, one after the other. */
export interface Outlet {
  put(note: GivenNote, prediction: Prediction): Promise<void> | void;
  /** When all are there. */
  finish?(): Promise<void>;
}

/** What the outlets know of the predictions. */
export interface OutletContext {
  readonly run: Run;
  readonly restored: Pick<RestoredModel, "sha256">;
  /** A file that lines of JSON go to instead of being printed. */
  readonly lines: ResumableLines | undefined;
}

/**
 * The outlets that the command line asks for; what is printed comes last, when all else is kept.
 *
 * @throws {IntegrityError} where the audit log is not as it was written.
 * @throws {LockedError} while another process writes to it.
 */
export async function openOutlets(flags: PredictFlags, context: OutletContext): Promise<Outlet[]> {
  const outlets: Outlet[] = [];
  if (flags.auditLog !== undefined) outlets.push(await auditOutlet(flags.auditLog, flags, context));
  if (flags.parquet !== undefined) outlets.push(await tableOutlet(flags.parquet, context));
  const { lines } = context;
  if (lines) outlets.push(linesOutlet(lines, context));
  else outlets.push(flags.fhir ? fhirOutlet(flags, context) : textOutlet(flags, context));
  const page = flags.html === undefined ? [] : [await pageOutlet(flags.html, context)];
  return [...page, ...outlets.map((outlet) => withFewerWords(outlet, flags.words))];
}

/** An outlet that is given at most so many words for each code. */
function withFewerWords(outlet: Outlet, words: number): Outlet {
  return {
    put: (note, prediction) => outlet.put(note, withWords(prediction, words)),
    finish: () => outlet.finish?.() ?? Promise.resolve(),
  };
}

/** A page of all notes with all words. */
async function pageOutlet(path: string, { run }: OutletContext): Promise<Outlet> {
  await requireFilePlace(path, "<!DOCTYPE html>");
  const coded: CodedNote[] = [];
  return {
    put: (note, prediction) => void coded.push({ note, prediction }),
    async finish() {
      await writeNotePage(path, coded, run);
      const notes = counted(coded.length, "note");
      say(`${path} holds the text of ${notes}, and is yours alone to read`);
    },
  };
}

function textOutlet({ json }: PredictFlags, context: OutletContext): Outlet {
  return {
    put(_note, prediction) {
      print(json ? formatLine(prediction, context) : formatPrediction(prediction));
    },
  };
}

/** A prediction as JSON. */
function formatLine(
  prediction: Prediction,
  { run: { dataset: { restricted } } }: OutletContext,
): string {
  return JSON.stringify(restricted ? { ...prediction, restricted } : prediction);
}

/** A file of lines, which grows by a chunk of notes at a time. */
function linesOutlet(file: ResumableLines, context: OutletContext): Outlet {
  let lines: string[] = [];
  const store = async () => {
    await file.append(lines);
    lines = [];
  };
  return {
    async put(_note, prediction) {
      lines.push(formatLine(prediction, context));
      if (lines.length === CHUNK_NOTES) await store();
    },
    async finish() {
      await store();
      await file.finish();
    },
  };
}

function fhirOutlet({ task, codeSystem }: PredictFlags, { run }: OutletContext): Outlet {
  const options = conditionOptions(run, task ?? run.config.target, codeSystem);
  return {
    put({ reference, subject }, prediction) {
      print(JSON.stringify(describeConditions(prediction, { reference, subject }, options)));
    },
  };
}

async function auditOutlet(
  path: string,
  { task }: PredictFlags,
  { run, restored }: OutletContext,
): Promise<Outlet> {
  const log = await openAuditLog(path);
  const model = { run, weights: restored.sha256, task: task ?? run.config.target };
  return {
    put: (note, prediction) =>
      log.append(describePredictionForAudit(note, prediction, model, new Date())),
    finish: async () => await log[Symbol.asyncDispose](),
  };
}

/** Columns of the table. */
const COLUMNS: ParquetColumns = {
  id: "VARCHAR",
  rank: "INTEGER",
  code: "VARCHAR",
  title: "VARCHAR",
  probability: "DOUBLE",
  assigned: "BOOLEAN",
  threshold: "DOUBLE",
};

async function tableOutlet(
  path: string,
  { run: { dataset } }: OutletContext,
): Promise<Outlet> {
  await requireFilePlace(path, "PAR1"); // found out now rather than when all is done
  const rows: ParquetCell[][] = [];
  return {
    put(_note, { id, threshold, codes }) {
      codes.forEach(({ code, title, probability, assigned }, at) => {
        rows.push([id, at + 1, code, title, probability, assigned, threshold]);
      });
    },
    async finish() {
      // DuckDB is loaded where it is needed alone.
      const { writeParquet } = await import("../../pipeline/source/write_parquet.ts");
      await writeParquet(
        path,
        COLUMNS,
        rows,
        dataset.restricted ? restrictedNote(dataset) : undefined,
      );
    },
  };
}

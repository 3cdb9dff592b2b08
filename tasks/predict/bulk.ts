/**
 * Many notes: a part of them for each of several processes, and a file of their codes that an interrupted
 * process is gone on with.
 *
 * @module
 */
import type { Engine } from "../../model/engine/engine.ts";
import type { RestoredModel } from "../../model/run/restore.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { hashFile, sha256 } from "../../pipeline/files/checksum.ts";
import { ResumableLines } from "../../pipeline/files/resumable_lines.ts";
import { sourcesDigest } from "../../pipeline/files/sources_digest.ts";
import type { InputPart } from "../../pipeline/source/part.ts";
import { CHUNK_NOTES, EVERY_NOTE, type NoteRange } from "../cli/note_chunks.ts";
import type { PredictFlags } from "./flags.ts";
import { countNotes, isTable } from "./read_input.ts";

/** What decides the codes of notes beside the command line and the notes. */
export interface BulkContext {
  readonly restored: Pick<RestoredModel, "sha256">;
  readonly engine: Pick<Engine, "name">;
  /** What the run has learned of its scores. */
  readonly learned: unknown;
}

/** Which notes are to be coded. */
export interface Bulk extends Disposable {
  readonly range: NoteRange;
  /** Where their codes go; undefined where that is no file of lines. */
  readonly lines: ResumableLines | undefined;
}

/**
 * The notes of a part of an input: as many chunks of notes as the others have, in a row. Notes are then
 * computed beside the same notes in any number of parts, and come to the same numbers; the parts' lines,
 * one part behind the other, are those of all notes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(rangeOfPart({ number: 2, of: 2 }, 200), { from: 128, to: 200 });
 * ```
 */
export function rangeOfPart({ number, of }: InputPart, notes: number): NoteRange {
  const chunks = Math.ceil(notes / CHUNK_NOTES);
  const start = (part: number) => Math.min(notes, Math.floor(chunks * part / of) * CHUNK_NOTES);
  return { from: start(number - 1), to: start(number) };
}

/**
 * What the command line says of many notes; without a word of it all of them.
 *
 * @throws {UsageError} where the notes cannot be counted, or the codes cannot go to a file of lines.
 * @throws {LockedError} where another process makes the same file.
 */
export async function openBulk(
  file: string,
  flags: PredictFlags,
  context: BulkContext,
): Promise<Bulk> {
  const { part, out, force = false } = flags;
  if (part === undefined && out === undefined) {
    return { range: EVERY_NOTE, lines: undefined, [Symbol.dispose]: () => {} };
  }
  refuseOthers(file, flags);
  const notes = await countNotes(file);
  const range = part ? rangeOfPart(part, notes) : { from: 0, to: notes };
  const lines = out === undefined ? undefined : await ResumableLines.open(out, {
    facts: { ...await describeWork(file, flags, context), range },
    factsOf: "notes, run and options",
    together: CHUNK_NOTES,
    replace: force,
  });
  return {
    range: { from: range.from + (lines?.done ?? 0), to: range.to },
    lines,
    [Symbol.dispose]: () => lines?.[Symbol.dispose](),
  };
}

function refuseOthers(file: string, flags: PredictFlags): void {
  const { jsonl, fhir, out, html, parquet, auditLog } = flags;
  const option = out === undefined ? "--part" : "--out";
  const others = out === undefined ? { fhir } : { fhir, html, parquet, "audit-log": auditLog };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) {
    throw new UsageError(`reading options: --${other} does not go with ${option}; see --help`);
  }
  if (file !== "-" && (jsonl || isTable(file))) return;
  throw new UsageError(
    `reading options: ${option} is for notes that can be counted; expected a file with --jsonl, or a ` +
      ".parquet; name one",
  );
}

/** All that the codes follow from, so that a draft of others is not gone on with. */
async function describeWork(
  file: string,
  { top, words, by, threshold, calibration, task }: PredictFlags,
  { restored, engine, learned }: BulkContext,
) {
  return {
    notes: await hashFile(file),
    weights: restored.sha256,
    learned: sha256(JSON.stringify(learned ?? null)),
    engine: engine.name,
    deno: Deno.version.deno,
    program: await sourcesDigest(["model", "pipeline"]),
    options: { top, words, by, threshold, calibration, task },
  };
}

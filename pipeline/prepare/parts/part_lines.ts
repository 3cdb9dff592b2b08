/**
 * Lines of a part's files: a note but for its text in `notes.jsonl`, a document's codes in
 * `assignments.jsonl`.
 *
 * @module
 */
import * as v from "valibot";
import { natural } from "../../files/field_schemas.ts";
import { SPLITS } from "../../schema.ts";
import type { NoteKey } from "../documents.ts";

/** A note of a part. */
export interface PartNote {
  readonly key: NoteKey;
  /** How many tokens it has. */
  readonly length: number;
}

/** The codes of a document. */
export interface PartAssignment {
  /** As the labels have it. */
  readonly id: string;
  /** Its patient, where the codes' table knows it. */
  readonly patient: string | undefined;
  /** Their numbers among the part's codes: distinct, ascending. */
  readonly codes: Int32Array;
}

const noteSchema = v.strictObject({
  document: v.nullable(v.string()),
  patient: v.string(),
  rank: v.number(),
  row: v.number(),
  split: v.optional(v.picklist(SPLITS)),
  textHash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/))),
  tokens: natural,
});

const assignmentSchema = v.strictObject({
  id: v.string(),
  patient: v.optional(v.string()),
  codes: v.array(natural),
});

/** A line of `notes.jsonl`. */
export function formatPartNote({ key, length }: PartNote): string {
  const { document, patient, rank, row, split, textHash } = key;
  const hash = textHash?.toString(16);
  const line = { document, patient, rank, row, split, textHash: hash, tokens: length };
  return `${JSON.stringify(line)}\n`;
}

/** What {@linkcode formatPartNote} wrote. Throws what a parser throws. */
export function parsePartNote(line: string): PartNote {
  const { tokens, textHash, ...key } = v.parse(noteSchema, JSON.parse(line));
  const hash = textHash === undefined ? undefined : BigInt(`0x${textHash}`);
  return { key: { ...key, textHash: hash }, length: tokens };
}

/** A line of `assignments.jsonl`. */
export function formatPartAssignment({ id, patient, codes }: PartAssignment): string {
  return `${JSON.stringify({ id, patient, codes: [...codes] })}\n`;
}

/** What {@linkcode formatPartAssignment} wrote. Throws what a parser throws. */
export function parsePartAssignment(line: string): PartAssignment {
  const { id, patient, codes } = v.parse(assignmentSchema, JSON.parse(line));
  return { id, patient, codes: Int32Array.from(codes) };
}

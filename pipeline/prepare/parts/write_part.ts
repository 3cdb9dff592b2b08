/**
 * Writes a part of an input: its notes as tokens, and all that is needed to make datasets of the parts
 * together. The same part of the same input gives the same bytes.
 *
 * @module
 */
import { join } from "node:path";
import { formatVocabulary } from "../../dataset/lists.ts";
import { writeDigested, writePieces } from "../../files/checksum.ts";
import { sourcesDigest } from "../../files/sources_digest.ts";
import { writeAtomic } from "../../files/write.ts";
import { compareCodeUnits } from "../../order.ts";
import type { Meter } from "../../progress.ts";
import { isInPart } from "../../source/part.ts";
import type { SentenceText } from "../../text/stored_texts.ts";
import type { NoteKey } from "../documents.ts";
import type { CodedInput } from "../input.ts";
import type { NotesRead } from "../tokenise_notes.ts";
import type { Rules } from "../rules.ts";
import { formatPartAssignment, formatPartNote } from "./part_lines.ts";
import { formatPartRecord, PART_FILE, PART_FILES, type PartRecord } from "./part_record.ts";
import { formatPartCodes, formatPartRules } from "./part_rules.ts";

/** What a part is made of. */
export interface PartContent {
  readonly input: CodedInput;
  readonly rules: Rules;
  readonly notes: NotesRead;
  /** The notes by number. */
  readonly keys: readonly NoteKey[];
  /** The record's part that does not follow from the rest. */
  readonly facts: Pick<
    PartRecord,
    "part" | "restricted" | "options" | "maxUncovered" | "allowLoss"
  >;
}

/**
 * Writes the files of a part into a folder, `part.json` last.
 *
 * @param begin begins the writing of so many bytes of tokens.
 * @throws {ResourceError} where something cannot be stored.
 */
export async function writePart(
  directory: string,
  { input, rules, notes, keys, facts }: PartContent,
  begin: (bytes: number) => Meter,
): Promise<PartRecord> {
  const { texts, sources, stages } = notes;
  const order = orderNotes(keys);
  const terms = texts.terms.toSorted();
  const { sentences } = texts.encode(terms);
  const lines = order.values().map((note) =>
    formatPartNote({ key: keys[note]!, length: texts.length(note) })
  );
  const tokens = order.reduce((sum, note) => sum + texts.length(note), 0);
  const meter = begin(tokens * Int32Array.BYTES_PER_ELEMENT);
  const { source, grouping, files: categoryFiles } = input;
  const files = [
    await writeDigested(directory, PART_FILES.codes, formatPartCodes({ ...source, grouping })),
    await writeDigested(directory, PART_FILES.rules, formatPartRules(rules)),
    await writePieces(directory, PART_FILES.assignments, encode(assignmentLines(input, facts))),
    await writePieces(directory, PART_FILES.notes, encode(lines)),
    await writeDigested(directory, PART_FILES.terms, formatVocabulary(terms)),
    await writePieces(directory, PART_FILES.tokens, storedTokens(order, sentences, meter)),
  ];
  const record: PartRecord = {
    ...facts,
    deno: Deno.version.deno,
    program: await sourcesDigest(["pipeline"]),
    synthetic: source.synthetic,
    sources,
    categoryFiles,
    stages,
    files,
  };
  await writeAtomic(join(directory, PART_FILE), formatPartRecord(record));
  meter.end(`${tokens} tokens, ${terms.length} terms`);
  return record;
}

/** Numbers of notes in an order that does not depend on the one in which they came. */
function orderNotes(keys: readonly NoteKey[]): number[] {
  return [...keys.keys()].sort((one, other) => {
    const [a, b] = [keys[one]!, keys[other]!];
    return Number(a.document === null) - Number(b.document === null) ||
      compareCodeUnits(a.document ?? a.patient, b.document ?? b.patient) ||
      a.rank - b.rank || a.row - b.row;
  });
}

/** The codes of the documents in a part: by their patient or, where it is not known, by their id. */
function assignmentLines(
  { source: { assignments, patients } }: CodedInput,
  { part }: PartContent["facts"],
): Iterable<string> {
  const own = [...assignments.keys()].filter((id) => isInPart(part, patients.get(id) ?? id));
  return own.sort(compareCodeUnits).values().map((id) =>
    formatPartAssignment({ id, patient: patients.get(id), codes: assignments.get(id)! })
  );
}

function encode(lines: Iterable<string>): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  return Iterator.from(lines).map((line) => encoder.encode(line));
}

/** Tokens as they are stored, note by note. */
function* storedTokens(
  order: readonly number[],
  sentences: (note: number) => SentenceText,
  meter: Meter,
): Generator<Uint8Array> {
  let written = 0;
  for (const note of order) {
    const { tokens, starts } = sentences(note);
    for (const start of starts) tokens[start] = ~tokens[start]!;
    yield new Uint8Array(tokens.buffer);
    meter.reach(written += tokens.byteLength);
  }
}

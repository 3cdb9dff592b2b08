/**
 * Finds the notes of labels whose ids are written in another form: as floats, without their zeros, in
 * another case, as the name of a file, as a UUID in braces.
 *
 * @module
 */
import { distinctAscending } from "../order.ts";
import { wholeNumber } from "../source/whole_number.ts";

/** Codes by the ids of notes. */
export interface MatchedLabels {
  /** Note's id, or the labels' where they have no note → codes: distinct, ascending. */
  readonly assignments: ReadonlyMap<string, Int32Array>;
  /** The labels' id → the note's, where they are not equal. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * Gives labels the ids of their notes. An id that no note has is that of a note in another form only
 * where one note and one id of labels can be meant.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const labels = new Map([["7.0", Int32Array.of(1)], ["B", Int32Array.of(2)]]);
 * const { assignments } = matchLabels(new Set(["007", "b"]), labels);
 * assert.deepEqual([...assignments.keys()], ["007", "b"]);
 * ```
 */
export function matchLabels(
  notes: ReadonlySet<string>,
  labels: ReadonlyMap<string, Int32Array>,
): MatchedLabels {
  const others = findOthers(notes, labels);
  if (others.size === 0) return { assignments: labels, others };
  const assignments = new Map<string, Int32Array>();
  for (const [id, codes] of labels) {
    const note = others.get(id) ?? id;
    const more = assignments.get(note);
    assignments.set(note, more ? distinctAscending([...more, ...codes]) : codes);
  }
  return { assignments, others };
}

function findOthers(
  notes: ReadonlySet<string>,
  labels: ReadonlyMap<string, Int32Array>,
): Map<string, string> {
  const others = new Map<string, string>();
  if (labels.keys().every((id) => notes.has(id))) return others;
  const notesOf = Map.groupBy(notes, foldId);
  for (const [folded, ids] of Map.groupBy(labels.keys(), foldId)) {
    const meant = notesOf.get(folded) ?? [];
    const [note] = meant;
    if (note === undefined || meant.length > 1 || new Set(ids.map(withoutFloat)).size > 1) continue;
    for (const id of ids) if (id !== note) others.set(id, note);
  }
  return others;
}

/** What ids of one note, or of one patient, have in common. */
export function foldId(id: string): string {
  const plain = id.normalize("NFKC").toLowerCase().replace(/\s+/g, " ")
    .replace(/^(?:.*[/\\])?([^/\\]+)\.(?:txt|ann|xml|json|html?)$/, "$1");
  const sign = /^-(?=\d)/.test(plain) ? "-" : "";
  const digits = plain.slice(sign.length);
  const number = wholeNumber(
    /^\d{1,3}(?:,\d{3})+$/.test(digits) ? digits.replaceAll(",", "") : digits,
  );
  if (number !== undefined) return sign + number.replace(/^0+(?=\d)/, "");
  const bare = plain.replace(/^urn:uuid:|[{}-]/g, "");
  return /^[\da-f]{32}$/.test(bare) ? bare : plain;
}

function withoutFloat(id: string): string {
  return wholeNumber(id) ?? id;
}

/**
 * Finds the notes of labels whose ids are written in another form: as floats, without their zeros, in
 * another case.
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

/** What ids of one note have in common. */
function foldId(id: string): string {
  const number = wholeNumber(id);
  if (number !== undefined) return number.replace(/^0+(?=\d)/, "");
  return id.normalize("NFKC").toLowerCase().replace(/\.txt$/, "").replace(/\s+/g, " ");
}

function withoutFloat(id: string): string {
  return wholeNumber(id) ?? id;
}

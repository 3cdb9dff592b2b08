/**
 * From notes to documents: the parts of one admission in their order, the admissions that have codes.
 *
 * @module
 */
import { DataError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { compareCodeUnits } from "../order.ts";
import type { DocumentKey, Split } from "../schema.ts";
import type { SourceNote } from "../source/source.ts";
import { StageCounter } from "../stage_counter.ts";

/** A document, its text as the notes that it is joined from. */
export interface Document extends DocumentKey {
  /** Numbers of its notes, in the order in which they are joined. */
  readonly notes: readonly number[];
  /** Its codes: distinct, ascending indices into the source's. */
  readonly codes: Int32Array;
  /** The split that the corpus gives it. */
  readonly split: Split | undefined;
}

/** What is noted of documents of which there are several. */
export const SAME_TEXT = "with the very text of an earlier document";

/** A note but for its text. */
export type NoteKey = Omit<SourceNote, "text">;

interface Part {
  readonly note: number;
  readonly rank: number;
  readonly row: number;
  readonly textHash: bigint | undefined;
}

/** A note for word vectors alone. */
interface FurtherNote extends Part {
  readonly id: string;
}

/** Documents and the rest, in an order that does not depend on the one in which notes came. */
export interface Gathering {
  /** Documents with codes and text, by id. */
  readonly documents: Document[];
  /** Notes of the others, by document. */
  readonly uncoded: number[];
  /** Notes that are for word vectors alone, by file and id. */
  readonly further: number[];
  /** Why an id of the tables is no document: id → reason. */
  readonly absences: ReadonlyMap<string, string>;
  readonly stage: Stage;
}

interface Gathered extends DocumentKey {
  readonly split: Split | undefined;
  readonly parts: Part[];
}

/** Gathers notes, in any order, into documents. */
export class DocumentGatherer {
  readonly #gathered = new Map<string, Gathered>();
  readonly #further: FurtherNote[] = [];

  /**
   * Takes note number `note`.
   *
   * @throws {DataError} where its document was another patient's so far.
   */
  add({ document, patient, rank, row, split, textHash }: NoteKey, note: number): void {
    const part = { note, rank, row, textHash };
    if (document === null) return void this.#further.push({ ...part, id: patient });
    const gathered = this.#gathered.get(document) ?? { id: document, patient, split, parts: [] };
    this.#gathered.set(document, gathered);
    checkPatient(document, gathered.patient, patient);
    gathered.parts.push(part);
  }

  /** Ids of all documents so far. */
  get ids(): ReadonlySet<string> {
    return new Set(this.#gathered.keys());
  }

  /**
   * Joins what was gathered.
   *
   * @param assignments document → codes.
   * @param patients document → patient, where the codes' table knows it.
   * @param length tokens of a note.
   */
  gather(
    assignments: ReadonlyMap<string, Int32Array>,
    patients: ReadonlyMap<string, string>,
    length: (note: number) => number,
  ): Gathering {
    const counter = new StageCounter();
    const documents: Document[] = [];
    const uncoded: number[] = [];
    const absences = new Map<string, string>();
    const exclude = (id: string, reason: string) => {
      counter.exclude(reason);
      absences.set(id, reason);
    };
    const texts: (readonly Part[])[] = []; // of documents
    const gathered = [...this.#gathered.values()].sort((a, b) => compareCodeUnits(a.id, b.id));
    for (const { id, patient, split, parts } of gathered) {
      checkPatient(id, patients.get(id) ?? patient, patient);
      const ordered = orderParts(parts, counter);
      const notes = ordered.map(({ note }) => note);
      const codes = assignments.get(id);
      if (!codes) {
        exclude(id, "without codes");
        uncoded.push(...notes);
      } else if (notes.every((note) => length(note) === 0)) {
        exclude(id, "without a token");
      } else {
        if (notes.length > 1) counter.note("joined from several notes");
        texts.push(ordered);
        documents.push({ id, patient, split, notes, codes });
      }
    }
    for (const id of assignments.keys()) {
      if (this.#gathered.has(id)) continue;
      counter.note("coded, but without a note");
      absences.set(id, "without a note");
    }
    counter.note(SAME_TEXT, countCopies(texts));
    return {
      documents,
      uncoded,
      further: this.#further.toSorted(byFile).map(({ note }) => note),
      absences,
      stage: counter.stage("documents", this.#gathered.size, documents.length),
    };
  }
}

/** A document's notes in order; those that say the same again are left out, and counted. */
function orderParts(parts: readonly Part[], counter: StageCounter): Part[] {
  const distinct = distinctTexts(parts.toSorted(byPlace));
  counter.note("the same note under another ROW_ID, read once", parts.length - distinct.length);
  return distinct;
}

/** How many texts of documents are those of an earlier one. */
function countCopies(texts: readonly (readonly Part[])[]): number {
  const known = texts.map((parts) => parts.map(({ textHash }) => textHash))
    .filter((hashes) => !hashes.includes(undefined)).map((hashes) => hashes.join());
  return known.length - new Set(known).size;
}

/** Parts in order, without those whose text an earlier one has. */
function distinctTexts(parts: readonly Part[]): Part[] {
  const seen = new Set<bigint>();
  return parts.filter(({ textHash }) => {
    if (textHash === undefined) return true;
    const repeated = seen.has(textHash);
    seen.add(textHash);
    return !repeated;
  });
}

function byPlace(a: Part, b: Part): number {
  return a.rank - b.rank || a.row - b.row;
}

function byFile(a: FurtherNote, b: FurtherNote): number {
  return a.rank - b.rank || compareCodeUnits(a.id, b.id);
}

function checkPatient(document: string, one: string, other: string): void {
  if (one === other) return;
  throw new DataError(
    `joining notes: document ${shown(document)} belongs to the patients ${shown(one)} and ` +
      `${shown(other)}; ` +
      "expected one patient a document; correct the tables",
  );
}

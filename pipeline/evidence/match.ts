/**
 * Annotations as runs of a dataset's tokens, by document and label.
 *
 * @module
 */
import type { Documents } from "../dataset/documents.ts";
import { IntegrityError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { UNKNOWN } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";
import type { Token, TokenSpan } from "../text/tokens.ts";
import { encodeText, indexVocabulary } from "../text/vocabulary.ts";
import type { Annotation } from "./annotation.ts";
import type { DocumentNote, NotesByDocument } from "./notes.ts";
import { spansOf } from "./token_spans.ts";

/** A label of a document, and the tokens that were marked for it. */
export interface MarkedLabel {
  readonly row: number;
  readonly label: number;
  /** Distinct, rising; one at least. */
  readonly spans: readonly TokenSpan[];
}

/** What annotations say of documents. */
export interface Matched {
  /** Sorted by row; of a row in the order of their annotations. */
  readonly marked: readonly MarkedLabel[];
  /** Annotations that were read, and why some were left out. */
  readonly stage: Stage;
}

/** The documents that annotations are held against. */
export interface Annotated {
  readonly documents: Documents;
  /** The documents' ids; an id's place is its row. */
  readonly ids: readonly string[];
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
  readonly notes: NotesByDocument;
  /** Index of a code as it is written in annotations; undefined where it is no label. */
  readonly labelOf: (code: string) => number | undefined;
}

/**
 * Matches annotations with documents, and counts why some are left out.
 *
 * @throws {IntegrityError} where the notes are not those that the documents were made of.
 * @throws {DataError} where an annotation ends beyond its note.
 */
export function matchAnnotations(
  annotations: readonly Annotation[],
  annotated: Annotated,
): Matched {
  const counter = new StageCounter();
  let kept = 0;
  const { documents, ids, vocabulary, notes, labelOf } = annotated;
  const index = indexVocabulary(vocabulary);
  const byDocument = Map.groupBy(annotations, ({ document }) => document);
  const marked = ids.flatMap((id, row) => {
    const own = byDocument.get(id);
    byDocument.delete(id);
    if (!own) return [];
    const places = placeNotes(notes.get(id) ?? [], index);
    requireTokens(
      id,
      places,
      documents.tokens(row).map((token) => token < vocabulary.length ? token : UNKNOWN),
    );
    const found = own.flatMap((annotation) => matchOne(annotation, places, labelOf, counter));
    kept += found.length;
    return mergeByLabel(row, found);
  });
  const elsewhere = byDocument.values().reduce((sum, { length }) => sum + length, 0);
  counter.exclude("of a document that is not in these splits", elsewhere);
  return { marked, stage: counter.stage("annotations", annotations.length, kept) };
}

/** A note, and where its tokens stand in its document. */
interface PlacedNote extends DocumentNote {
  readonly tokens: readonly Token[];
  readonly ids: Int32Array;
  /** Tokens of the notes before it. */
  readonly offset: number;
}

function placeNotes(
  notes: readonly DocumentNote[],
  index: ReadonlyMap<string, number>,
): PlacedNote[] {
  let offset = 0;
  return notes.map((note) => {
    const { ids, tokens } = encodeText(note.text, index);
    const placed = { ...note, tokens, ids, offset };
    offset += ids.length;
    return placed;
  });
}

function requireTokens(id: string, notes: readonly PlacedNote[], expected: Int32Array): void {
  const found = notes.flatMap(({ ids }) => Array.from(ids));
  if (found.length === expected.length && found.every((token, at) => token === expected[at])) {
    return;
  }
  throw new IntegrityError(
    `reading the notes of document ${shown(id)}: ` +
      (notes.length === 0 ? "there are none" : "they have other words than the dataset") +
      "; expected the notes that the dataset was made of; name them with --notes",
  );
}

/** An annotation's label and the runs of the document's tokens; none where it is left out. */
function matchOne(
  annotation: Annotation,
  notes: readonly PlacedNote[],
  labelOf: Annotated["labelOf"],
  counter: StageCounter,
): { label: number; spans: TokenSpan[] }[] {
  const { code, note: row } = annotation;
  const note = row === undefined ? notes[0] : notes.find((note) => note.row === row);
  if (!note) return exclude(counter, "in a note that the documents leave out");
  const label = labelOf(code);
  const spans = spansOf(annotation, note.text, note.tokens);
  if (label === undefined) return exclude(counter, "of a code that is no label");
  if (spans.length === 0) return exclude(counter, "without a token");
  const { offset } = note;
  return [{
    label,
    spans: spans.map(({ first, end }) => ({ first: first + offset, end: end + offset })),
  }];
}

function exclude(counter: StageCounter, reason: string): [] {
  counter.exclude(reason);
  return [];
}

function mergeByLabel(
  row: number,
  marked: readonly { readonly label: number; readonly spans: readonly TokenSpan[] }[],
): MarkedLabel[] {
  const byLabel = Map.groupBy(marked, ({ label }) => label);
  return [...byLabel].map(([label, parts]) => {
    const spans = parts.flatMap((part) => part.spans);
    const distinct = new Map(spans.map((span) => [`${span.first} ${span.end}`, span]));
    const rising = [...distinct.values()].sort((a, b) => a.first - b.first || a.end - b.end);
    return { row, label, spans: rising };
  });
}

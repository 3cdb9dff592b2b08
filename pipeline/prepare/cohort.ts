/**
 * Which documents a label set has, and in which split: where each document belongs, and which of them
 * carry one of its codes.
 *
 * @module
 */
import { DataError, IntegrityError, shown } from "../errors.ts";
import type { IdLists, PublishedLists } from "../lists/id_lists.ts";
import type { ShippedSplit } from "../lists/shipped.ts";
import type { Stage } from "../manifest.ts";
import type { Split } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";
import type { Document } from "./documents.ts";
import { countLists } from "./list_stages.ts";
import { checkPatients, splitByLists, splitByPatient, type SplitShares } from "./splits.ts";

/** A document in its split. */
export interface PlacedDocument extends Document {
  /** Where its patient is. */
  readonly split: Split;
}

/** Who decides a document's split. */
export type SplitRule =
  | { readonly method: "patient"; readonly shares: SplitShares; readonly seed: number }
  | { readonly method: "given" }
  | PublishedLists & { readonly method: "published" | ShippedSplit };

/** Documents and where they belong, before the labels are chosen. */
export interface Placement {
  readonly documents: readonly Document[];
  /** The split of each; null where no list has it. */
  readonly splits: readonly (Split | null)[];
  /** The lists that decided, where lists did. */
  readonly lists: IdLists | undefined;
}

/** The codes that a label set is about. */
export interface ChosenCodes {
  /** Their numbers in the source. */
  readonly codes: readonly number[];
  /** What they are, behind "without any of the": `50 codes`. */
  readonly title: string;
}

/** The documents of a label set. */
export interface Cohort {
  /** In the order of the documents given, each in its split. */
  readonly documents: readonly PlacedDocument[];
  /** Where lists decided, one of each list's ids; then one of the documents. */
  readonly stages: readonly Stage[];
}

/**
 * Places every document.
 *
 * @throws {IntegrityError} where a patient is in two splits.
 * @throws {DataError} where a split is not given for all.
 */
export function placeDocuments(documents: readonly Document[], rule: SplitRule): Placement {
  if (rule.method === "patient") {
    return {
      documents,
      splits: splitByPatient(documents, rule.shares, rule.seed),
      lists: undefined,
    };
  }
  if (rule.method === "given") return placeAsGiven(documents);
  return { documents, splits: splitByLists(documents, rule.full), lists: rule.full };
}

/**
 * Places the documents of a smaller label set: where the full one has them or, by lists of its own, out
 * of all documents.
 *
 * @throws {IntegrityError} where its lists contradict the full ones.
 */
export function placeSmaller(
  all: readonly Document[],
  full: Cohort,
  own: IdLists | undefined,
): Placement {
  if (!own) {
    const splits = full.documents.map(({ split }) => split);
    return { documents: full.documents, splits, lists: undefined };
  }
  const splits = splitByLists(all, own);
  checkSameSplits(all, splits, full);
  return { documents: all, splits, lists: own };
}

/** The documents that are in a split. */
export function placedOf({ documents, splits }: Placement): PlacedDocument[] {
  return documents.flatMap((document, i) => {
    const split = splits[i];
    return split ? [{ ...document, split }] : [];
  });
}

/**
 * Chooses the documents in a split that carry one of the codes.
 *
 * @param absences why an id stands for no document: id → reason.
 * @throws {DataError} where nothing is left to train on.
 */
export function selectDocuments(
  labelSet: string,
  placement: Placement,
  { codes, title }: ChosenCodes,
  absences: ReadonlyMap<string, string>,
): Cohort {
  const wanted = new Set(codes);
  const placed = placedOf(placement);
  const documents = placed.filter((document) => document.codes.some((code) => wanted.has(code)));
  const { length } = placement.documents;
  if (!documents.some(({ split }) => split === "train")) {
    throw new DataError(
      `splitting the ${labelSet} label set: none of ${length} documents is left to train on; ` +
        "expected some; check that notes, codes and splits belong together",
    );
  }
  const without = `without any of the ${title}`;
  const counter = new StageCounter();
  counter.exclude("on no published list", length - placed.length);
  counter.exclude(without, placed.length - documents.length);
  const present = new Set(placed.map(({ id }) => id));
  const reasonOf = (id: string) => present.has(id) ? without : absences.get(id) ?? "in no table";
  return {
    documents,
    stages: [
      ...countLists(labelSet, placement.lists, new Set(documents.map(({ id }) => id)), reasonOf),
      counter.stage(`documents of ${labelSet}`, length, documents.length),
    ],
  };
}

function placeAsGiven(documents: readonly Document[]): Placement {
  const without = documents.filter(({ split }) => split === undefined);
  if (without.length > 0) {
    throw new DataError(
      `splitting as given: ${without.length} of ${documents.length} documents have no split, ` +
        `such as ${shown(without[0]!.id)}; expected train, dev or test for each; complete the ` +
        "split column, or name every file's split",
    );
  }
  const splits = documents.map(({ split }) => split!);
  checkPatients(documents, splits);
  return { documents, splits, lists: undefined };
}

/** Neither a document nor a patient may be in one split by the full lists and in another by these. */
function checkSameSplits(
  documents: readonly Document[],
  splits: readonly (Split | null)[],
  full: Cohort,
): void {
  const splitOf = new Map(full.documents.map(({ id, split }) => [id, split]));
  documents.forEach(({ id }, i) => {
    const other = splits[i] && splitOf.get(id);
    if (!other || other === splits[i]) return;
    throw new IntegrityError(
      `splitting by published lists: id ${shown(id)} is in ${other} of the full lists and in ` +
        `${splits[i]} of the others; expected one split; fetch the lists again`,
    );
  });
  checkPatients(documents, documents.map(({ id }, i) => splits[i] ?? splitOf.get(id) ?? null));
}

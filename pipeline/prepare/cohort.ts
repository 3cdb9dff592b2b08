/**
 * Which documents a label set has, and in which split: all of them, or those that carry one of the
 * most frequent codes.
 *
 * @module
 */
import { DataError, IntegrityError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { type Split, SPLITS } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";
import type { Document } from "./documents.ts";
import {
  checkPatients,
  type IdLists,
  splitByLists,
  splitByPatient,
  type SplitShares,
} from "./splits.ts";

/** A document in its split. */
export interface PlacedDocument extends Document {
  /** Where its patient is. */
  readonly split: Split;
}

/** Who decides a document's split. */
export type SplitRule =
  | { readonly method: "patient"; readonly shares: SplitShares; readonly seed: number }
  | { readonly method: "given" }
  | { readonly method: "published"; readonly full: IdLists; readonly top: IdLists | undefined };

/** The documents of a label set. */
export interface Cohort {
  /** In the order of the documents given, each in its split. */
  readonly documents: readonly PlacedDocument[];
  readonly stage: Stage;
}

/**
 * Places every document.
 *
 * @throws {IntegrityError} where a patient is in two splits.
 * @throws {DataError} where a split is not given for all, or nothing is left to train on.
 */
export function placeDocuments(documents: readonly Document[], rule: SplitRule): Cohort {
  const counter = new StageCounter();
  const splits = splitsOf(documents, rule, counter);
  return cohortOf("full", documents, splits, counter);
}

/**
 * Chooses the documents that carry one of the codes `chosen`: out of the full label set, or, by
 * published lists of this label set's own, out of all documents.
 *
 * @throws {IntegrityError} where its lists contradict the full ones.
 * @throws {DataError} where nothing is left to train on.
 */
export function selectDocuments(
  labelSet: string,
  all: readonly Document[],
  full: Cohort,
  chosen: readonly number[],
  rule: SplitRule,
): Cohort {
  const counter = new StageCounter();
  const codes = new Set(chosen);
  const own = rule.method === "published" ? rule.top : undefined;
  const pool: readonly Document[] = own ? all : full.documents;
  const placed = own
    ? splitsByLists(all, own, counter)
    : full.documents.map(({ split }): Split | null => split);
  if (own) checkSameSplits(full.documents, new Map(all.map(({ id }, i) => [id, placed[i]!])));
  const splits = pool.map((document, i) => {
    if (!placed[i] || document.codes.some((code) => codes.has(code))) return placed[i]!;
    counter.exclude(`without any of the ${chosen.length} codes`);
    return null;
  });
  return cohortOf(labelSet, pool, splits, counter);
}

function splitsOf(
  documents: readonly Document[],
  rule: SplitRule,
  counter: StageCounter,
): readonly (Split | null)[] {
  if (rule.method === "patient") return splitByPatient(documents, rule.shares, rule.seed);
  if (rule.method === "published") return splitsByLists(documents, rule.full, counter);
  const without = documents.filter(({ split }) => split === undefined);
  if (without.length > 0) {
    throw new DataError(
      `splitting as given: ${without.length} of ${documents.length} documents have no split, such ` +
        `as ${
          shown(without[0]!.id)
        }; expected train, dev or test for each; complete the split column, ` +
        "or name every file's split",
    );
  }
  const splits = documents.map(({ split }) => split!);
  checkPatients(documents, splits);
  return splits;
}

function splitsByLists(
  documents: readonly Document[],
  lists: IdLists,
  counter: StageCounter,
): readonly (Split | null)[] {
  const { splits, missing } = splitByLists(documents, lists);
  counter.exclude("on no published list", splits.filter((split) => split === null).length);
  for (const split of SPLITS) {
    counter.note(`listed for ${split}, but not among the documents`, missing[split]);
  }
  return splits;
}

function checkSameSplits(
  full: readonly PlacedDocument[],
  own: ReadonlyMap<string, Split | null>,
): void {
  for (const { id, split } of full) {
    const other = own.get(id);
    if (!other || other === split) continue;
    throw new IntegrityError(
      `splitting by published lists: id ${shown(id)} is in ${split} of the full lists and in ` +
        `${other} of the others; expected one split; fetch the lists again`,
    );
  }
}

function cohortOf(
  labelSet: string,
  documents: readonly Document[],
  splits: readonly (Split | null)[],
  counter: StageCounter,
): Cohort {
  const placed = documents.flatMap((document, i) => {
    const split = splits[i];
    return split ? [{ ...document, split }] : [];
  });
  if (!placed.some(({ split }) => split === "train")) {
    throw new DataError(
      `splitting the ${labelSet} label set: none of ${documents.length} documents is left to train ` +
        "on; expected some; check that notes, codes and splits belong together",
    );
  }
  return {
    documents: placed,
    stage: counter.stage(`documents of ${labelSet}`, documents.length, placed.length),
  };
}

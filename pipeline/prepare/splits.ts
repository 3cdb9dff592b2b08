/**
 * Which documents are trained on, tuned on and tested on: dealt out by patient from a seed, or as
 * published lists of HADM_IDs say. No patient is ever in two splits.
 *
 * @module
 */
import { IntegrityError, shown } from "../errors.ts";
import type { IdLists } from "../lists/id_lists.ts";
import { compareCodeUnits } from "../order.ts";
import { deriveSeed } from "../random.ts";
import { type DocumentKey, type PerSplit, type Split, SPLITS, sumSplits } from "../schema.ts";
import { foldId } from "./match_ids.ts";

/** Relative sizes of the splits, in any unit. */
export type SplitShares = PerSplit<number>;

/** The proportions of the published MIMIC-III split (REFERENCE: documents of the full label set). */
export const PUBLISHED_SHARES: SplitShares = { train: 47_723, dev: 1_631, test: 3_372 };

/**
 * Deals documents out by patient: patients are put in the order of a seeded hash of their id, then
 * test is filled to its share of the documents, then dev; train is the rest. A split with a share
 * gets a patient as long as there are as many patients as splits. Ids that may be one patient's in
 * several forms (`7`, `7.0`, `007`) go to one split.
 *
 * @returns the split of each document.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const documents = ["a", "b", "b", "c"].map((patient, i) => ({ id: `${i}`, patient }));
 * const splits = splitByPatient(documents, { train: 2, dev: 1, test: 1 }, 7);
 * assert.equal(splits[1], splits[2]); // both of patient b
 * assert.equal(new Set(splits).size, 3);
 * ```
 */
export function splitByPatient(
  documents: readonly DocumentKey[],
  shares: SplitShares,
  seed: number,
): Split[] {
  const keyOf = ({ patient }: DocumentKey) => foldId(patient);
  const hashed = [...Map.groupBy(documents, keyOf)].map(([key, theirs]) => {
    const patient = theirs.map(({ patient }) => patient).sort(compareCodeUnits)[0]!;
    const hash = deriveSeed(seed, `split of patient ${patient}`);
    return { key, patient, hash, size: theirs.length };
  });
  hashed.sort((a, b) => a.hash - b.hash || compareCodeUnits(a.patient, b.patient));
  const total = sumSplits(shares);
  const chosen = new Map<string, Split>();
  let next = 0;
  for (const split of ["test", "dev"] as const) {
    if (shares[split] === 0 || hashed.length < SPLITS.length) continue;
    const quota = Math.max(1, Math.round(documents.length * shares[split] / total));
    const reserved = split === "test" && shares.dev > 0 ? 2 : 1; // a patient for each split to come
    for (let filled = 0; filled < quota && next < hashed.length - reserved; next++) {
      const { key, size } = hashed[next]!;
      chosen.set(key, split);
      filled += size;
    }
  }
  return documents.map((document) => chosen.get(keyOf(document)) ?? "train");
}

/**
 * Gives each document the split whose list holds its id.
 *
 * @returns the split of each document; null for one that no list has.
 * @throws {IntegrityError} where an id is on two lists or a patient in two splits.
 */
export function splitByLists(
  documents: readonly DocumentKey[],
  lists: IdLists,
): (Split | null)[] {
  const splitOf = new Map<string, Split>();
  for (const split of SPLITS) {
    for (const id of lists[split]) {
      const other = splitOf.get(id);
      if (other) {
        throw new IntegrityError(
          `splitting by published lists: id ${shown(id)} is on the lists of ${other} and ` +
            `${split}; expected one list an id; fetch the lists again`,
        );
      }
      splitOf.set(id, split);
    }
  }
  const splits = documents.map(({ id }) => splitOf.get(id) ?? null);
  checkPatients(documents, splits);
  return splits;
}

/**
 * Checks that no patient is in two splits.
 *
 * @throws {IntegrityError} naming the first one who is.
 */
export function checkPatients(
  documents: readonly DocumentKey[],
  splits: readonly (Split | null)[],
): void {
  const splitOf = new Map<string, Split>();
  documents.forEach(({ patient }, i) => {
    const split = splits[i];
    if (!split) return;
    const other = splitOf.get(patient) ?? split;
    if (other !== split) {
      throw new IntegrityError(
        `splitting: patient ${shown(patient)} is in both ${other} and ${split}; expected each ` +
          "patient in one split; correct the lists or the notes' split, or use --split patient",
      );
    }
    splitOf.set(patient, split);
  });
}

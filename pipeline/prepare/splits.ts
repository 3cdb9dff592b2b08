/**
 * Which documents are trained on, tuned on and tested on: dealt out by patient from a seed, or as
 * published lists of HADM_IDs say. No patient is ever in two splits.
 *
 * @module
 */
import { join } from "node:path";
import { DataError, IntegrityError, shown } from "../errors.ts";
import { compareCodeUnits } from "../order.ts";
import { deriveSeed } from "../random.ts";
import { type DocumentKey, type PerSplit, perSplit, type Split, SPLITS } from "../schema.ts";

/** Relative sizes of the splits, in any unit. */
export type SplitShares = PerSplit<number>;

/** Ids of each split. */
export type IdLists = PerSplit<ReadonlySet<string>>;

/** The proportions of the published MIMIC-III split (REFERENCE: documents of the full label set). */
export const PUBLISHED_SHARES: SplitShares = { train: 47_723, dev: 1_631, test: 3_372 };

/**
 * Deals documents out by patient: patients are put in the order of a seeded hash of their id, then
 * test is filled to its share of the documents, then dev; train is the rest. A split with a share
 * gets a patient as long as there are as many patients as splits.
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
  const sizes = new Map<string, number>();
  for (const { patient } of documents) sizes.set(patient, (sizes.get(patient) ?? 0) + 1);
  const hashed = [...sizes.keys()].map((patient) => ({
    patient,
    hash: deriveSeed(seed, `split of patient ${patient}`),
  }));
  hashed.sort((a, b) => a.hash - b.hash || compareCodeUnits(a.patient, b.patient));
  const total = SPLITS.reduce((sum, split) => sum + shares[split], 0);
  const chosen = new Map<string, Split>();
  let next = 0;
  for (const split of ["test", "dev"] as const) {
    if (shares[split] === 0 || hashed.length < SPLITS.length) continue;
    const quota = Math.max(1, Math.round(documents.length * shares[split] / total));
    const reserved = split === "test" && shares.dev > 0 ? 2 : 1; // a patient for each split to come
    for (let filled = 0; filled < quota && next < hashed.length - reserved; next++) {
      const { patient } = hashed[next]!;
      chosen.set(patient, split);
      filled += sizes.get(patient)!;
    }
  }
  return documents.map(({ patient }) => chosen.get(patient) ?? "train");
}

/** The published lists of one label set, and how they met the documents at hand. */
export interface PublishedSplit {
  /** The split of each document; null for a document that no list has. */
  readonly splits: readonly (Split | null)[];
  /** Listed ids that no document has. */
  readonly missing: PerSplit<number>;
}

/**
 * Gives each document the split whose list holds its id.
 *
 * @throws {IntegrityError} where an id is on two lists or a patient in two splits.
 */
export function splitByLists(
  documents: readonly DocumentKey[],
  lists: IdLists,
): PublishedSplit {
  const splitOf = new Map<string, Split>();
  for (const split of SPLITS) {
    for (const id of lists[split]) {
      const other = splitOf.get(id);
      if (other) {
        throw new IntegrityError(
          `splitting by published lists: id ${
            shown(id)
          } is on the lists of ${other} and ${split}; ` +
            "expected one list an id; fetch the lists again",
        );
      }
      splitOf.set(id, split);
    }
  }
  const splits = documents.map(({ id }) => splitOf.get(id) ?? null);
  checkPatients(documents, splits);
  const found = new Set(documents.map(({ id }) => id));
  return { splits, missing: perSplit((split) => lists[split].difference(found).size) };
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

/**
 * Reads `{train,dev,test}_{labelSet}_hadm_ids.csv` of a folder: an id a line, no header.
 *
 * @throws {DataError} naming every list that is missing, or the line that is no id.
 */
export async function readPublishedLists(
  directory: string,
  labelSet: string,
): Promise<{ readonly lists: IdLists; readonly paths: readonly string[] }> {
  const paths = SPLITS.map((split) => join(directory, `${split}_${labelSet}_hadm_ids.csv`));
  const texts = await Promise.all(
    paths.map((path) => Deno.readTextFile(path).catch(() => undefined)),
  );
  const absent = paths.filter((_, i) => texts[i] === undefined);
  if (absent.length > 0) {
    throw new DataError(
      `reading published splits: no ${absent.join(", no ")}; expected a list of HADM_IDs for ` +
        "each split; see --splits",
    );
  }
  return { lists: perSplit((_, i) => parseList(texts[i]!, paths[i]!)), paths };
}

function parseList(text: string, path: string): Set<string> {
  const ids = new Set<string>();
  text.replace(/^\ufeff/, "").split(/\r?\n/).forEach((line, i) => {
    const id = line.trim();
    if (id === "") return;
    if (!/^[0-9]+$/.test(id)) {
      throw new DataError(`reading ${path}: line ${i + 1} is no HADM_ID; expected a number a line`);
    }
    ids.add(id);
  });
  return ids;
}

/**
 * The lists of a published split of MIMIC-III in one text, which compresses well: character n, from 0,
 * says where HADM_ID 100,000 + n is.
 *
 * | character   | its split        |
 * | ----------- | ---------------- |
 * | `.`         | none             |
 * | `r` `d` `t` | train, dev, test |
 * | `R` `D` `T` | the same, and on that split's list of the label set of 50 too |
 *
 * @module
 */
import { type PerSplit, perSplit, SPLITS } from "../schema.ts";
import type { IdLists, PublishedLists } from "./id_lists.ts";

const FIRST = 100_000;
const COUNT = 100_000; // MIMIC-III's HADM_IDs are 100,001 to 199,999
const NONE = ".";
const MARKS: PerSplit<string> = { train: "r", dev: "d", test: "t" };

/**
 * Packs lists.
 *
 * @throws {RangeError} where an id is on two lists, of no admission of MIMIC-III, or on a list of 50 but
 * not on the full one of its split.
 */
export function packLists({ full, top }: PublishedLists): string {
  const marks = new Array<string>(COUNT).fill(NONE);
  for (const split of SPLITS) {
    for (const id of full[split]) {
      if (marks[place(id)] !== NONE) throw new RangeError(`id ${id} is on two lists`);
      marks[place(id)] = MARKS[split];
    }
    for (const id of top?.[split] ?? []) {
      if (!full[split].has(id)) throw new RangeError(`id ${id} is on no full list of ${split}`);
      marks[place(id)] = MARKS[split].toUpperCase();
    }
  }
  return marks.join("");
}

/**
 * Unpacks what {@linkcode packLists} made, ids in ascending order.
 *
 * @throws {RangeError} where the text is anything else.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const none = new Set<string>();
 * const full = { train: new Set(["100002"]), dev: new Set(["100001"]), test: none };
 * const packed = packLists({ full, top: undefined });
 * assert.equal(packed.slice(0, 4), ".dr.");
 * assert.deepEqual(unpackLists(packed), { full, top: undefined });
 * ```
 */
export function unpackLists(packed: string): PublishedLists {
  if (packed.length !== COUNT || /[^.rdt]/i.test(packed)) {
    throw new RangeError(`expected ${COUNT} characters, each of .rdtRDT`);
  }
  const listed = (pattern: (mark: string) => RegExp): IdLists =>
    perSplit((split) =>
      new Set(packed.matchAll(pattern(MARKS[split])).map(({ index }) => `${FIRST + index}`))
    );
  const top = listed((mark) => new RegExp(mark.toUpperCase(), "g"));
  return {
    full: listed((mark) => new RegExp(mark, "gi")),
    top: SPLITS.some((split) => top[split].size > 0) ? top : undefined,
  };
}

function place(id: string): number {
  const at = Number(id) - FIRST;
  if (at >= 0 && at < COUNT && Number.isInteger(at)) return at;
  throw new RangeError(`id ${id} is no HADM_ID of MIMIC-III`);
}

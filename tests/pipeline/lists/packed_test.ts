import fc from "fast-check";
import assert from "node:assert/strict";
import type { PublishedLists } from "../../../pipeline/lists/id_lists.ts";
import { packLists, unpackLists } from "../../../pipeline/lists/packed.ts";
import { type PerSplit, perSplit, SPLITS } from "../../../pipeline/schema.ts";

/** A document's id → its split and whether the smaller set has it. */
const placed = fc.dictionary(
  fc.integer({ min: 100_000, max: 199_999 }).map(String),
  fc.record({ split: fc.constantFrom(...SPLITS), top: fc.boolean() }),
);

function listsOf(placed: Record<string, { split: string; top: boolean }>): PublishedLists {
  const ids = Object.keys(placed);
  const of = (split: string) => ids.filter((id) => placed[id]!.split === split);
  const top = perSplit((split) => new Set(of(split).filter((id) => placed[id]!.top)));
  return {
    full: perSplit((split) => new Set(of(split))),
    top: ids.some((id) => placed[id]!.top) ? top : undefined,
  };
}

Deno.test("property: lists are unpacked as they were packed", () => {
  fc.assert(fc.property(placed, (placed) => {
    const lists = listsOf(placed);
    assert.deepEqual(unpackLists(packLists(lists)), lists);
  }));
});

const none: PerSplit<ReadonlySet<string>> = perSplit(() => new Set());
const one = new Set(["150000"]);
const refused: Record<string, [PublishedLists, RegExp]> = {
  "an id on two lists": [{ full: { ...none, dev: one, test: one }, top: undefined }, /two lists/],
  "an id of no admission": [{ full: { ...none, dev: new Set(["7"]) }, top: undefined }, /HADM_ID/],
  "a smaller set's id that the full list lacks": [
    { full: { ...none, dev: one }, top: { ...none, test: one } },
    /no full list of test/,
  ],
};
for (const [what, [lists, message]] of Object.entries(refused)) {
  Deno.test(`${what} cannot be packed`, () => {
    assert.throws(() => packLists(lists), message);
  });
}

Deno.test("a text that is no packed lists is refused", () => {
  const packed = packLists({ full: { ...none, dev: one }, top: undefined });
  for (const text of ["", packed.slice(1), packed.replace("d", "x")]) {
    assert.throws(() => unpackLists(text), /expected 100000 characters/);
  }
});

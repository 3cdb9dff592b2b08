import assert from "node:assert/strict";
import { formatIcd9 } from "../../../pipeline/codes/icd9.ts";
import {
  arePublishedCodes,
  PUBLISHED_CODES,
  readShippedLists,
  SHIPPED_SPLITS,
} from "../../../pipeline/lists/shipped.ts";
import { perSplit } from "../../../pipeline/schema.ts";

Deno.test("the lists of caml have their published sizes", async () => {
  const { full, top } = await readShippedLists("caml");
  assert.deepEqual(perSplit((split) => full[split].size), {
    train: 47_723,
    dev: 1_631,
    test: 3_372,
  });
  assert.deepEqual(perSplit((split) => top![split].size), {
    train: 8_066,
    dev: 1_573,
    test: 1_729,
  });
});

Deno.test("the lists of edin-clean have their published sizes", async () => {
  const { full, top } = await readShippedLists("edin-clean");
  assert.deepEqual(perSplit((split) => full[split].size), {
    train: 38_401,
    dev: 5_577,
    test: 8_734,
  });
  assert.equal(top, undefined);
});

Deno.test("edin-clean lacks 14 of caml's admissions and has no others", async () => {
  const ids = (await Promise.all(SHIPPED_SPLITS.map(readShippedLists)))
    .map(({ full: { train, dev, test } }) => train.union(dev).union(test));
  const [caml, clean] = ids as [Set<string>, Set<string>];
  assert.deepEqual([clean.difference(caml).size, caml.difference(clean).size], [0, 14]);
});

Deno.test("there are 50 codes, each an ICD-9 code with its point", () => {
  assert.equal(new Set(PUBLISHED_CODES).size, 50);
  for (const code of PUBLISHED_CODES) {
    const kind = /^\d\d\./.test(code) ? "procedure" : "diagnosis";
    assert.equal(formatIcd9(kind, code), code);
  }
});

Deno.test("codes are the published ones in any order, and none more or less", () => {
  const [first, ...others] = PUBLISHED_CODES as [string, ...string[]];
  assert.ok(arePublishedCodes([...others, first]));
  assert.ok(!arePublishedCodes(others));
  assert.ok(!arePublishedCodes([...others, "93.90"]));
  assert.ok(!arePublishedCodes([...PUBLISHED_CODES, "93.90"]));
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { binLengths, shareLonger } from "../../../model/analysis/lengths.ts";

Deno.test("every document is in the one bin that holds its length", () => {
  const lengths = fc.array(fc.nat(5000), { minLength: 1 });
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 700 }), (lengths, width) => {
    for (const { from, to, documents } of binLengths(lengths, width)) {
      assert.equal(to - from, width);
      assert.equal(documents, lengths.filter((length) => from <= length && length < to).length);
    }
    const counted = binLengths(lengths, width).reduce((sum, { documents }) => sum + documents, 0);
    assert.equal(counted, lengths.length);
  }));
});

Deno.test("a document of just the limit is not longer", () => {
  assert.equal(shareLonger([511, 512, 513, 514], 512), 0.5);
});

Deno.test("no documents have no share", () => {
  assert.equal(shareLonger([], 512), NaN);
});

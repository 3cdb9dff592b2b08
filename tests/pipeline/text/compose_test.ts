import fc from "fast-check";
import assert from "node:assert/strict";
import { composePlaced, composeText } from "../../../pipeline/text/compose.ts";

const parts = fc.oneof(
  fc.constantFrom(
    "a",
    "e\u0301",
    "\u1112\u1161\u11ab",
    "\uac00\u11a8",
    "\u00ad",
    "\u0323",
    "k\u0327\u0307",
  ),
  fc.constantFrom("\u0b47\u0b3e", "\u0958", "\u1100", "\u200d", "\ud834\udd5e", " ", "\ud800"),
  fc.string({ unit: "binary" }),
);

Deno.test("a text composed part by part is the text composed at once", () => {
  fc.assert(
    fc.property(fc.array(parts), (parts) => {
      const text = parts.join("");
      assert.equal(composePlaced(text).composed, composeText(text));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("places ascend, and each part lies where it says", () => {
  fc.assert(fc.property(fc.array(parts), (parts) => {
    const text = parts.join("");
    const { composed, startOf, endOf } = composePlaced(text);
    for (let at = 0; at < composed.length; at++) {
      assert.ok(startOf(at) < endOf(at + 1) && startOf(at) <= startOf(at + 1));
    }
    assert.equal(endOf(composed.length) <= text.length, true);
  }));
});

import fc from "fast-check";
import assert from "node:assert/strict";
import { countCodePoints } from "../../../pipeline/text/code_points.ts";

const text = fc.string({ unit: fc.constantFrom("a", "é", "\u{1f600}", "𝒜", "\ud800", "患", "\n") });

Deno.test("code points are those that the language's own iteration finds", () => {
  fc.assert(fc.property(text, (text) => {
    const { count, toUnits } = countCodePoints(text);
    const points = [...text];
    assert.equal(count, points.length);
    for (let at = 0; at <= count; at++) {
      assert.equal(toUnits(at), points.slice(0, at).join("").length);
    }
  }));
});

Deno.test("an offset in units comes back from code points", () => {
  fc.assert(fc.property(text, (text) => {
    const { count, toUnits, fromUnits } = countCodePoints(text);
    for (let at = 0; at <= count; at++) assert.equal(fromUnits(toUnits(at)), at);
  }));
});

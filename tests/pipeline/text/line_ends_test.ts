import assert from "node:assert/strict";
import fc from "fast-check";
import { readLineEnds } from "../../../pipeline/text/line_ends.ts";
import { locateTokens, tokenize } from "../../../pipeline/text/tokens.ts";

const written: [name: string, text: string, words: string[]][] = [
  ["COPY's", String.raw`fever\ncough\tpain\r\nrash`, ["fever", "cough", "pain", "rash"]],
  ["Excel's", "fever_x000D_\ncough", ["fever", "cough"]],
  ["a backslash before an n", String.raw`C:\\new\nfever`, ["c", "new", "fever"]],
];
for (const [name, text, words] of written) {
  Deno.test(`fault 84: line ends written out end words: ${name}`, () => {
    assert.deepEqual(tokenize(text), words);
    const placed = locateTokens(text);
    assert.deepEqual(placed.map(({ start, end }) => text.slice(start, end).toLowerCase()), words);
  });
}

Deno.test("fault 84: a backslash in a text of several lines is a sign, and so it is in RTF", () => {
  for (const text of ["see C:\\notes\nfever", "{\\rtf1 fever}"]) {
    assert.equal(readLineEnds(text), text);
  }
});

Deno.test("fault 84: a text with line ends written out is as long as it was", () => {
  const parts = fc.constantFrom("\\", "n", "r", "t", "_x000D_", " ", "a");
  fc.assert(fc.property(fc.array(parts), (parts) => {
    assert.equal(readLineEnds(parts.join("")).length, parts.join("").length);
  }));
});

import fc from "fast-check";
import assert from "node:assert/strict";
import { readLineEnds } from "../../../pipeline/text/line_ends.ts";
import { TermTable } from "../../../pipeline/text/term_table.ts";
import { locateTokens, tokenize } from "../../../pipeline/text/tokens.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function scan(table: TermTable, text: string): string[] {
  const ids = new Int32Array((text.length + 1) >> 1);
  const places = new Int32Array(2 * ids.length);
  const count = table.scan(encode(text), ids, places);
  return Array.from(ids.subarray(0, count), (id) => table.term(id));
}

const words = fc.constantFrom(
  "Fever",
  "fever",
  "7",
  "_",
  "_7",
  "x_Y",
  "5mg",
  " ",
  "\n",
  "-",
  "[**",
);
const ascii = fc.oneof(
  fc.string({ unit: "binary-ascii" }),
  fc.array(words).map((parts) => parts.join("")),
).map(readLineEnds);

Deno.test("an ASCII text scanned by the byte has exactly the tokens of the definition", () => {
  const table = new TermTable(); // one for all, so that it grows and fills
  fc.assert(
    fc.property(ascii, (text) => assert.deepEqual(scan(table, text), tokenize(text))),
    { numRuns: 2000 },
  );
});

Deno.test("tokens of an ASCII text are where the definition finds them", () => {
  const table = new TermTable();
  fc.assert(fc.property(ascii, (text) => {
    const ids = new Int32Array((text.length + 1) >> 1);
    const places = new Int32Array(2 * ids.length);
    const count = table.scan(encode(text), ids, places);
    const found = locateTokens(text).flatMap(({ start, end }) => [start, end]);
    assert.deepEqual([...places.subarray(0, 2 * count)], found);
  }));
});

Deno.test("every pair of ASCII characters", () => {
  const table = new TermTable();
  for (let a = 0; a < 128; a++) {
    for (let b = 0; b < 128; b++) {
      const text = String.fromCharCode(a, b) + "x" + String.fromCharCode(b);
      assert.deepEqual(scan(table, readLineEnds(text)), tokenize(text));
    }
  }
});

Deno.test("equal terms have one id, however they come; different terms have different ids", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
    const table = new TermTable();
    const idOf = new Map<string, number>();
    for (const text of [...texts, ...texts]) {
      const ids = table.add(locateTokens(text));
      tokenize(text).forEach((token, at) => {
        assert.equal(ids[at], idOf.get(token) ?? idOf.size);
        idOf.set(token, ids[at]!);
        assert.equal(table.term(ids[at]!), token);
      });
    }
    assert.equal(table.size, idOf.size);
  }));
});

Deno.test("a table grows to hundreds of thousands of terms and a term of a megabyte", () => {
  const table = new TermTable();
  const count = 200_000;
  const text = encode(Array.from({ length: count }, (_, n) => `t${n}`).join(" "));
  const ids = new Int32Array(count);
  const places = new Int32Array(2 * count);
  for (let pass = 0; pass < 2; pass++) {
    assert.equal(table.scan(text, ids, places), count);
    assert.ok(ids.every((id, at) => id === at));
  }
  assert.equal(table.size, count);
  const long = "a".repeat(3 << 20);
  assert.deepEqual(scan(table, long), [long]);
  assert.equal(table.term(123_456), "t123456");
});

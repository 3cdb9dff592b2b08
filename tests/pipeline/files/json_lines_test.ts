import fc from "fast-check";
import assert from "node:assert/strict";
import { parseJsonLine, readLines } from "../../../pipeline/files/json_lines.ts";

async function linesOf(text: string, size: number): Promise<string[]> {
  const pieces = (async function* () {
    for (let at = 0; at < text.length; at += size) {
      yield await Promise.resolve(text.slice(at, at + size));
    }
  })();
  return await Array.fromAsync(readLines(pieces));
}

Deno.test("lines are those of the text, in pieces of any size", () =>
  fc.assert(fc.asyncProperty(
    fc.string({ unit: fc.constantFrom("a", "\n", "é") }),
    fc.integer({ min: 1, max: 9 }),
    async (text, size) => {
      const lines = text.split("\n");
      if (lines.at(-1) === "") lines.pop();
      assert.deepEqual(await linesOf(text, size), lines);
    },
  )));

Deno.test("fault 75: integers of any size are text as they are written", () => {
  fc.assert(fc.property(fc.bigInt(), (id) => {
    assert.equal(parseJsonLine(`{"id": ${id}}`)?.get("id"), `${id}`);
  }));
});

Deno.test("what is no object is none, whatever it is", () => {
  for (const line of ["", "7", "null", "[]", '"a"', "{", '{"a":1}}', "NaN", "{'a':1}"]) {
    assert.equal(parseJsonLine(line), undefined, line);
  }
});

Deno.test("members of any name are members", () => {
  const members = parseJsonLine('{"__proto__": 1, "constructor": {"a": [true]}, "toString": null}');
  assert.deepEqual([...members!], [
    ["__proto__", "1"],
    ["constructor", '{"a":[true]}'],
    ["toString", null],
  ]);
});

Deno.test("fault 69: any line ends in an object or in nothing", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.string({ unit: fc.constantFrom("{", "}", '"', ":", ",", "1", "\\", "u", "[", "]", "e") }),
  );
  fc.assert(
    fc.property(text, (text) => {
      const members = parseJsonLine(text);
      if (members) assert.doesNotThrow(() => JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

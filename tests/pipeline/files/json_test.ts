import fc from "fast-check";
import assert from "node:assert/strict";
import { parseJson } from "../../../pipeline/files/json.ts";

Deno.test("whatever JSON.stringify writes is read as JSON.parse reads it", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(3), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    assert.deepEqual(parseJson(text), JSON.parse(text));
  }));
});

for (
  const [what, text, message] of [
    ["a key twice", '{\n"a": 1,\n"a": 1}', "the key a twice (line 3)"],
    ["a key twice, once escaped", '{"a": 1, "\\u0061": 2}', "the key a twice (line 1)"],
    ["a key twice further in", '{"a": [{"b": {}, "b": {}}]}', "the key b twice (line 1)"],
    ["a key twice around a string", '{"a": "}", "a": 2}', "the key a twice (line 1)"],
    ["its end cut off", '{"a": "b', "no JSON"],
    ["nothing in it", "", "no JSON"],
    ["65 levels", "[".repeat(65) + "]".repeat(65), "more than 64 levels (line 1)"],
    ["a million levels", "[".repeat(1e6), "more than 64 levels (line 1)"],
  ] as const
) {
  Deno.test(`fault 46: a text with ${what} is refused, in one line`, () => {
    assert.throws(() => parseJson(text), (error: Error) => {
      assert.ok(error instanceof SyntaxError);
      assert.ok(error.message.startsWith(message), error.message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

Deno.test("equal keys of different objects, and equal values, are no key twice", () => {
  const text = '[{"a": "a"}, {"a": {"a": "a"}}, ["a", "a"]]';
  assert.deepEqual(parseJson(text), JSON.parse(text));
});

Deno.test("fault 44: strings of 10 MB are read, escaped or not", () => {
  for (const part of ["x", '\\"', "\\\\"]) {
    const text = `{"${part.repeat(10e6 / part.length)}": "${part.repeat(10e6 / part.length)}"}`;
    assert.deepEqual(parseJson(text), JSON.parse(text));
  }
});

Deno.test("an error does not quote what is no JSON", () => {
  const text = '{"note": "the patient was seen", }';
  assert.throws(() => parseJson(text), ({ message }: Error) => !message.includes("patient"));
});

import fc from "fast-check";
import assert from "node:assert/strict";
import { codeKey, numberCodes } from "../../../pipeline/codes/code.ts";
import { CODE_KINDS } from "../../../pipeline/schema.ts";

const codes = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom(...CODE_KINDS),
    code: fc.stringMatching(/^[0-9]{1,2}$/),
    title: fc.constant(""),
  }),
  { selector: codeKey },
);

Deno.test("codes of one spelling and two kinds are two codes", () => {
  const diagnosis = { kind: "diagnosis", code: "17.1", title: "" } as const;
  const procedure = { kind: "procedure", code: "17.1", title: "" } as const;
  assert.notEqual(codeKey(diagnosis), codeKey(procedure));
});

Deno.test("every code has its place as its number", () => {
  fc.assert(fc.property(codes, (distinct) => {
    const { codes, numberOf } = numberCodes(distinct);
    assert.equal(codes.length, distinct.length);
    codes.forEach((code, number) => assert.equal(numberOf.get(codeKey(code)), number));
  }));
});

Deno.test("numbers do not depend on the order in which codes were found", () => {
  fc.assert(fc.property(codes, (distinct) => {
    assert.deepEqual(numberCodes(distinct), numberCodes(distinct.toReversed()));
  }));
});

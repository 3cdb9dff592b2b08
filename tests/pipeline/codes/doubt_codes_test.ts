import assert from "node:assert/strict";
import { doubtCodes } from "../../../pipeline/codes/doubt_codes.ts";
import type { CodeKind } from "../../../pipeline/schema.ts";

const codes = (kind: CodeKind, ...written: string[]) => written.map((code) => ({ code, kind }));
const numbered = (form: (at: number) => string) => Array.from({ length: 40 }, (_, at) => form(at));

Deno.test("fault 57: words among codes are counted and not shown", () => {
  const some = codes("code", "I10", "E11.9", "I50.9", "xyzzy");
  assert.match(doubtCodes(some, 9).join(), /^1 of 4 codes has no digit, /);
  assert.doesNotMatch(doubtCodes(some, 9).join(), /xyzzy/);
  assert.deepEqual(
    doubtCodes(codes("code", "sepsis", "stroke", "I10"), 9),
    [],
    "words are its codes",
  );
});

Deno.test("fault 73: codes of which no decimal ends in 0 were numbers", () => {
  const lost = numbered((at) => `${400 + at}.${1 + at % 9}`);
  assert.match(
    doubtCodes(codes("code", ...lost), 99).join(),
    /^none of 40 codes such as 428\.1 ends in 0/,
  );
  assert.deepEqual(doubtCodes(codes("code", ...lost, "250.00"), 99), []);
  assert.deepEqual(doubtCodes(codes("code", ...numbered((at) => `I${10 + at}.9`)), 99), []);
});

Deno.test("fault 73: diagnoses of numbers of fewer than three digits have lost zeros", () => {
  assert.match(
    doubtCodes(codes("diagnosis", "38.9", "428.0"), 9).join(),
    /^1 of 2 codes of diagnoses/,
  );
  assert.deepEqual(doubtCodes(codes("procedure", "38.9"), 9), []);
});

Deno.test("fault 59: codes of which none is in two documents are most likely none", () => {
  const unique = codes("code", ...numbered((at) => `${500_000 + at}`));
  assert.match(doubtCodes(unique, 40).join(), /^each of 40 codes is in one document alone/);
  assert.deepEqual(doubtCodes(unique, 41), []);
});

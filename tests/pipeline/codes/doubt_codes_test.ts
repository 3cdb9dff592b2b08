import assert from "node:assert/strict";
import { doubtCodes } from "../../../pipeline/codes/doubt_codes.ts";
import type { CodeKind } from "../../../pipeline/schema.ts";

/** What is doubtful where so many pairs are of a hundred documents. */
const doubt = (codes: Parameters<typeof doubtCodes>[0], pairs: number, documents = 100) =>
  doubtCodes(codes, { pairs, documents });
const codes = (kind: CodeKind, ...written: string[]) => written.map((code) => ({ code, kind }));
const numbered = (form: (at: number) => string) => Array.from({ length: 40 }, (_, at) => form(at));

Deno.test("fault 57: words among codes are counted and not shown", () => {
  const some = codes("code", "I10", "E11.9", "I50.9", "xyzzy");
  assert.match(doubt(some, 9).join(), /^codes without a digit: 1 of 4; /);
  assert.doesNotMatch(doubt(some, 9).join(), /xyzzy/);
  assert.deepEqual(
    doubt(codes("code", "sepsis", "stroke", "I10"), 9),
    [],
    "words are its codes",
  );
});

Deno.test("fault 57: a code of PCS may have no digit", () => {
  assert.deepEqual(doubt(codes("procedure", "0DTJ4ZZ", "gzhzzzz", "bw03zzz"), 9), []);
});

Deno.test("fault 73: codes of which no decimal ends in 0 were numbers", () => {
  const lost = numbered((at) => `${400 + at}.${1 + at % 9}`);
  assert.match(
    doubt(codes("code", ...lost), 99).join(),
    /^none of 40 codes such as 428\.1 ends in 0/,
  );
  assert.deepEqual(doubt(codes("code", ...lost, "250.00"), 99), []);
  assert.deepEqual(doubt(codes("code", ...numbered((at) => `I${10 + at}.9`)), 99), []);
});

Deno.test("fault 73: numbers of fewer digits than their kind has have lost zeros", () => {
  const said = /^numbers of fewer digits than codes of their kind have: 1 of 2 codes/;
  assert.match(doubt(codes("diagnosis", "38.9", "428.0"), 9).join(), said);
  assert.match(doubt(codes("procedure", "0DTJ4ZZ", "16070"), 9).join(), said);
  assert.deepEqual(doubt(codes("procedure", "38.9", "99213", "99214"), 9), []);
});

Deno.test("fault 59: codes of which none is in two documents are most likely none", () => {
  const unique = codes("code", ...numbered((at) => `${500_000 + at}`));
  assert.match(doubt(unique, 40).join(), /^each of 40 codes is in one document alone/);
  assert.deepEqual(doubt(unique, 41), []);
});

Deno.test("fault 56: codes with something behind them are counted and not shown", () => {
  for (const tailed of ["I10:Y", "I10(N)", "E11.9-xyzzy", "A41.9/xyzzy", "I10.90G"]) {
    const said = doubt(codes("code", tailed, "I50.9"), 9).join();
    assert.match(
      said,
      /^codes with something behind them, as I10:Y and I10\(Y\) have: 1 of 2/,
      tailed,
    );
    assert.doesNotMatch(said, /xyzzy/);
  }
  const whole = [
    "E10-E14",
    "5-820.00:R",
    "1234-5",
    "E11_9",
    "S72.001A",
    "M1A.0",
    "A10BA02",
    "her2-neu1",
  ];
  assert.deepEqual(doubt(codes("code", ...whole), 99), []);
});

Deno.test("fault 56: documents that have all codes are said", () => {
  const some = codes("code", ...numbered((at) => `I${10 + at}`));
  assert.match(doubt(some, 40 * 7, 7).join(), /^each of 7 documents has all 40 codes; /);
  assert.deepEqual(doubt(some, 40 * 7 - 1, 7), []);
});

import assert from "node:assert/strict";
import { parseCodiesp } from "../../../pipeline/evidence/codiesp.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";

Deno.test("a passage of several stretches keeps their order, and blank lines are nothing", () => {
  const text =
    "n1\tPROCEDIMIENTO\tct13\tgammagrafía renal\t7 9;1 3\r\n\r\nn2\tDIAGNOSTICO\tr52\tdolor\t0 5";
  assert.deepEqual(
    parseCodiesp(text, "x.tsv").map(({ document, stretches, where }) => [
      document,
      stretches,
      where,
    ]),
    [
      ["n1", [{ start: 7, end: 9 }, { start: 1, end: 3 }], "x.tsv, line 1"],
      ["n2", [{ start: 0, end: 5 }], "x.tsv, line 3"],
    ],
  );
});

for (
  const [what, line] of [
    ["a field less", "n1\tDIAGNOSTICO\tr52\tcanary phrase"],
    ["a field more", "n1\tDIAGNOSTICO\tr52\tcanary\t0 5\tcanary"],
    ["a place that is none", "n1\tDIAGNOSTICO\tr52\tcanary\t0-5"],
    ["an end before its start", "n1\tDIAGNOSTICO\tr52\tcanary\t5 0"],
    ["no code", "n1\tDIAGNOSTICO\t\tcanary\t0 5"],
    ["a table of notes", 'n1,"canary phrase"'],
  ] as const
) {
  Deno.test(`${what} is refused by its line, without quoting it`, () => {
    assert.throws(() => parseCodiesp(`n1\tD\tr52\tx\t0 1\n${line}\n`, "x.tsv"), (error: Error) => {
      assert.equal(error.name, "DataError");
      assert.match(error.message, /^reading x\.tsv, line 2: it is no annotation; expected id,/);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });
}

const files = ["codiesp/trainX.tsv", "codiesp/devX.tsv"];
Deno.test("CodiEsp's own files have 13,658 passages", await needsShared(...files), async () => {
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(sharedPath(file))));
  assert.equal(texts.flatMap((text) => parseCodiesp(text, "X.tsv")).length, 13_658);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { parseCodeList, readCodeList } from "../../../pipeline/lists/code_list.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a list is read as codes in its order, whatever ends its lines", () => {
  assert.deepEqual(parseCodeList("\ufeff401.9\r\n V58.61 \n\n00.66\r", "list"), [
    "401.9",
    "V58.61",
    "00.66",
  ]);
});

const refused: Record<string, [string, RegExp]> = {
  "a code twice": ["401.9\n428.0\n401.9\n", /: lines 1 and 3 are both 401\.9; /],
  "no code": ["\n \n", /: no code in it; /],
  "a line of text": ["401.9\nsome secret text\n", /: line 2 is a text of 16 characters; /],
  "a header of two words": ["ICD code\n401.9\n", /: line 1 is a text of 8 characters; /],
};
for (const [what, [text, message]] of Object.entries(refused)) {
  Deno.test(`${what} is refused in one line that shows no text`, () => {
    assert.throws(() => parseCodeList(text, "codes.csv"), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(
        error.message,
        /^reading codes\.csv: [^\n]*; expected a code a line, .*top-codes$/,
      );
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}

Deno.test("a file that is not there, or a folder, is refused", async () => {
  await using folder = await temporary();
  for (
    const [path, message] of [
      [folder.path, /it is a folder; expected a code a line/],
      [join(folder.path, "absent"), /it does not exist; expected a code a line/],
    ] as const
  ) {
    await assert.rejects(readCodeList(path), { name: DataError.name, message });
  }
});

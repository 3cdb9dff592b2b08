import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { type CheckedColumn, readCell } from "../../../pipeline/source/cells.ts";
import { openCsv } from "../../../pipeline/source/open_table.ts";
import { temporary } from "../../_support/tiny.ts";

await using directory = await temporary();
const path = join(directory.path, "codes.csv");
await Deno.writeTextFile(path, "id,code\n1,2\n");
const file = await openCsv(path, { required: ["id"] });

Deno.test("fault 49: a cell loses its outer blanks, controls and what has no shape", () => {
  assert.equal(readCell(file, "title", " \u001b[2JChronic\u202e pain\t"), "[2JChronic pain");
  assert.equal(readCell(file, "id", "\ufeff 145834\u200b "), "145834");
});

Deno.test("a missing cell and an invisible one are empty", () => {
  assert.equal(readCell(file, "code", null), "");
  assert.equal(readCell(file, "code", " \u200b "), "");
});

const note = "xyzzy is a man of 61 years with chest pain since Monday. ".repeat(6);
for (const column of ["id", "patient", "code", "group", "title"] satisfies CheckedColumn[]) {
  Deno.test(`fault 59: a note in the column ${column} is refused by its length, not its words`, () => {
    assert.throws(() => readCell(file, column, note), (error) => {
      assert.ok(error instanceof DataError);
      const found = `column ${column} holds a text of ${note.trim().length} characters; expected`;
      assert.ok(error.message.includes(found), error.message);
      assert.doesNotMatch(error.message, /xyzzy|chest/);
      return true;
    });
  });
}

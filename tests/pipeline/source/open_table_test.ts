import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError } from "../../../pipeline/errors.ts";
import type { CsvExpectation } from "../../../pipeline/source/csv_file.ts";
import { openCsv } from "../../../pipeline/source/open_table.ts";
import { temporary } from "../../_support/tiny.ts";

/** Opens a table of this text. */
async function open(content: string | Uint8Array, expected: CsvExpectation) {
  await using directory = await temporary();
  const path = join(directory.path, "table.csv");
  await Deno.writeFile(path, typeof content === "string" ? encode(content) : content);
  const { path: _, location: __, modified: ___, ...file } = await openCsv(path, expected);
  return file;
}

const encode = (text: string) => new TextEncoder().encode(text);
const required = { required: ["id", "text"] };

Deno.test("fault 12: columns are read from the first line, and found in any case", async () => {
  assert.deepEqual(await open('ID,"Text",more\n1,2,3\n', required), {
    name: "table.csv",
    bytes: 21,
    gzip: false,
    form: "text",
    keys: [],
    delimiter: ",",
    quoted: true,
    separatorLine: false,
    plain: true,
    header: true,
    columns: ["ID", "Text", "more"],
    places: new Map([["id", [0]], ["text", [1]]]),
    taken: undefined,
    doubts: [],
  });
});

Deno.test("a tab in the first line separates, unless commas are asked for", async () => {
  assert.equal((await open("id\ttext\n", required)).delimiter, "\t");
  await assert.rejects(open("id\ttext\n", { ...required, delimiter: "," }), /separated by commas/);
});

Deno.test("fault 7: a table of MIMIC-III with semicolons is refused with what would help", async () => {
  await assert.rejects(open("id;text\n1;2\n", { ...required, delimiter: "," }), (error: Error) => {
    assert.match(error.message, /a line that is no header.* separated by commas; .*sep=;$/);
    return true;
  });
});

Deno.test("faults 5–6: gzip is told by its bytes, not by the name", async () => {
  const { gzip, columns } = await open(gzipSync(encode("id,text\n1,2\n")), required);
  assert.deepEqual([gzip, columns], [true, ["id", "text"]]);
});

Deno.test("faults 8–9: a byte order mark and any line end are no part of a name", async () => {
  assert.deepEqual((await open("\ufeffid,text\r\n", required)).columns, ["id", "text"]);
});

Deno.test("columns are told by the first records, over line ends in quotes", async () => {
  const expected = { required: ["id", "code"], names: {}, headerless: ["id", "code"] };
  const words = await open('anna,"fe\nver"\nanna,sepsis\n', expected);
  assert.deepEqual([words.header, words.columns], [false, ["column 1", "column 2"]]);
});

const refused: Record<string, [string, RegExp]> = {
  "an empty file": ["", /it is empty/],
  "a column that is missing": ["id,note\n", /no column text; found 2 columns: id, note/],
  "two columns of one name": ["id,text,text\n", /two columns named text/],
  "a first line that is a note": ["Pt. is a 65yo; xyzzy!\n", /a line that is no header/],
};
for (const [what, [text, found]] of Object.entries(refused)) {
  Deno.test(`${what} is refused, and no text is told`, async () => {
    await assert.rejects(open(text, required), (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, found);
      assert.match(error.message, /expected the columns id, text/);
      assert.doesNotMatch(error.message, /xyzzy/);
      return true;
    });
  });
}

Deno.test("a file that is not there is refused", async () => {
  await assert.rejects(openCsv("/nonexistent/table.csv", required), /it does not exist/);
});

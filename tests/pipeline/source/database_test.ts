import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { type CsvFile, openCsv } from "../../../pipeline/source/csv_file.ts";
import { column, Database, from, MAX_RECORD } from "../../../pipeline/source/database.ts";
import { limits, temporary } from "../../_support/tiny.ts";

/** Opens a database on one file of the given name and text. */
async function open(directory: string, name: string, text: string) {
  const path = join(directory, name);
  await Deno.writeTextFile(path, text);
  const file = await openCsv(path, { required: ["a"] });
  const database = await Database.open({ files: [file], ...limits(join(directory, "spill")) });
  return { file, database, [Symbol.dispose]: () => database.close() };
}

const select = ({ database, file }: { database: Database; file: CsvFile }) =>
  database.rows(`SELECT ${column(file, "a")}, ${column(file, "absent")} FROM ${from(file)}`, [
    file,
  ]);

Deno.test("paths with quotes, blanks and glob characters are paths", async () => {
  await using directory = await temporary();
  for (const name of [`a'b.csv`, `a"b.csv`, "a b.csv", "[x]*?.csv", "$x 2015.csv", "é;--.csv"]) {
    using opened = await open(directory.path, name, "b,a\n1,2\n");
    assert.deepEqual(await select(opened), [["2", null]], name);
  }
});

Deno.test("values are strings, whatever they look like", async () => {
  await using directory = await temporary();
  using opened = await open(directory.path, "x.csv", 'a,b\n0066,x\n1e5,x\n" NULL",x\n"",x\n');
  assert.deepEqual((await select(opened)).map(([value]) => value), ["0066", "1e5", " NULL", null]);
});

Deno.test("it reads the files it was given, writes nowhere else and stays locked", async () => {
  await using directory = await temporary();
  using opened = await open(directory.path, "x.csv", "a,b\n1,2\n");
  const secret = join(directory.path, "secret.csv");
  await Deno.writeTextFile(secret, "a\nxyzzy\n");
  for (
    const sql of [
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM read_text('${secret}')`,
      `COPY (SELECT 1) TO '${join(directory.path, "out.csv")}'`,
      "SET enable_external_access = true",
      "SET lock_configuration = false",
      "INSTALL httpfs",
      "SELECT * FROM read_csv('https://example.org/x.csv')",
    ]
  ) await assert.rejects(opened.database.rows(sql), DataError, sql);
  await assert.rejects(Deno.stat(join(directory.path, "out.csv")));
});

Deno.test("an error says where, never what", async () => {
  await using directory = await temporary();
  const broken: [string, RegExp][] = [
    ["a,b\n1,2\nxyzzy,3,4\n", /x\.csv, line 3: 3 fields instead of 2/],
    ['a,b\n1,"xyzzy', /line 2: a quoted field/],
    [`a,b\n1,${"xyzzy ".repeat(MAX_RECORD / 5)}\n`, /a record of more than/],
  ];
  for (const [text, expected] of broken) {
    using opened = await open(directory.path, "x.csv", text);
    await assert.rejects(select(opened), (error: Error) => {
      assert.ok(error instanceof DataError && error.cause === undefined);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /xyzzy|\n/);
      return true;
    });
  }
});

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import type { CsvFile } from "../../../pipeline/source/csv_file.ts";
import {
  column,
  Database,
  from,
  MAX_RECORD,
  unlessMissing,
} from "../../../pipeline/source/database.ts";
import { openCsv } from "../../../pipeline/source/open_table.ts";
import { limits, temporary } from "../../_support/tiny.ts";

/** Opens a database on one file of the given name and text. */
async function open(directory: string, name: string, text: string) {
  const path = join(directory, name);
  await Deno.writeTextFile(path, text);
  const file = await openCsv(path, { required: ["a"] });
  const database = await Database.open({ files: [file], ...limits(join(directory, "spill")) });
  return { file, database, [Symbol.dispose]: () => database.close() };
}

interface Opened {
  readonly database: Database;
  readonly file: CsvFile;
}

const sqlOf = (file: CsvFile) =>
  `SELECT ${column(file, "a")}, ${column(file, "absent")} FROM ${from(file)}`;
const select = ({ database, file }: Opened) => database.rows(sqlOf(file), [file]);
const stream = ({ database, file }: Opened) => database.stream(sqlOf(file), [file]);

Deno.test("fault 33: memory that is too little to begin with is said to be", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a.csv");
  await Deno.writeTextFile(path, "a\n1\n");
  const files = [await openCsv(path, { required: ["a"] })];
  const opened = Database.open({ files, ...limits(directory.path), memory: 1000 });
  await assert.rejects(opened, {
    name: "ResourceError",
    message: /out of memory; .*raise --memory/,
  });
});

/** Names that mean something to a shell, to SQL, to DuckDB or to a file system of its own. */
const names = [
  "l[1].csv",
  "l1.csv",
  "a*b.csv",
  "axb.csv",
  "a?b.csv",
  "**.csv",
  "{a,b}.csv",
  "[!a].csv",
  "[^a].csv",
  "b.csv",
  "[]].csv",
  "]x[.csv",
  "[x]*?.csv",
  "\\.csv",
  "a\\b.csv",
  "x\\",
  "a'b.csv",
  'a"b.csv',
  "a b.csv",
  "$x 2015.csv",
  "é;--.csv",
  "new\nline.csv",
  "#1.csv",
  "100%25.csv",
  "~x.csv",
  "a.csv.gz",
  "split=train/k=v.csv",
  "d[1]/l[1].csv",
  "d1/l1.csv",
  "s3:/bucket/a.csv",
  "file:/a.csv",
  "~/a.csv",
  "d*/e?.csv",
  "https:/example.org/a.csv",
];

Deno.test("fault 47: whatever a path holds, the file of that name is read, and no other", async (t) => {
  await using directory = await temporary();
  const files: CsvFile[] = [];
  for (const [at, name] of names.entries()) {
    const path = join(directory.path, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, `b,a\n1,${at}\n`);
    files.push(await openCsv(path, { required: ["a"] }));
  }
  const database = await Database.open({ files, ...limits(join(directory.path, "spill")) });
  for (const [at, file] of files.entries()) {
    await t.step(names[at]!, async () => {
      assert.deepEqual(await select({ database, file }), [[`${at}`, null]]);
    });
  }
  database.close();
});

Deno.test("fault 47: a relative path that begins like a home folder or a server is a path", async () => {
  await using directory = await temporary();
  const before = Deno.cwd();
  Deno.chdir(directory.path);
  try {
    for (const name of ["~", "~root", "s3://bucket/a.csv", "./../x/../a.csv", "-.csv"]) {
      await Deno.mkdir(dirname(name), { recursive: true });
      using opened = await open("", name, "b,a\n1,2\n");
      assert.deepEqual(await select(opened), [["2", null]], name);
    }
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("fault 47: a name that DuckDB can only take for a pattern is refused", async () => {
  await using directory = await temporary();
  // A backslash separates folders there, so that the name below means this file.
  await Deno.mkdir(join(directory.path, "a"));
  await Deno.writeTextFile(join(directory.path, "a", "xb1.csv"), "a\nxyzzy\n");
  await assert.rejects(open(directory.path, "a\\?b[1].csv", "b,a\n1,2\n"), (error: Error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /takes its name for a pattern; .*; rename the file or its folder$/);
    return true;
  });
});

Deno.test("a linked file is read where its link led when it was opened", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.writeTextFile(at("one.csv"), "a\none\n");
  await Deno.writeTextFile(at("two.csv"), "a\ntwo\n");
  await Deno.symlink(at("one.csv"), at("link.csv"));
  const file = await openCsv(at("link.csv"), { required: ["a"] });
  await Deno.remove(at("link.csv"));
  await Deno.symlink(at("two.csv"), at("link.csv"));
  const database = await Database.open({ files: [file], ...limits(at("spill")) });
  assert.deepEqual(await select({ database, file }), [["one", null]]);
  database.close();
});

Deno.test("values are strings, whatever they look like", async () => {
  await using directory = await temporary();
  using opened = await open(directory.path, "x.csv", 'a,b\n0066,x\n1e5,x\n" NULL",x\n"",x\n');
  assert.deepEqual((await select(opened)).map(([value]) => value), ["0066", "1e5", " NULL", null]);
});

Deno.test("words that say nothing are looked up where they are asked for, not joined", async () => {
  await using directory = await temporary();
  using opened = await open(directory.path, "a.csv", "a\n NULL \nx\n n/a\n");
  const { database, file } = opened;
  const a = column(file, "a");
  const sql = `SELECT CASE WHEN ${a} <> 'y' THEN ${unlessMissing(a)} END FROM ${from(file)}`;
  assert.deepEqual((await database.rows(sql, [file])).flat().toSorted(), [null, null, "x"]);
  const plan = String(await database.rows(`EXPLAIN ${sql}`, [file]));
  assert.match(plan, /READ_CSV/);
  assert.doesNotMatch(plan, /JOIN/); // for which every row's text would be taken
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

for (const how of ["at once", "in chunks"]) {
  Deno.test(`an error says where, never what: read ${how}`, () =>
    assertSilent(how === "in chunks"));
}

async function assertSilent(inChunks: boolean): Promise<void> {
  await using directory = await temporary();
  const broken: [string, RegExp][] = [
    ["a,b\n1,2\nxyzzy,3,4\n", /x\.csv, line 3: 3 fields instead of 2/],
    ['a,b\n1,"xyzzy', /line 2: a quoted field/],
    [`a,b\n1,${"xyzzy ".repeat(MAX_RECORD / 5)}\n`, /a record of more than/],
  ];
  for (const [text, expected] of broken) {
    const read = async () => {
      using opened = await open(directory.path, "x.csv", text);
      if (inChunks) await Array.fromAsync(stream(opened));
      else await select(opened);
    };
    await assert.rejects(read, (error: Error) => {
      assert.ok(error instanceof DataError && error.cause === undefined);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /xyzzy|\n/);
      return true;
    });
  }
}

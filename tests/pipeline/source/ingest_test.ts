import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { Ingest, openTables } from "../../../pipeline/source/ingest.ts";
import { assertReadAsPython } from "../../_support/drawn_tables.ts";
import { noPython } from "../../_support/python_csv.ts";
import { readTable } from "../../_support/read_table.ts";
import { limits, temporary } from "../../_support/tiny.ts";

const TABLES = 500;

Deno.test(
  `${TABLES} tables are read as Python's csv reads them, or refused`,
  { ignore: noPython },
  async () => {
    const read = await assertReadAsPython(TABLES, 12);
    assert.ok(read > TABLES / 3, `only ${read} were read`);
  },
);

Deno.test("fault 16: a table of a header alone is refused", async () => {
  for (const text of ["id,text", "id,text\r\n\r\n", "\ufeffid\ttext\n", "sep=;\nid;text\n"]) {
    await assert.rejects(readTable(text, { required: ["id", "text"] }), (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, /no rows below the header/);
      return true;
    });
  }
});

Deno.test("fault 74: what readers disagree on behind a table's first 64 MB is refused with its line", async () => {
  const line = `1,${"word ".repeat(2000)}\n`; // 10 kB
  const lines = Math.ceil((64 << 20) / line.length) + 200;
  const text = "id,text\n" + line.repeat(lines) + '2,"a" \r\n3,"b"\r\n' + line;
  await assert.rejects(readTable(text, { required: ["id", "text"] }), (error: Error) => {
    assert.ok(error instanceof DataError, error.message);
    assert.match(
      error.message,
      new RegExp(`line ${lines + 2} of .* has a line end of another kind`),
    );
    return true;
  });
});

Deno.test("a table of which fewer or more rows came than it has is refused", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "table.csv");
  await Deno.writeTextFile(path, "id,text\n1,fever\n2,cough\n");
  for (const rows of [1, 3]) {
    const [file] = await openTables([{ path, expected: { required: ["id", "text"] } }]);
    const ingest = await Ingest.open([file!], limits(join(directory.path, "spill")));
    ingest.counted(file!, rows);
    await assert.rejects(ingest.finish(), {
      name: DataError.name,
      message: new RegExp(`: ${rows} of 2 records were understood; expected CSV`),
    });
    ingest.close();
  }
});

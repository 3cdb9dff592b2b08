import assert from "node:assert/strict";
import { readParquet, surveyParquet } from "../../../pipeline/source/parquet_table.ts";
import { writeParquet } from "../../../pipeline/source/write_parquet.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a table is read as it was written, rows in order", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/it's a table.parquet`;
  const columns = {
    id: "VARCHAR",
    count: "INTEGER",
    score: "FLOAT",
    assigned: "BOOLEAN",
    codes: "VARCHAR[]",
    tokens: "INTEGER[]",
  } as const;
  await writeParquet(path, columns, [
    ["007", 3, 0.5, true, ["428.0", "V45.81"], [2, 5]],
    ["é\n", null, 0.25, false, [], []],
  ]);
  const file = { path, location: await Deno.realPath(path) };
  assert.deepEqual((await surveyParquet(file)).keys, Object.keys(columns));
  const rows = (await Array.fromAsync(readParquet(file))).flat().map((row) => [...row]);
  assert.deepEqual(rows, [
    ["007", "3", "0.5", "true", '["428.0","V45.81"]', "[2,5]"],
    ["é\n", "", "0.25", "false", "[]", "[]"],
  ]);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), [
    "it's a table.parquet",
  ]);
});

Deno.test("a failed write says so without the data, and leaves the file before as it was", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/a.parquet`;
  await Deno.writeTextFile(path, "before");
  const rows = (function* () {
    yield ["secret"];
    throw new Error("the disk is full");
  })();
  await assert.rejects(writeParquet(path, { id: "VARCHAR" }, rows), (error: Error) => {
    assert.equal(error.name, "ResourceError");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  assert.equal(await Deno.readTextFile(path), "before");
});

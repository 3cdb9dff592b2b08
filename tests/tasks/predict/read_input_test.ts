import assert from "node:assert/strict";
import { writeParquet } from "../../../pipeline/source/write_parquet.ts";
import { readInput } from "../../../tasks/predict/read_input.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("fault 59: a table whose ids are texts is refused by its row, and nothing of them is shown", async () => {
  await using folder = await temporary();
  const input = `${folder.path}/notes.parquet`;
  const rows = [["1", "word001"], ["the canaryphrase of a whole note", "2"]];
  await writeParquet(input, { id: "VARCHAR", text: "VARCHAR" }, rows);
  await assert.rejects(Array.fromAsync(readInput(input, {})), {
    name: "DataError",
    message:
      /^reading \S+notes\.parquet, row 2: its id is a text of 32 characters; expected one line/,
  });
});

import assert from "node:assert/strict";
import { joinTables } from "../../../tasks/bench/results.ts";

Deno.test("tables of one title become one, rows in order", () => {
  const columns = [{ key: "work", head: "work", unit: "text" }] as const;
  const table = (title: string, ...works: string[]) => ({
    title,
    columns,
    rows: works.map((work) => ({ work })),
  });
  const joined = joinTables([table("Speed", "a"), table("Memory", "m"), table("Speed", "b", "c")]);
  assert.deepEqual(joined, [table("Speed", "a", "b", "c"), table("Memory", "m")]);
});

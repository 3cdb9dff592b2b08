import assert from "node:assert/strict";
import { CodeTable } from "../../../pipeline/codes/code_table.ts";

Deno.test("fault 58: a code is found however it is spelled", () => {
  const table = new CodeTable<string>();
  table.set("diagnosis", "428.0", "heart failure");
  for (const code of ["428.0", "4280"]) {
    assert.equal(table.get("diagnosis", code), "heart failure");
  }
  table.set("code", "n448", "torsion");
  for (const code of ["n44.8", "N448", "N44.8", "n448"]) {
    assert.equal(table.get("code", code), "torsion");
  }
});

Deno.test("fault 58: of spellings that mean different things only the very one is found", () => {
  const table = new CodeTable<string>();
  table.set("code", "006.6", "amebiasis");
  table.set("code", "00.66", "angioplasty");
  assert.equal(table.get("code", "00.66"), "angioplasty");
  assert.equal(table.get("code", "0066"), undefined);
});

Deno.test("two spellings of one value are found by a third", () => {
  const table = new CodeTable<string>();
  table.set("code", "n44.8", "torsion");
  table.set("code", "N44.8", "torsion");
  assert.equal(table.get("code", "n448"), "torsion");
});

Deno.test("a code of a kind is looked for among its kind, then among those of none", () => {
  const table = new CodeTable<string>();
  table.set("code", "428.0", "of none");
  table.set("procedure", "428.0", "of procedures");
  assert.equal(table.get("diagnosis", "428.0"), "of none");
  assert.equal(table.get("procedure", "4280"), "of procedures");
  assert.equal(table.get("code", "428.1"), undefined);
});

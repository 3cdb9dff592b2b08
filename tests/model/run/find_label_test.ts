import assert from "node:assert/strict";
import { createLabelFinder } from "../../../model/run/find_label.ts";
import type { Label } from "../../../pipeline/schema.ts";

const label = (code: string): Label => ({
  code,
  kind: "diagnosis",
  title: "",
  group: "",
  documents: { train: 1, dev: 0, test: 0 },
});
const finder = createLabelFinder(["428.0", "V58.61", "38.93", "3893"].map(label));

Deno.test("a code is found by any spelling that means it alone, once", () => {
  assert.deepEqual([...finder.places(["v5861", "4280", "428.0"])], [0, 1]);
});

Deno.test("what is no label is said, and taken for none", () => {
  assert.deepEqual(finder.strange(["428.0", "999.9"]), ["999.9"]);
  assert.deepEqual([...finder.places(["999.9"])], []);
});

Deno.test("where two labels differ in their point alone, each is found as it is written", () => {
  assert.deepEqual([...finder.places(["3893"])], [3]);
  assert.deepEqual([...finder.places(["38.93"])], [2]);
});

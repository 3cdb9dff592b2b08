import assert from "node:assert/strict";
import { restrictedNote } from "../../../tasks/report/restricted.ts";

Deno.test("fault 52: what restricted data are is said: MIMIC-III, or a corpus that was declared so", () => {
  const rest = ": weights, vocabulary, predictions and what is computed from them are restricted " +
    "by its data use agreement.";
  assert.equal(restrictedNote({ source: "mimic3" }), `Made from MIMIC-III${rest}`);
  assert.equal(
    restrictedNote({ source: "corpus" }),
    `Made from a corpus declared restricted${rest}`,
  );
});

import assert from "node:assert/strict";
import { isMissing } from "../../../pipeline/codes/missing.ts";

const missing = [
  "",
  " ",
  "nan",
  "NaN",
  "None",
  "none",
  "NULL",
  "null",
  "\\N",
  "<NA>",
  "NA",
  "N/A",
  "-",
  "--",
  "NaT",
  "#N/A",
  " nan ",
  ".",
  "?",
  "undefined",
  "(null)",
  "[NULL]",
  "(blank)",
  "n.a.",
  "nil",
  "Unknown",
  "missing",
  "Not available",
  "#VALUE!",
  "#REF!",
  "#DIV/0!",
  "-1.#IND",
  "\u2014",
  '""',
  "***",
  "____",
  "\u2026",
];
for (const word of missing) {
  Deno.test(`fault 57: ${JSON.stringify(word)} stands where there is nothing`, () => {
    assert.ok(isMissing(word));
  });
}

Deno.test("fault 57: codes, ids and words that resemble them are there", () => {
  const present = [
    "0",
    "0.0",
    "NaNa",
    "N18",
    "nan1",
    "Nullipara",
    "-1",
    "E879.8",
    "no",
    "none of these",
  ];
  assert.deepEqual(present.filter(isMissing), []);
});

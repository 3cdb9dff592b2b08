import assert from "node:assert/strict";
import { collisions } from "../../../pipeline/codes/caml_reading.ts";
import { formatIcd9 } from "../../../pipeline/codes/icd9.ts";
import type { CodeKind } from "../../../pipeline/schema.ts";
import { readRecords } from "../../_support/read_csv.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";

const codesOf = (kind: CodeKind, ...codes: readonly string[]) =>
  codes.map((code) => ({ kind, code }));
const found = (...codes: { kind: CodeKind; code: string }[]) =>
  collisions(codes).map((group) => group.map(({ code }) => code).join());

Deno.test("procedures that differ by leading zeros alone are one integer", () => {
  assert.deepEqual(found(...codesOf("procedure", "00.66", "06.6", "01.10", "11.0", "93.90")), [
    "00.66,06.6",
    "01.10,11.0",
  ]);
});

Deno.test("a trailing zero is kept", () => {
  assert.deepEqual(found(...codesOf("procedure", "93.9", "93.90")), []);
});

Deno.test("diagnoses are read as they are written", () => {
  assert.deepEqual(found(...codesOf("diagnosis", "003.0", "030")), []);
  assert.deepEqual(found(...codesOf("diagnosis", "003.1"), ...codesOf("procedure", "31")), []);
});

const dictionary = "mimic3-demo/D_ICD_PROCEDURES.csv";
Deno.test("73 pairs of MIMIC-III's dictionary collide", await needsShared(dictionary), async () => {
  const csv = await Deno.readTextFile(sharedPath(dictionary));
  const rows = readRecords(csv.replaceAll("\r", ""));
  const codes = rows.map(({ ICD9_CODE }) => formatIcd9("procedure", ICD9_CODE!)!);
  const groups = collisions(codesOf("procedure", ...codes));
  assert.deepEqual([groups.length, groups.flat().length], [73, 146]);
});

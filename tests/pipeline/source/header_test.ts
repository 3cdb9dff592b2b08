import assert from "node:assert/strict";
import { mayBeHeader } from "../../../pipeline/source/header.ts";

const known = new Set(["hadmid", "icd9code"]);

const headers: string[][][] = [
  [["doc", "diag"], ["n1", "r52"]],
  [["HADM_ID", "428.0", "401.9"], ["1", "0", "1"]], // a known name makes a header
  [["", "Unnamed: 0", "Note text"], ["0", "0", "fever"]],
  [["'ICD-9-CM CODE'", "'CCS CATEGORY'"], ["'01000'", "'1'"]],
  [["código", "título"], ["r52", "dolor"]],
  [["ICD10", "col_1"]],
];
for (const records of headers) {
  Deno.test(`fault 53: may be a header: ${records[0]!.join()}`, () => {
    assert.ok(mayBeHeader(records, known));
  });
}

const data: string[][][] = [
  [["S0004-06142005000700014-1", "n44.8"]],
  [["145834", "4280"]],
  [["n1", "r52"]],
  [["n1", "bw03zzz"]],
  [["n1", "0tcb"]],
  [["anna", "fever"], ["anna", "sepsis"]],
  [["fever", "fever"]],
  [["n1", "He was admitted. He died."]],
  [["n1", "Patient is a man of sixty-one years"]],
  [["", ""]],
];
for (const records of data) {
  Deno.test(`fault 54: can be no header: ${records[0]!.join()}`, () => {
    assert.ok(!mayBeHeader(records, known));
  });
}

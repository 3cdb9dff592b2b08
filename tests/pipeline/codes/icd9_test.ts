import fc from "fast-check";
import assert from "node:assert/strict";
import { formatIcd9, type Icd9Kind, withoutPoint } from "../../../pipeline/codes/icd9.ts";

Deno.test("points stand where ICD-9 has them", () => {
  const formatted: [Icd9Kind, string, string | undefined][] = [
    ["diagnosis", "4280", "428.0"],
    ["diagnosis", "25000", "250.00"],
    ["diagnosis", "042", "042"],
    ["diagnosis", "0389", "038.9"],
    ["diagnosis", "V5861", "V58.61"],
    ["diagnosis", "E8798", "E879.8"],
    ["diagnosis", "E849", "E849"],
    ["procedure", "0066", "00.66"],
    ["procedure", "370", "37.0"],
    ["procedure", "17", "17"],
  ];
  for (const [kind, raw, expected] of formatted) {
    assert.equal(formatIcd9(kind, raw), expected, `${kind} ${raw}`);
  }
});

Deno.test("blanks, a point in its place and lower case are put right", () => {
  assert.equal(formatIcd9("diagnosis", " v5861 "), "V58.61");
  assert.equal(formatIcd9("diagnosis", "428.0"), "428.0");
  assert.equal(formatIcd9("procedure", "96.04"), "96.04");
});

Deno.test("what cannot be a code of its kind is none", () => {
  const none: [Icd9Kind, string][] = [
    ["diagnosis", "42.80"],
    ["diagnosis", "42"],
    ["diagnosis", "4280000"],
    ["diagnosis", ""],
    ["procedure", "V5861"],
    ["procedure", "96041"],
  ];
  for (const [kind, raw] of none) {
    assert.equal(formatIcd9(kind, raw), undefined, `${kind} ${raw}`);
  }
});

Deno.test("property: formatting twice changes nothing and loses no character", () => {
  fc.assert(fc.property(fc.stringMatching(/^(\d{3}|V\d{2}|E\d{3})\d{0,2}$/), (raw) => {
    const code = formatIcd9("diagnosis", raw)!;
    assert.equal(withoutPoint(code), raw);
    assert.equal(formatIcd9("diagnosis", code), code);
  }));
});

import assert from "node:assert/strict";
import type { TitleOf } from "../../../pipeline/codes/code.ts";
import { codesOf, readMimic, refusalOf } from "../../_support/mimic3.ts";
import { codeTable, csv, TINY } from "../../_support/tiny.ts";

Deno.test("fault 57: missing-value words are no codes and no admissions, counted", async () => {
  const diagnoses = codeTable([
    [1, 100, "4280"],
    ...["nan", "NULL", "\\N", "None", "<NA>", "-"].map((word) => [1, 100, word] as const),
    [1, "nan", "4019"],
    ["None", "NULL", "4019"],
  ]);
  const { source, stages } = await readMimic({ ...TINY, diagnoses });
  assert.deepEqual(codesOf(source, "100"), ["00.66", "428.0"]);
  assert.deepEqual(stages[1]!.excluded, { "without HADM_ID": 2, "without a code": 6 });
});

Deno.test("fault 60: ids in other forms are the same admission and patient, counted", async () => {
  const ids: [string, string][] = [["1.0", "100.0"], ["1", "1.00E+02"], ["1", "100"], [
    " 1",
    "'100",
  ]];
  const codes = ["4280", "0389", "4019", "25000"];
  const diagnoses = codeTable(
    ids.map(([patient, admission], i) => [patient, admission, codes[i]!] as const),
  );
  const { source, stages } = await readMimic({ ...TINY, diagnoses });
  assert.deepEqual(codesOf(source, "100"), ["00.66", "038.9", "250.00", "401.9", "428.0"]);
  assert.equal(source.patients.get("100"), "1");
  assert.equal(stages[1]!.noted["HADM_ID in another form"], 3);
});

Deno.test("fault 60: an admission whose digits are lost is refused, and shown", async () => {
  const diagnoses = codeTable([[1, "1.46E+05", "4280"], [1, "1.46E+05", "4019"]]);
  assert.match(
    await refusalOf({ ...TINY, diagnoses }),
    /DIAGNOSES_ICD\.csv: 2 rows have a HADM_ID that is no whole number, such as 1\.46E\+05;/,
  );
});

Deno.test("fault 58: one code in several spellings is one", async () => {
  const diagnoses = codeTable([[1, 100, "4280"], [1, 100, "428.0"], [2, 200, "e8798"], [
    2,
    200,
    "E879.8",
  ]]);
  const { source } = await readMimic({
    ...TINY,
    diagnoses,
    procedures: codeTable([[1, 100, "0066"]]),
  });
  assert.deepEqual(source.codes.map(({ code }) => code), ["00.66", "428.0", "E879.8"]);
});

/** The codes that HCUP's tables know. */
const known = new Set(["4280", "0389", "0845", "00845", "25000", "4019", "0066", "066", "9604"]);
const titles: TitleOf = (_kind, code) => known.has(code) ? "words" : "";
const spreadsheet = {
  ...TINY,
  diagnoses: codeTable([[1, 100, "4280"], [1, 100, "389"], [2, 200, "845"], [2, 200, "E8798"]]),
  procedures: codeTable([[1, 100, "66"], [2, 200, "9604"]]),
};

const damaged: [name: string, tables: typeof TINY, said: RegExp][] = [
  [
    "leading zeros lost",
    spreadsheet,
    /DIAGNOSES_ICD\.csv: codes were taken for numbers.* 2 rows lost zeros, such as 389 for 0389;.*--repair-zeros; 1 codes could be several/,
  ],
  [
    "procedures of two digits",
    { ...TINY, procedures: spreadsheet.procedures },
    /PROCEDURES_ICD\.csv: codes were taken for numbers.* 1 rows lost zeros, such as 66;/,
  ],
  [
    "codes as floats",
    { ...TINY, diagnoses: codeTable([[1, 100, "4280.0"], [1, 100, "389.0"], [2, 200, "E8798"]]) },
    /2 rows lost zeros, such as 389\.0 for 0389/,
  ],
  [
    "a dictionary's zeros lost",
    {
      ...TINY,
      "D_ICD_DIAGNOSES.csv": csv(["ICD9_CODE", "LONG_TITLE"], [["389", "Sepsis"], ["4280", "CHF"]]),
    },
    /D_ICD_DIAGNOSES\.csv: codes were taken for numbers/,
  ],
];
for (const [name, tables, said] of damaged) {
  Deno.test(`fault 73: ${name}: recognised, and refused with the remedy`, async () => {
    assert.match(await refusalOf(tables, { titles }), said);
  });
}

Deno.test("fault 73: zeros are given back on request; what could be several codes is left out", async () => {
  const { source, stages } = await readMimic(spreadsheet, { titles, repairZeros: true });
  assert.deepEqual(codesOf(source, "100"), ["038.9", "428.0"]);
  assert.deepEqual(codesOf(source, "200"), ["96.04", "E879.8"]);
  assert.deepEqual(stages[1]!.excluded, {
    "code without its zeros that several codes could be": 2,
  });
  assert.deepEqual(stages[1]!.noted, { "code given its zeros back": 1 });
  assert.deepEqual(source.remarks, [
    "codes of 1 rows were given their zeros back, 2 rows left out",
  ]);
});

Deno.test("fault 73: a dictionary's zeros are given back too", async () => {
  const dictionary = csv(["ICD9_CODE", "LONG_TITLE"], [["389", "Sepsis"], ["4280", "CHF"]]);
  const { source } = await readMimic(
    { ...spreadsheet, "D_ICD_DIAGNOSES.csv": dictionary },
    { titles, repairZeros: true },
  );
  assert.equal(source.codes.find(({ code }) => code === "038.9")?.title, "Sepsis");
});

Deno.test("fault 73: a whole table is not suspected, whatever codes nobody knows", async () => {
  const diagnoses = codeTable([[1, 100, "0389"], [1, 100, "389"], [1, 100, "7999"], [
    2,
    200,
    "845",
  ]]);
  const { source } = await readMimic({ ...TINY, diagnoses }, { titles });
  assert.deepEqual(codesOf(source, "100"), ["00.66", "038.9", "389", "799.9"]);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError } from "../../../pipeline/errors.ts";
import { openMimic3Tables } from "../../../pipeline/source/mimic3_tables.ts";
import { temporary, TINY, writeTables } from "../../_support/tiny.ts";

const MIMIC4_CODES = "subject_id,hadm_id,seq_num,icd_code,icd_version\n1,100,1,4280,9\n";
const MIMIC4_NOTES = "note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n";

/** The one line with which a folder of these files is refused; a name with a slash makes a folder. */
async function refusalOf(files: Record<string, string | Uint8Array>): Promise<string> {
  await using directory = await temporary();
  for (const name of Object.keys(files).filter((name) => name.includes("/"))) {
    await Deno.mkdir(join(directory.path, name.split("/")[0]!), { recursive: true });
  }
  await writeTables(directory.path, files);
  try {
    await openMimic3Tables(directory.path);
  } catch (error) {
    assert.ok(error instanceof DataError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  return assert.fail("opened");
}

const twins: [name: string, files: Record<string, string | Uint8Array>, said: RegExp][] = [
  [
    "a table beside its gzip",
    { ...TINY, "NOTEEVENTS.csv.gz": gzipSync(TINY.notes) },
    /NOTEEVENTS\.csv and NOTEEVENTS\.csv\.gz could be the same table/,
  ],
  [
    "a table in two cases",
    { ...TINY, "diagnoses_icd.csv": TINY.diagnoses },
    /DIAGNOSES_ICD\.csv and diagnoses_icd\.csv could be/,
  ],
  [
    "macOS's twin",
    { ...TINY, "._PROCEDURES_ICD.csv": "\0\x05\x16\x07" },
    /\._PROCEDURES_ICD\.csv and PROCEDURES_ICD\.csv could be/,
  ],
  [
    "a dictionary beside its gzip",
    { ...TINY, "D_ICD_DIAGNOSES.csv": "x", "D_ICD_DIAGNOSES.csv.gz": "x" },
    /D_ICD_DIAGNOSES\.csv and D_ICD_DIAGNOSES\.csv\.gz/,
  ],
];
for (const [name, files, said] of twins) {
  Deno.test(`fault 71: ${name} is refused, both files named`, async () => {
    const message = await refusalOf(files);
    assert.match(message, said);
    assert.match(message, /remove or rename the other$/);
  });
}

Deno.test("fault 71: all pairs are named at once", async () => {
  const message = await refusalOf({
    ...TINY,
    "NOTEEVENTS.csv.gz": "x",
    "PROCEDURES_ICD.CSV.GZ": "x",
  });
  assert.match(
    message,
    /NOTEEVENTS\.csv and NOTEEVENTS\.csv\.gz, PROCEDURES_ICD\.CSV\.GZ and PROCEDURES_ICD\.csv could/,
  );
});

const foreign: [name: string, files: Record<string, string | Uint8Array>][] = [
  ["MIMIC-IV's folder", { "hosp/diagnoses_icd.csv.gz": "x", "icu/icustays.csv.gz": "x" }],
  ["the folder of MIMIC-IV's notes", { "note/discharge.csv.gz": "x", "LICENSE.txt": "x" }],
  ["MIMIC-IV's notes", { "discharge.csv.gz": "x", "radiology.csv.gz": "x" }],
  ["MIMIC-IV's hospital tables", { "diagnoses_icd.csv": MIMIC4_CODES, "omr.csv": "x" }],
  ["tables of codes in another folder", {
    "diagnoses_icd.csv": MIMIC4_CODES,
    "procedures_icd.csv": MIMIC4_CODES,
  }],
  ["MIMIC-IV's codes beside MIMIC-III's notes", { ...TINY, diagnoses: MIMIC4_CODES }],
  ["MIMIC-IV's notes under MIMIC-III's name", { ...TINY, notes: MIMIC4_NOTES }],
];
for (const [name, files] of foreign) {
  Deno.test(`fault 78: ${name} is named as MIMIC-IV, and how it is read`, async () => {
    const message = await refusalOf(files);
    assert.match(message, /MIMIC-IV/);
    assert.match(message, /--source corpus/);
  });
}

Deno.test("fault 1: a folder that is not there is told", async () => {
  await assert.rejects(openMimic3Tables("/nonexistent"), {
    name: DataError.name,
    message: /it does not exist; expected a folder with NOTEEVENTS\.csv/,
  });
});

Deno.test("fault 5: gzipped tables are found by their names", async () => {
  await using directory = await temporary();
  const { notes, ...rest } = TINY;
  await writeTables(directory.path, { ...rest, "NOTEEVENTS.csv.gz": gzipSync(notes) });
  const tables = await openMimic3Tables(directory.path);
  assert.equal(tables.NOTEEVENTS.gzip, true);
  assert.equal(tables.D_ICD_DIAGNOSES, undefined);
});

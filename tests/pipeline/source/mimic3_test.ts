import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { codesOf, readMimic, refusalOf, type Tables } from "../../_support/mimic3.ts";
import { codeTable, csv, NOTE_COLUMNS, noteRow, TINY } from "../../_support/tiny.ts";

Deno.test("summaries with an admission are streamed, the rest is counted", async () => {
  const { notes, stages, source } = await readMimic(TINY);
  assert.deepEqual(notes.map(({ document, row }) => [document, row]), [
    ["100", 2],
    ["100", 3],
    ["100", 4],
    ["200", 8],
    ["300", 9],
  ]);
  assert.equal(notes[1]!.text, 'second\nday, ""quoted""');
  const joined = notes.slice(0, 3).sort((a, b) => a.rank - b.rank || a.row - b.row);
  assert.deepEqual(joined.map(({ row }) => row), [2, 3, 4], "reports by date, then addenda");
  assert.deepEqual(stages[0], {
    stage: "notes",
    read: 9,
    kept: 5,
    excluded: {
      "another category": 1,
      "discharge summary without HADM_ID": 1,
      "empty text": 1,
      "exact duplicate of a row": 1,
    },
    noted: { addenda: 1 },
  });
  assert.equal(source.restricted, true);
});

Deno.test("fault 19: codes are distinct strings with their points", async () => {
  const { source, stages } = await readMimic(TINY);
  assert.deepEqual(codesOf(source, "100"), ["00.66", "038.9", "428.0"]);
  assert.deepEqual(codesOf(source, "200"), ["428.0", "96.04", "E879.8"]);
  assert.equal(source.codes.map(({ kind }) => kind[0]).join(""), "pdddpd");
  assert.equal(source.patients.get("400"), "4");
  assert.deepEqual(stages[1], {
    stage: "codes",
    read: 10,
    kept: 7,
    excluded: {
      "duplicate of a code of the same admission": 1,
      "without HADM_ID": 1,
      "without a code": 1,
    },
    noted: {},
  });
});

Deno.test("MIMIC-III: titles come from the dictionaries", async () => {
  const { source } = await readMimic({
    ...TINY,
    "D_ICD_DIAGNOSES.csv": csv(["ROW_ID", "ICD9_CODE", "SHORT_TITLE", "LONG_TITLE"], [
      [1, "4280", "CHF NOS", "Congestive heart failure, unspecified"],
    ]),
  });
  const failing = source.codes.find(({ code }) => code === "428.0");
  assert.equal(failing?.title, "Congestive heart failure, unspecified");
});

const gz = gzipSync(TINY.notes);
const { notes: _, ...rest } = TINY;
const reordered = csv(
  NOTE_COLUMNS.toReversed(),
  // deno-fmt-ignore
  [[4, "addendum of the first day", "Addendum"], [3, 'second\nday, ""quoted""', "Report", "2150-01-02"],
    [2, "first day", "Report"], [8, "another patient", "Report", "2150-01-01", 2, 200],
    [9, "admission without codes", "Report", "2150-01-01", 3, 300]]
    .map(([row, text, description, date, patient, admission]) =>
      noteRow({ row, text, description, date, patient, admission } as never).toReversed()),
);
const plainText = TINY.notes as string;
const variants: Record<string, Tables> = {
  "fault 5: gzip": { ...rest, "NOTEEVENTS.csv.gz": gz },
  "fault 6: gzip named csv": { ...TINY, notes: gz },
  "fault 8: a byte order mark": { ...TINY, notes: "\ufeff" + plainText },
  "fault 9: CRLF": { ...TINY, notes: plainText.replaceAll(/(?<=[",0-9])\n/g, "\r\n") },
  "no line end at the end": { ...TINY, notes: plainText.trimEnd() },
  "fault 12: another order of columns": { ...TINY, notes: reordered },
  "names of columns in lower case": {
    ...TINY,
    notes: plainText.replace(/^.*\n/, (header) => header.toLowerCase()),
  },
  "names of files in lower case": { ...rest, "noteevents.csv": plainText },
};
for (const [name, tables] of Object.entries(variants)) {
  Deno.test(`${name}: the notes are the same`, async () => {
    assert.deepEqual((await readMimic(tables)).notes, (await readMimic(TINY)).notes);
  });
}

Deno.test("fault 3: a source is named with its bytes, rows and digest, and checked against SHA256SUMS", async () => {
  const { sources } = await readMimic(TINY);
  const notes = sources.find(({ name }) => name === "NOTEEVENTS.csv")!;
  assert.equal(notes.rows, 9);
  assert.equal(notes.bytes, TINY.notes.length);
  assert.match(notes.sha256, /^[0-9a-f]{64}$/);
  assert.equal(notes.verified, false);
  const sums = `${notes.sha256}  NOTEEVENTS.csv\n`;
  const checked = await readMimic({ ...TINY, "SHA256SUMS.txt": sums });
  assert.equal(checked.sources.find(({ name }) => name === notes.name)!.verified, true);
  const wrong = `${"0".repeat(64)}  NOTEEVENTS.csv\n`;
  assert.match(await refusalOf({ ...TINY, "SHA256SUMS.txt": wrong }), /SHA256SUMS/);
});

Deno.test("fault 1: missing files are all named", async () => {
  const { notes: _, diagnoses: __, ...rest } = TINY;
  const message = await refusalOf(rest);
  assert.match(message, /NOTEEVENTS/);
  assert.match(message, /DIAGNOSES_ICD/);
});

Deno.test("fault 11: missing columns are all named", async () => {
  const columns = await refusalOf({ ...TINY, diagnoses: "ROW_ID,SUBJECT_ID\n1,2\n" });
  assert.match(columns, /hadm_id, icd9_code/);
});

const CANARY = "xyzzycanary";
const text = plainText;
const broken: Record<string, [Tables, RegExp]> = {
  "fault 2: ends inside a quote": [
    { ...TINY, notes: text.slice(0, -3) + CANARY },
    /NOTEEVENTS.*quoted field/,
  ],
  "fault 2: text after a closing quote": [
    { ...TINY, notes: text.replace('"first day"', `"first"${CANARY}`) },
    /NOTEEVENTS.*line/,
  ],
  "too few fields": [
    { ...TINY, notes: text + `1,2,"${CANARY}"\n` },
    /3 fields instead of 11/,
  ],
  "fault 7: another delimiter": [
    { ...TINY, diagnoses: TINY.diagnoses.replaceAll(",", ";") },
    /DIAGNOSES_ICD.*found a line that is no header.*commas/s,
  ],
  "no header": [
    { ...TINY, notes: csv([`${CANARY} %`], []).repeat(2) },
    /no header/,
  ],
  "fault 16: header only": [{ ...TINY, notes: csv(NOTE_COLUMNS, []) }, /no rows/],
  "fault 16: nothing at all": [{ ...TINY, notes: "" }, /empty/],
  "fault 4: cut gzip": [
    { ...TINY, notes: gzipSync(text.repeat(500)).subarray(0, -200) },
    /NOTEEVENTS.*gzip/,
  ],
  "fault 4: gzip with a wrong checksum": [
    {
      ...TINY,
      notes: gzipSync(text).map((byte, i, all) => i === all.length - 6 ? byte ^ 1 : byte),
    },
    /NOTEEVENTS.*gzip/,
  ],
  "fault 17: HADM_ID that is no number": [
    {
      ...TINY,
      notes: text + csv([], [noteRow({ row: 77, admission: "x1", text: CANARY })]).slice(1),
    },
    /ROW_ID 77 has no valid HADM_ID/,
  ],
  "fault 17: HADM_ID that is no number, in the codes": [
    { ...TINY, diagnoses: codeTable([[1, "x1", "4280"]]) },
    /DIAGNOSES_ICD.*1 rows have a HADM_ID/,
  ],
  "fault 17: a code of an admission of no patient": [
    { ...TINY, diagnoses: codeTable([[null, 100, "4280"]]) },
    /DIAGNOSES_ICD.*1 rows have a HADM_ID but no SUBJECT_ID/,
  ],
  "CHARTDATE that is no date": [
    { ...TINY, notes: text + csv([], [noteRow({ row: 77, date: "soon", text: CANARY })]).slice(1) },
    /ROW_ID 77.*CHARTDATE/,
  ],
  "an admission of two patients": [
    { ...TINY, diagnoses: codeTable([[1, 100, "4280"], [2, 100, "4019"]]) },
    /admission 100 belongs to the patients 1 and 2/,
  ],
  "fault 22: a malformed code": [
    { ...TINY, diagnoses: codeTable([[1, 100, "42x0"]]) },
    /such as 42x0 \(diagnosis\);.*--skip-malformed/,
  ],
};
for (const [name, [tables, expected]] of Object.entries(broken)) {
  Deno.test(`${name}, refused with one line and no text`, async () => {
    const message = await refusalOf(tables);
    assert.match(message, expected);
    assert.doesNotMatch(message, new RegExp(`${CANARY}|first day`));
  });
}

Deno.test("fault 13: invalid UTF-8 is refused with its byte offset, wherever it lies", async () => {
  const bytes = new TextEncoder().encode(text);
  const inNursingNote = new TextDecoder().decode(bytes).indexOf("not a summary");
  bytes[inNursingNote] = 0xff;
  assert.match(await refusalOf({ ...TINY, notes: bytes }), new RegExp(`byte ${inNursingNote} `));
});

Deno.test("fault 22: malformed codes can be left out, counted", async () => {
  const diagnoses = TINY.diagnoses + '99,1,100,1,"42x0"\n';
  const { source, stages } = await readMimic({ ...TINY, diagnoses }, { skipMalformed: true });
  assert.deepEqual(codesOf(source, "100"), ["00.66", "038.9", "428.0"]);
  assert.equal(stages[1]!.excluded["malformed code"], 1);
});

Deno.test("fault 14: NUL bytes are counted", async () => {
  const notes = csv(NOTE_COLUMNS, [noteRow({ row: 2, text: "a\0b" })]);
  const { notes: [note], stages } = await readMimic({ ...TINY, notes });
  assert.equal(note!.text, "a\0b");
  assert.equal(stages[0]!.noted["with NUL bytes, read as blanks"], 1);
});

Deno.test("fault 15: a note of several megabytes is read", async () => {
  const long = "word ".repeat(600_000);
  const notes = csv(NOTE_COLUMNS, [noteRow({ row: 1, text: long })]);
  const { notes: [note] } = await readMimic({ ...TINY, notes });
  assert.equal(note!.text, long);
});

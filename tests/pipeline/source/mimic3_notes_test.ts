import assert from "node:assert/strict";
import { join } from "node:path";
import { Database, from } from "../../../pipeline/source/database.ts";
import { openMimic3 } from "../../../pipeline/source/mimic3.ts";
import { openCsv } from "../../../pipeline/source/open_table.ts";
import { timeOnce } from "../../../tasks/bench/measure.ts";
import { readMimic, refusalOf } from "../../_support/mimic3.ts";
import {
  allNotes,
  csv,
  limits,
  NOTE_COLUMNS,
  noteRow,
  temporary,
  TINY,
  type TinyNote,
  writeTables,
} from "../../_support/tiny.ts";

/** The notes that are read of these rows, and what was counted of them. */
async function read(rows: readonly TinyNote[]) {
  const { notes, stages } = await readMimic({
    ...TINY,
    notes: csv(NOTE_COLUMNS, rows.map(noteRow)),
  });
  return { rows: notes.map(({ row }) => row), notes, ...stages[0]! };
}

const one: TinyNote = { row: 1, text: "fever" };

Deno.test("fault 17: a summary without HADM_ID is left out, counted", async () => {
  const found = await read([one, { row: 2, admission: null, text: "pain" }]);
  assert.deepEqual(found.rows, [1]);
  assert.deepEqual(found.excluded, { "discharge summary without HADM_ID": 1 });
});

Deno.test("fault 18: addenda are kept behind the reports, counted", async () => {
  const { notes, noted } = await read([
    { row: 1, description: "Addendum", text: "added" },
    { row: 2, date: "2150-02-01", text: "report" },
  ]);
  const ranked = notes.toSorted((a, b) => a.rank - b.rank).map(({ row }) => row);
  assert.deepEqual([ranked, noted], [[2, 1], { addenda: 1 }]);
});

Deno.test("fault 19: a row that comes again is read once, counted", async () => {
  const found = await read([one, one, one]);
  assert.deepEqual(found.rows, [1]);
  assert.deepEqual(found.excluded, { "exact duplicate of a row": 2 });
});

Deno.test("fault 23: empty notes are left out, counted", async () => {
  const found = await read([one, { row: 2, text: null }, { row: 3, text: " " }]);
  assert.deepEqual(found.rows, [1]);
  assert.deepEqual(found.excluded, { "empty text": 2 });
});

for (const word of ["nan", "NULL", "\\N", "<NA>", "None", "-"]) {
  Deno.test(`fault 57: ${word} is no HADM_ID and no text`, async () => {
    const found = await read([one, { row: 2, admission: word, text: "pain" }, {
      row: 3,
      text: word,
    }]);
    assert.deepEqual(found.rows, [1]);
    assert.deepEqual(found.excluded, {
      "discharge summary without HADM_ID": 1,
      "empty text": 1,
    });
  });
}

for (const id of ["100.0", "100.", "1.00E+02", "1.00e2", "'100", '="100"', "\u200b100", " 100 "]) {
  Deno.test(`fault 60: HADM_ID ${JSON.stringify(id)} is 100, counted`, async () => {
    const found = await read([one, { row: 2, admission: id, text: "pain" }]);
    assert.deepEqual(found.notes.map(({ document }) => document), ["100", "100"]);
    const noted = id.trim() === "100" ? undefined : 1;
    assert.equal(found.noted["HADM_ID in another form"], noted);
  });
}

for (const id of ["1.46E+05", "1E5", "145834.5", "14S834"]) {
  Deno.test(`fault 60: HADM_ID ${id} may be any number, and is refused`, async () => {
    const notes = csv(NOTE_COLUMNS, [noteRow({ row: 77, admission: id, text: "xyzzy" })]);
    const said = await refusalOf({ ...TINY, notes });
    assert.match(said, /ROW_ID 77 has no valid HADM_ID; expected a whole number/);
    assert.doesNotMatch(said, /xyzzy/);
  });
}

for (const category of ["Discharge Summary", "DISCHARGE SUMMARY", "discharge summary "]) {
  Deno.test(`fault 72: the category ${JSON.stringify(category)} is read, counted`, async () => {
    const found = await read([one, { row: 2, category, text: "pain" }]);
    assert.deepEqual(found.rows, [1, 2]);
    assert.deepEqual(found.noted, { "category in another spelling": 1 });
  });
}

Deno.test("fault 72: other categories stay out", async () => {
  const found = await read([one, { row: 2, category: "Discharge planning", text: "pain" }]);
  assert.deepEqual(found.rows, [1]);
});

Deno.test("fault 72: one text under two ROW_IDs has one hash, another text another", async () => {
  const { notes } = await read([one, { row: 2, text: "fever" }, { row: 3, text: "Fever" }]);
  const [first, second, third] = notes.map(({ textHash }) => textHash);
  assert.equal(first, second);
  assert.notEqual(first, third);
});

/** How many times as long as DuckDB alone notes may take that are left out: 2 to 3 were measured. */
const MOST_TIMES = 12;

Deno.test("notes of other categories cost little more than their bytes", async () => {
  await using directory = await temporary();
  const { path } = directory;
  const text = "seen today, no change. ".repeat(200);
  const others = Array.from(
    { length: 8000 },
    (_, row) => noteRow({ row: 10 + row, category: "Nursing", text }),
  ); // 37 MB
  const one = noteRow({ row: 1, text: "fever" });
  await writeTables(path, { ...TINY, notes: csv(NOTE_COLUMNS, [one, ...others]) });
  const file = await openCsv(join(path, "NOTEEVENTS.csv"), { required: ["text"] });
  const database = await Database.open({ files: [file], ...limits(join(path, "spill")) });
  using _closed = { [Symbol.dispose]: () => database.close() };
  const bytes = file.columns.map((_, at) => `sum(strlen(c${at}))`).join(", ");

  const [alone, whole]: [number[], number[]] = [[], []];
  for (let run = 0; run < 5; run++) {
    alone.push(
      await timeOnce(async () => {
        await database.rows(`SELECT ${bytes} FROM ${from(file)}`, [file]);
      }),
    );
    const source = await openMimic3({ directory: path }, limits(join(path, "spill")));
    whole.push(
      await timeOnce(async () => {
        assert.equal((await allNotes(source)).length, 1);
      }),
    );
    source.close();
  }
  const times = Math.min(...whole) / Math.min(...alone);
  assert.ok(times < MOST_TIMES, `${times.toFixed(1)} times as long`);
});

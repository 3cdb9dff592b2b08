import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import { DocumentGatherer, SAME_TEXT } from "../../../pipeline/prepare/documents.ts";
import type { SourceNote } from "../../../pipeline/source/source.ts";

const note = (document: string | null, row: number, rank = 0, patient = "p"): SourceNote => ({
  document,
  patient,
  rank,
  row,
  text: "",
});
const codes = new Map([["a", Int32Array.of(1)], ["b", Int32Array.of(2)], ["z", Int32Array.of(3)]]);
const one = () => 1;

function gather(notes: readonly SourceNote[], length: (note: number) => number = one) {
  const gatherer = new DocumentGatherer();
  notes.forEach((each, number) => gatherer.add(each, number));
  return gatherer.gather(codes, new Map([["a", "p"]]), length);
}

Deno.test("parts are joined by rank, then row, in whatever order they came", () => {
  const notes = [note("a", 9, 1), note("a", 7, 0), note("b", 1), note("a", 8, 0)];
  const { documents, stage } = gather(notes);
  assert.deepEqual(documents.map(({ id, notes }) => [id, notes]), [["a", [1, 3, 0]], ["b", [2]]]);
  assert.deepEqual(stage, {
    stage: "documents",
    read: 2,
    kept: 2,
    excluded: {},
    noted: { "coded, but without a note": 1, "joined from several notes": 1 },
  });
});

Deno.test("documents without codes or without a token are left out and counted", () => {
  const notes = [note("c", 2), note("a", 1), note("c", 1), note("b", 1), note(null, 0, 1, "y")];
  const { documents, uncoded, further, stage } = gather(notes, (number) => number === 3 ? 0 : 1);
  assert.deepEqual(documents.map(({ id }) => id), ["a"]);
  assert.deepEqual([uncoded, further], [[2, 0], [4]]);
  assert.deepEqual(stage.excluded, { "without a token": 1, "without codes": 1 });
});

Deno.test("a document of two patients is refused, by its notes and by its codes", () => {
  const gatherer = new DocumentGatherer();
  gatherer.add(note("x", 1), 0);
  assert.throws(() => gatherer.add(note("x", 2, 0, "q"), 1), DataError);
  assert.throws(() => gather([note("a", 1, 0, "q")]), /document a belongs to the patients p and q/);
});

Deno.test("an id of the tables that is no document has a reason", () => {
  const { absences } = gather([note("c", 2), note("a", 1), note("b", 1)], (n) => n === 2 ? 0 : 1);
  assert.deepEqual(Object.fromEntries(absences), {
    b: "without a token",
    c: "without codes",
    z: "without a note",
  });
});

Deno.test("fault 85: documents of one text are counted, but for the first", () => {
  const hashes = { a: [1n], b: [2n, 1n], z: [1n] };
  const notes = Object.entries(hashes).flatMap(([id, of]) =>
    of.map((textHash, row) => ({ ...note(id, row), textHash }))
  );
  assert.equal(gather(notes).stage.noted[SAME_TEXT], 1);
});

Deno.test("fault 72: one summary under two ROW_IDs is joined once, counted, and the earlier stays", () => {
  const twice = [note("a", 9, 1), note("a", 7), note("b", 3), note("a", 8)].map((each, i) => ({
    ...each,
    textHash: i === 3 ? 2n : 1n,
  }));
  const { documents, stage } = gather(twice);
  assert.deepEqual(documents.map(({ id, notes }) => [id, notes]), [["a", [1, 3]], ["b", [2]]]);
  assert.equal(stage.noted["the same note under another ROW_ID, read once"], 1);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { readDocumentNotes } from "../../../pipeline/evidence/notes.ts";
import { limits, temporary, TINY, writeTables } from "../../_support/tiny.ts";

Deno.test("a corpus's notes are those of the documents that are asked for, as they were given", async () => {
  await using directory = await temporary();
  const one = join(directory.path, "one.csv");
  const two = join(directory.path, "two.csv");
  await Deno.writeTextFile(one, 'id,text\na,"Dolor, ""leve""\r\nÉ\u{1f600}"\nb,other\n');
  await Deno.writeTextFile(two, "id,text\nc,third\n");
  const files = { source: "corpus", paths: [one, two] } as const;
  const notes = await readDocumentNotes(files, new Set(["a", "c", "z"]), limits(directory.path));
  assert.deepEqual([...notes], [
    ["a", [{ row: 0, text: 'Dolor, "leve"\r\nÉ\u{1f600}' }]],
    ["c", [{ row: 0, text: "third" }]],
  ]);
});

Deno.test("an admission's summaries come in the order in which they are joined", async () => {
  await using directory = await temporary();
  await writeTables(directory.path, { notes: TINY.notes });
  const files = { source: "mimic3", paths: [join(directory.path, "NOTEEVENTS.csv")] } as const;
  const notes = await readDocumentNotes(files, new Set(["100"]), limits(directory.path));
  assert.deepEqual([...notes].map(([id, parts]) => [id, parts.map(({ row }) => row)]), [
    ["100", [2, 3, 4]],
  ]);
});

Deno.test("NOTEEVENTS is one table", async () => {
  await using directory = await temporary();
  const files = { source: "mimic3", paths: ["a.csv", "b.csv"] } as const;
  await assert.rejects(
    readDocumentNotes(files, new Set(), limits(directory.path)),
    /^DataError: reading 2 files of notes: expected MIMIC-III's NOTEEVENTS alone/,
  );
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { recordProgress } from "../../_support/recorded_progress.ts";
import { csv, temporary } from "../../_support/tiny.ts";

/** A corpus of 100 notes, whose labels have the ids that `idOf` makes of theirs. */
async function prepare(
  idOf: (note: number) => string,
  { allowLoss, titles }: { allowLoss?: boolean; titles?: string } = {},
) {
  await using directory = await temporary();
  const path = (name: string) => join(directory.path, name);
  const numbers = Array.from({ length: 100 }, (_, note) => note);
  const notes = numbers.map((note) => [`${145_000 + note}`, "fever and pain"]);
  const labels = numbers.map((note) => [idOf(note), note % 2 ? "r50.9" : "r52"]);
  await Deno.writeTextFile(path("notes.csv"), csv(["id", "text"], notes));
  await Deno.writeTextFile(path("labels.csv"), csv(["id", "code"], labels));
  if (titles) await Deno.writeTextFile(path("titles.csv"), titles);
  const progress = recordProgress();
  const { datasets } = await prepareDataset({
    input: {
      kind: "corpus",
      notes: [{ path: path("notes.csv") }],
      labels: [{ path: path("labels.csv") }],
      titles: titles ? [{ path: path("titles.csv") }] : [],
    },
    out: path("data"),
    shares: { train: 8, dev: 1, test: 1 },
    threads: 1,
    allowLoss,
  }, progress);
  const losses = progress.warnings.filter((warning) => / are lost: /.test(warning));
  const last = progress.warnings.at(-1);
  return { losses, last, note: progress.notes.get("notes"), full: datasets.full! };
}

const id = (note: number) => `${145_000 + note}`;

Deno.test("nothing is lost where nothing is said, and nothing says whose the notes are", async () => {
  const { losses, note, full } = await prepare(id);
  assert.deepEqual(losses, []);
  assert.match(note!, /; nothing says whose notes they are: each counts as another patient's$/);
  assert.deepEqual(Object.values(full.documents), [80, 10, 10]);
});

Deno.test("fault 60: labels whose ids are floats are those of their notes", async () => {
  const { losses, full } = await prepare((note) => `${id(note)}.0`);
  assert.deepEqual(losses, []);
  assert.deepEqual(Object.values(full.documents), [80, 10, 10]);
});

Deno.test("fault 60: ids whose digits are lost end it, and both forms are shown", async () => {
  await assert.rejects(prepare((note) => Number(id(note)).toExponential(1).replace("e", "E")), {
    name: DataError.name,
    message:
      "joining notes and codes: 100 of 100 documents (100.0%) are lost: 100 without codes; " +
      "2 of 2 codes (100.0%) are lost: 2 of ids without a note; " +
      "notes have ids like 145000, 145001, 145002, labels like 1.5E+5; 0 of 100 match; " +
      "expected at most 20%; correct the tables, or go on without these with --allow-loss",
  });
});

Deno.test("fault 61: a loss of more than a hundredth is said when all is done", async () => {
  const { losses, last, full } = await prepare((note) => note < 5 ? `x${note}` : id(note));
  assert.deepEqual(losses, [
    "5 of 100 documents (5.0%) are lost: 5 without codes",
    "5 of 100 codes (5.0%) are lost: 5 of ids without a note",
  ]);
  assert.equal(last, losses[1], "nothing is said behind it");
  assert.equal(full.documents.train + full.documents.dev + full.documents.test, 95);
});

Deno.test("fault 61: a loss of more than a fifth ends it, unless it is allowed", async () => {
  const idOf = (note: number) => note < 30 ? `x${note}` : id(note);
  await assert.rejects(prepare(idOf), { name: DataError.name, message: /30 of 100 documents/ });
  const { losses } = await prepare(idOf, { allowLoss: true });
  assert.match(losses[0]!, /30 of 100 documents \(30\.0%\) are lost/);
});

Deno.test("fault 61: titles that are not found are lost", async () => {
  await assert.rejects(prepare(id, { titles: "code,title\nr52,Pain\n" }), {
    name: DataError.name,
    message: /1 of 2 titles \(50\.0%\) are lost: 1 in no table of titles/,
  });
});

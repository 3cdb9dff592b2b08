import assert from "node:assert/strict";
import { join } from "node:path";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { DataError } from "../../../pipeline/errors.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { silent } from "../../../pipeline/progress.ts";
import { firstColumn, stageOf } from "../../_support/prepare.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";
import { csv, NOTE_COLUMNS, noteRow, temporary, writeTables } from "../../_support/tiny.ts";

/** Notes of numbered ids, `from` to `to`. */
function notes(from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, i) => [`n${from + i}`, "fever and pain"]);
  return csv(["id", "text"], rows);
}

Deno.test("a corpus keeps the splits of its notes", async (t) => {
  await using directory = await temporary();
  const path = (name: string) => join(directory.path, name);
  await Deno.writeTextFile(path("train.csv"), notes(0, 8));
  await Deno.writeTextFile(path("dev.csv"), notes(8, 10));
  await Deno.writeTextFile(path("more.csv"), notes(20, 22));
  const codes = Array.from({ length: 10 }, (_, i) => `n${i}\tr5${i % 3}.0\n`).join("");
  await Deno.writeTextFile(path("codes.tsv"), codes);
  const { datasets } = await prepareDataset({
    input: {
      kind: "corpus",
      notes: [{ path: path("train.csv"), split: "train" }, { path: path("dev.csv"), split: "dev" }],
      labels: [{ path: path("codes.tsv"), kind: "diagnosis" }],
      embedNotes: [path("more.csv")],
    },
    out: path("data"),
    threads: 1,
  });
  const { documents, options, restricted } = datasets.full!;
  const dataset = await openDataset(path("data/full"));
  await t.step("a split that it lacks is empty, its further notes are in none", () => {
    assert.equal(options.split, "given");
    assert.deepEqual(documents, { train: 8, dev: 2, test: 0 });
    assert.deepEqual(dataset.splits.test, []);
  });
  await t.step("its codes are grouped by three characters", () => {
    assert.equal(options.groupPrefix, 3);
    assert.deepEqual(dataset.labels.ccs.map(({ code }) => code), ["dx:r50", "dx:r51", "dx:r52"]);
  });
  await t.step("it is its owner's to pass on", () => {
    assert.equal(restricted, false);
  });
});

const codiesp = await needsShared("codiesp");
Deno.test("CodiEsp: 500 train and 250 dev cases, ICD-10 codes as they are", codiesp, async () => {
  await using directory = await temporary();
  const file = (name: string) => sharedPath(`codiesp/${name}`);
  const { datasets } = await prepareDataset({
    input: {
      kind: "corpus",
      notes: [
        { path: file("train_notes.csv"), split: "train" },
        { path: file("dev_notes.csv"), split: "dev" },
      ],
      labels: (["train", "dev"] as const).flatMap((split) => [
        { path: file(`${split}D.tsv`), kind: "diagnosis" as const },
        { path: file(`${split}P.tsv`), kind: "procedure" as const },
      ]),
      groupPrefix: 3,
    },
    out: join(directory.path, "data"),
  });
  assert.deepEqual(datasets.full!.documents, { train: 500, dev: 250, test: 0 });
  assert.equal(stageOf(datasets.full!, "codes").kept, 5639 + 2677 + 1550 + 817);
  assert.equal(datasets.full!.labels.icd, 2921);
});

const demo = await needsShared("mimic3-demo", "ccs2015");
Deno.test("MIMIC-III's demo and HCUP's tables: unmapped codes are listed", demo, async () => {
  await using directory = await temporary();
  const read = (path: string) => Deno.readTextFile(sharedPath(path));
  const admissions = new Map<string, string>();
  const unmapped = new Set<string>();
  for (const [table, kind] of [["DIAGNOSES_ICD", "dx"], ["PROCEDURES_ICD", "pr"]]) {
    const text = await read(`mimic3-demo/${table}.csv`);
    const ccs = await read(`ccs2015/$${kind}ref 2015.csv`);
    const mapped = new Set(Array.from(ccs.matchAll(/^'([0-9VE]+) *'/gm), ([, code]) => code));
    for (const line of text.trimEnd().split("\n").slice(1)) {
      const [, patient, admission, , code] = line.trim().split(",");
      admissions.set(admission!, patient!);
      if (!mapped.has(code)) unmapped.add(code!);
    }
    await Deno.writeTextFile(join(directory.path, `${table}.csv`), text);
  }
  assert.equal(admissions.size, 129);
  const rows = [...admissions].map(([admission, patient], row) =>
    noteRow({ row, admission: Number(admission), patient: Number(patient), text: "made up" })
  );
  await writeTables(directory.path, { notes: csv(NOTE_COLUMNS, rows) });
  const out = join(directory.path, "data");
  const { datasets } = await prepareDataset({
    input: { kind: "mimic3", directory: directory.path, ccs: sharedPath("ccs2015") },
    out,
    minDocuments: 1,
  });
  assert.equal(datasets.full!.labels.icd, 581 + 164);
  const listed = await firstColumn(join(out, "full/labels/coverage.csv"));
  assert.deepEqual(listed.map((code) => code.replace(".", "")).sort(), [...unmapped].sort());
});

/** Prepares a corpus whose ten notes hold this text; what it warned of, or its error. */
async function prepareText(
  text: string,
  { minDocuments, codeOf = () => "r50.0" }: {
    readonly minDocuments?: number;
    readonly codeOf?: (note: number) => string;
  } = {},
): Promise<string[]> {
  await using directory = await temporary();
  const path = (name: string) => join(directory.path, name);
  const rows = Array.from({ length: 10 }, (_, i) => [`n${i}`, text]);
  await Deno.writeTextFile(path("notes.csv"), csv(["id", "text"], rows));
  await Deno.writeTextFile(
    path("codes.tsv"),
    ["id\tcode", ...rows.map(([id], note) => `${id}\t${codeOf(note)}`)].join("\n"),
  );
  const warnings: string[] = [];
  await prepareDataset({
    input: {
      kind: "corpus",
      notes: [{ path: path("notes.csv"), split: "train" }],
      labels: [{ path: path("codes.tsv") }],
    },
    out: path("data"),
    threads: 1,
    minDocuments,
  }, { ...silent, warn: (message) => warnings.push(message) });
  return warnings;
}

for (const text of ["12 3.5 %", "... ---", "145834"]) {
  Deno.test(`fault 64: notes without a word, such as ${text}, are refused`, async () => {
    await assert.rejects(prepareText(text), (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(
        error.message,
        /the vocabulary is empty, as 10 notes hold no word; expected text; check/,
      );
      return true;
    });
  });
}

Deno.test("fault 64: a vocabulary of a few words is told with its number", async () => {
  const warnings = await prepareText("fever and pain");
  assert.match(warnings.join("\n"), /the vocabulary is small: 3 words .*; check that/);
});

Deno.test("fault 62: phrases of a script without blanks are told to be no words", async () => {
  const warnings = await prepareText("患者因胸痛和呼吸困难入院。有高血压病史。");
  assert.match(warnings.join("\n"), /1 of 2 terms are whole phrases, .*; put blanks between/);
  const parted = await prepareText("患者 因 胸痛 和 呼吸 困难 入院。");
  assert.doesNotMatch(parted.join("\n"), /phrases/);
});

Deno.test("fault 64: words that no two notes share make no vocabulary", async () => {
  await assert.rejects(prepareText("fever", { minDocuments: 50 }), (error: Error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /empty, as no word stands in 50 training documents/);
    return true;
  });
});

Deno.test("fault 58: one category for all codes is said", async () => {
  const warnings = await prepareText("fever", { codeOf: (note) => `r50.${note % 6}` });
  assert.match(warnings.join("\n"), /all 6 codes of full are in one category, .* --group-prefix/);
});

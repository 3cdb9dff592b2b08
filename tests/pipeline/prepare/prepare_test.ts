import assert from "node:assert/strict";
import { join } from "node:path";
import { openDataset, readEmbeddings } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { SPLITS } from "../../../pipeline/schema.ts";
import { firstColumn, stageOf, syntheticMimic, tinyMimic } from "../../_support/prepare.ts";
import { csv, NOTE_COLUMNS, noteRow, TINY } from "../../_support/tiny.ts";
import { readRecords } from "../../_support/read_csv.ts";

Deno.test("a synthetic MIMIC-III becomes two datasets, everything accounted for", async (t) => {
  await using fixture = await syntheticMimic();
  const { summary, options } = fixture;
  const { datasets } = await prepareDataset(options);
  const full = await openDataset(join(options.out, "full"));
  const { manifest, labels, splits } = full;

  await t.step("a full label set and the 50 most frequent codes", () => {
    assert.deepEqual(Object.keys(datasets), ["full", "top50"]);
    assert.equal(labels.icd.length, summary.codesInUse);
    assert.equal(datasets.top50!.labels.icd, 50);
  });
  await t.step("made of made-up notes, which need not stay", () => {
    assert.deepEqual([manifest.restricted, manifest.synthetic], [false, true]);
  });
  await t.step("every note is counted", () => {
    const { read, kept, noted } = stageOf(manifest, "notes");
    assert.equal(read, summary.noteRows);
    assert.equal(kept, summary.dischargeSummaries - summary.summariesWithoutHadmId);
    assert.equal(noted.addenda, summary.addenda);
  });
  await t.step("every row of a code is counted", () => {
    const { read, excluded } = stageOf(manifest, "codes");
    assert.equal(read, summary.codeRows);
    const duplicates = excluded["duplicate of a code of the same admission"] ?? 0;
    assert.equal(duplicates, summary.duplicatedCodes);
    assert.equal(excluded["without a code"] ?? 0, summary.emptyCodes);
  });
  await t.step("every admission with a code is in a split", () => {
    const documents = SPLITS.reduce((sum, split) => sum + manifest.documents[split], 0);
    assert.equal(documents, summary.admissions - summary.admissionsWithoutCodes);
    for (const split of SPLITS) assert.ok(splits[split].length > 0, split);
  });
  await t.step("no patient is in two splits", () => {
    const splitOf = new Map<string, string>();
    for (const split of SPLITS) {
      for (const { patient } of splits[split]) {
        assert.equal(splitOf.get(patient) ?? split, split, `patient ${patient}`);
        splitOf.set(patient, split);
      }
    }
  });
  await t.step("codes without a category are listed", async () => {
    const uncovered = labels.icd.filter(({ group }) => group === "").map(({ code }) => code);
    assert.equal(uncovered.length, summary.codesWithoutCcs);
    const listed = await firstColumn(join(options.out, "full/labels/coverage.csv"));
    assert.deepEqual(listed, uncovered);
  });
});

Deno.test("shards hold the notes in the shared vocabulary, and their labels", async (t) => {
  await using fixture = await syntheticMimic();
  const { options, mimic } = fixture;
  await prepareDataset(options);
  const dataset = await openDataset(join(options.out, "top50"));
  using split = await readSplit(dataset, "dev");
  const icd = Array.from(split.labels("icd", 0), (index) => dataset.labels.icd[index]!);

  await t.step("a document's codes are those that the tables give its admission", async () => {
    const recorded = await codesOf(mimic, dataset.splits.dev[0]!.id);
    const expected = dataset.labels.icd.filter(({ code }) => recorded.has(code));
    assert.deepEqual(icd, expected);
  });
  await t.step("its categories are those of its codes", () => {
    const groups = new Set(icd.map(({ group }) => group).filter(Boolean));
    const ccs = Array.from(split.labels("ccs", 0), (index) => dataset.labels.ccs[index]!.code);
    assert.deepEqual(ccs.sort(), [...groups].sort());
  });
  await t.step("its tokens are words of the vocabulary or unknown", () => {
    const tokens = split.tokens(0);
    assert.ok(tokens.length > 20);
    assert.ok(tokens.every((token) => token > 0 && token < dataset.vocabulary.length));
  });
  await t.step("the vocabulary is sorted behind padding and unknown", () => {
    const [padding, unknown, ...words] = dataset.vocabulary;
    assert.deepEqual([padding, unknown], ["<pad>", "<unk>"]);
    assert.deepEqual(words, words.toSorted());
  });
  await t.step("word vectors are finite, that of padding is zero", async () => {
    const vectors = await readEmbeddings(dataset);
    assert.ok(vectors.every(Number.isFinite));
    assert.ok(vectors.subarray(0, 100).every((value) => value === 0));
  });
});

/** Codes of an admission with their points, read out of the tables by other means. */
async function codesOf(mimic: string, admission: string): Promise<Set<string>> {
  const codes = new Set<string>();
  for (const [table, point] of [["DIAGNOSES_ICD", 3], ["PROCEDURES_ICD", 2]] as const) {
    const rows = readRecords(await Deno.readTextFile(join(mimic, `${table}.csv`)));
    for (const { HADM_ID, ICD9_CODE: code } of rows) {
      if (HADM_ID !== admission || !code) continue;
      const at = code.startsWith("E") ? 4 : point;
      codes.add(code.length > at ? `${code.slice(0, at)}.${code.slice(at)}` : code);
    }
  }
  return codes;
}

Deno.test("a document is its reports by date, then its addenda", async () => {
  await using fixture = await tinyMimic();
  await prepareDataset(fixture.options);
  const dataset = await openDataset(join(fixture.options.out, "full"));
  using split = await readSplit(dataset, "train");
  const row = dataset.splits.train.findIndex(({ id }) => id === "100");
  assert.equal(
    Array.from(split.tokens(row), (token) => dataset.vocabulary[token]).join(" "),
    "first day second day quoted addendum of the first day",
  );
});

Deno.test("words that are too rare follow on the vocabulary's, sentence by sentence", async () => {
  const notes = csv(NOTE_COLUMNS, [
    noteRow({ row: 1, patient: 1, admission: 100, text: "fever today\n\nCough since" }),
    noteRow({ row: 2, patient: 2, admission: 200, text: "no fever" }),
  ]);
  await using fixture = await tinyMimic({ ...TINY, notes });
  await prepareDataset({ ...fixture.options, minDocuments: 2 });
  const dataset = await openDataset(join(fixture.options.out, "full"));
  const words = [...dataset.vocabulary, ...dataset.rareWords];
  using split = await readSplit(dataset, "train", { keepsRare: true });
  const row = dataset.splits.train.findIndex(({ id }) => id === "100");
  const tokens = Array.from(split.tokens(row), (token) => words[token]);
  const starts = Array.from(split.sentences(row)!, (place) => tokens[place]);
  assert.deepEqual(tokens, ["fever", "today", "cough", "since"]);
  assert.deepEqual(starts, ["fever", "cough"]);
  assert.deepEqual(dataset.vocabulary, ["<pad>", "<unk>", "fever"]);
  assert.deepEqual(dataset.rareWords, ["cough", "no", "since", "today"]);
});

for (
  const [ccsLabels, expected] of [
    ["separate", [["dx:7", "diagnosis"], ["pr:7", "procedure"]]],
    ["paper", [["7", "code"]]],
  ] as const
) {
  Deno.test(`categories of one number and two kinds, ${ccsLabels}`, async () => {
    await using fixture = await tinyMimic();
    await prepareDataset({ ...fixture.options, ccsLabels });
    const { labels } = await openDataset(join(fixture.options.out, "full"));
    assert.deepEqual(labels.ccs.map(({ code, kind }) => [code, kind]), expected);
  });
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { exists } from "../../../pipeline/files/read.ts";
import type { PublishedLists } from "../../../pipeline/lists/id_lists.ts";
import { PUBLISHED_CODES, readShippedLists } from "../../../pipeline/lists/shipped.ts";
import type { Manifest } from "../../../pipeline/manifest.ts";
import { listStages } from "../../../pipeline/prepare/list_stages.ts";
import type { PrepareOptions } from "../../../pipeline/prepare/options.ts";
import { type Prepared, prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { type PerSplit, perSplit, SPLITS } from "../../../pipeline/schema.ts";
import { recordProgress } from "../../_support/recorded_progress.ts";
import {
  digests,
  firstColumn,
  type Preparation,
  stageOf,
  syntheticMimic,
  tinyMimic,
} from "../../_support/prepare.ts";
import { readRecords } from "../../_support/read_csv.ts";
import { codeTable, csv, NOTE_COLUMNS, noteRow, TINY } from "../../_support/tiny.ts";

const whole = { caml: await readShippedLists("caml"), clean: await readShippedLists("edin-clean") };

/** Every hundredth admission, and all that only CAML's lists have: four of these have no codes. */
const clean = unite(whole.clean.full);
const some = new Set(
  [...unite(whole.caml.full)].filter((id, at) => at % 100 === 0 || !clean.has(id)),
);
const thinned = {
  full: thin(whole.caml.full),
  50: thin(whole.caml.top!),
  "edin-clean": thin(whole.clean.full),
};

function unite({ train, dev, test }: PublishedLists["full"]): Set<string> {
  return train.union(dev).union(test);
}

function thin(lists: PublishedLists["full"]): PublishedLists["full"] {
  return perSplit((split) => lists[split].intersection(some));
}

/** Writes lists as `{train,dev,test}_{set}_hadm_ids.csv`, an id a line. */
async function writeLists(
  directory: string,
  sets: Readonly<Record<string, PerSplit<Iterable<string>>>>,
): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  for (const [set, lists] of Object.entries(sets)) {
    for (const split of SPLITS) {
      const text = Array.from(lists[split], (id) => `${id}\n`).join("");
      await Deno.writeTextFile(join(directory, `${split}_${set}_hadm_ids.csv`), text);
    }
  }
  return directory;
}

/** A synthetic MIMIC-III of the thinned lists' admissions, and options that split it by lists. */
async function listedMimic(): Promise<Preparation> {
  const lists = await Deno.makeTempDir({ prefix: "marn-lists-" });
  try {
    await writeLists(lists, thinned);
    const { options: { shares: _, ...options }, ...fixture } = await syntheticMimic([lists]);
    return { ...fixture, options };
  } finally {
    await Deno.remove(lists, { recursive: true });
  }
}

/** Ids of each split of a dataset, sorted. */
async function idsOf(out: string, name: string): Promise<PerSplit<string[]>> {
  const ids = SPLITS.map((split) => firstColumn(join(out, name, `splits/${split}.csv`)));
  const read = await Promise.all(ids);
  return perSplit((_, at) => read[at]!.sort());
}

const sorted = (lists: PublishedLists["full"], without: ReadonlySet<string> = new Set()) =>
  perSplit((split) => [...lists[split].difference(without)].sort());

const labelsOf = (out: string, name: string) =>
  Deno.readTextFile(join(out, name, "labels/icd.csv"))
    .then((csv) => csv.trim().split("\n").slice(1).map((row) => row.split(",")[1]!));

/** Prepares the listed admissions into a folder of their own. */
async function prepareListed(
  { path, options }: Preparation,
  changes: Partial<PrepareOptions>,
): Promise<Prepared & { readonly warnings: readonly string[] }> {
  const progress = recordProgress();
  const out = await Deno.makeTempDir({ dir: path });
  const prepared = await prepareDataset({ ...options, replace: true, ...changes, out }, progress);
  return { ...prepared, warnings: progress.warnings };
}

Deno.test("a synthetic MIMIC-III of published admissions", async (t) => {
  await using fixture = await listedMimic();
  const { datasets, directory, warnings } = await prepareListed(fixture, { split: "caml" });
  const { full, top50 } = datasets as { full: Manifest; top50: Manifest };
  const { train, dev, test } = await idsOf(directory, "full");
  const uncoded = unite(thinned.full).difference(new Set([...train, ...dev, ...test]));

  await t.step(
    "--split caml: each split is its listed admissions but for four without codes",
    async () => {
      assert.equal(uncoded.size, 4);
      assert.deepEqual(await idsOf(directory, "full"), sorted(thinned.full, uncoded));
    },
  );
  await t.step("--split caml: the smaller set is the listed admissions of its own", async () => {
    assert.deepEqual(await idsOf(directory, "top50"), sorted(thinned[50]));
  });
  await t.step("--split caml: each listed id that is missing has its reason", () => {
    const stages = listStages(full)!;
    const listed = thinned.full;
    assert.deepEqual([stages.train.read, stages.train.kept], [47_723, listed.train.size - 4]);
    assert.deepEqual(stages.train.excluded, {
      "in no table": 47_723 - listed.train.size,
      "without codes": 4,
    });
    assert.deepEqual(stages.dev.excluded, { "in no table": 1_631 - listed.dev.size });
    assert.equal(listStages(top50)!.test.read, 1_729);
  });
  await t.step(
    "--split caml: the labels are the published 50, whatever is most frequent",
    async () => {
      const labels = await labelsOf(directory, "top50");
      assert.deepEqual(labels.sort(), [...PUBLISHED_CODES].sort());
      const { onlyHere, onlyGiven } = top50.topCodes!;
      assert.ok(onlyHere.length > 0 && onlyHere.length === onlyGiven.length);
      assert.ok(warnings.some((line) => line.includes(`${onlyHere.join(", ")} in place of`)));
    },
  );
  await t.step("--split caml: the manifest says who decided", () => {
    assert.deepEqual([full.options.split, full.options.topBy], ["caml", "frequency"]);
    assert.deepEqual([top50.options.split, top50.options.topBy], ["caml", "list"]);
    const lists = full.sources.find(({ name }) => name === "caml.txt.gz")!;
    assert.equal(lists.rows, 52_726);
  });
  await t.step(
    "--split published: lists of a folder give the same documents and labels",
    async () => {
      const splits = await writeLists(join(fixture.path, "lists"), {
        full: whole.caml.full,
        50: whole.caml.top!,
      });
      const codes = PUBLISHED_CODES.join("\n");
      await Deno.writeTextFile(join(splits, "TOP_50_CODES.csv"), codes);
      const published = await prepareListed(fixture, { split: "published", splits });
      const files = async (out: string) =>
        Object.entries(await digests(out)).filter(([file]) => !file.endsWith("manifest.json"));
      assert.deepEqual(await files(published.directory), await files(directory));
      const { sources, options } = published.datasets.top50!;
      assert.equal(options.split, "published");
      assert.ok(sources.some(({ name }) => name === "TOP_50_CODES.csv"));
    },
  );
  await t.step("--split caml --top 20: the most frequent codes", async () => {
    const { datasets: { top20 } } = await prepareListed(fixture, { split: "caml", top: 20 });
    assert.deepEqual([top20!.options.topBy, top20!.topCodes, top20!.labels.icd], [
      "frequency",
      null,
      20,
    ]);
    assert.equal(listStages(top20!), undefined); // a part of the full set's documents
  });
  await t.step("--split edin-clean: each split is its listed admissions", async () => {
    const { directory } = await prepareListed(fixture, {
      split: "edin-clean",
      minCodeDocuments: 1,
    });
    assert.deepEqual(await idsOf(directory, "full"), sorted(thinned["edin-clean"]));
  });
  await t.step("--split edin-clean: labels are the codes of ten documents", async () => {
    const { directory, datasets } = await prepareListed(fixture, { split: "edin-clean" });
    const csv = await Deno.readTextFile(join(directory, "full/labels/icd.csv"));
    const carriers = readRecords(csv).map(({ train, dev, test }) => +train! + +dev! + +test!);
    assert.ok(carriers.length > 50 && carriers.length < full.labels.icd);
    assert.ok(carriers.every((documents) => documents >= 10));
    const { kept, excluded } = stageOf(datasets.full!, "documents of full");
    const without = `without any of the ${carriers.length} codes in at least 10 documents`;
    assert.equal(kept + (excluded[without] ?? 0), unite(thinned["edin-clean"]).size);
  });
});

Deno.test("published codes that are in no document are left out, and told", async () => {
  const [admission] = whole.caml.top!.train;
  await using fixture = await tinyMimic({
    ...TINY,
    notes: csv(NOTE_COLUMNS, [noteRow({ row: 1, admission: admission!, text: "some words" })]),
    diagnoses: codeTable([[1, admission, "4280"], [1, admission, "25000"]]),
    procedures: codeTable([[2, 200, "9604"]]),
  });
  const { directory, warnings } = await prepareListed(fixture, { split: "caml" });
  assert.deepEqual((await labelsOf(directory, "top50")).sort(), ["250.00", "428.0"]);
  const told = warnings.filter((line) => line.includes("48 of 50 codes are in no document"));
  assert.match(told.join(), /^published labels: .*, such as 401\.9, .*; they are left out$/);
});

Deno.test("fault 20: a patient in two published splits is refused, and nothing is written", async () => {
  await using fixture = await syntheticMimic();
  const { mimic, path, options: { shares: _, ...options } } = fixture;
  const rows = readRecords(await Deno.readTextFile(join(mimic, "DIAGNOSES_ICD.csv")));
  const admissions = Map.groupBy(rows, ({ SUBJECT_ID }) => SUBJECT_ID).values()
    .map((rows) => new Set(rows.map(({ HADM_ID }) => HADM_ID!)));
  const [one, other] = admissions.find((ids) => ids.size > 1)!;
  const lists = { train: [one!], dev: [other!], test: [] };
  const splits = await writeLists(join(path, "lists"), { full: lists, 50: lists });
  await assert.rejects(prepareDataset({ ...options, split: "published", splits }), {
    name: IntegrityError.name,
    message: /patient \d+ is in both (train and dev|dev and train)/,
  });
  assert.ok(!await exists(options.out));
});

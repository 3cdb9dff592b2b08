import assert from "node:assert/strict";
import { join } from "node:path";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { exists } from "../../../pipeline/files/read.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { type Split, SPLITS } from "../../../pipeline/schema.ts";
import { firstColumn, stageOf, syntheticMimic } from "../../_support/prepare.ts";
import { readRecords } from "../../_support/read_csv.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";
import { temporary } from "../../_support/tiny.ts";

type LabelSet = "full" | "50";
const NAMES = { full: "full", 50: "top50" } as const;

const fileName = (set: LabelSet, split: Split) => `${split}_${set}_hadm_ids.csv`;

/** Writes the lists of both label sets, an id a line. */
async function writeLists(
  directory: string,
  lists: (set: LabelSet, split: Split) => Iterable<string>,
): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const split of SPLITS) {
    for (const set of ["full", "50"] as const) {
      const text = Array.from(lists(set, split), (id) => `${id}\n`).join("");
      await Deno.writeTextFile(join(directory, fileName(set, split)), text);
    }
  }
}

async function publishedIds(set: LabelSet, split: Split): Promise<string[]> {
  const path = sharedPath(`mimic3-splits/${fileName(set, split)}`);
  return (await Deno.readTextFile(path)).trim().split("\n");
}

const published = await needsShared("mimic3-splits");
Deno.test("the published lists: each split is the listed admissions", published, async () => {
  const present = new Map<Split, string[]>();
  for (const split of SPLITS) present.set(split, (await publishedIds("full", split)).slice(0, 40));
  const common = new Map<Split, Set<string>>();
  for (const split of SPLITS) common.set(split, new Set(await publishedIds("50", split)));
  await using lists = await temporary();
  await writeLists(
    lists.path,
    (set, split) =>
      present.get(split)!.filter((id) => set === "full" || common.get(split)!.has(id)),
  );
  await using fixture = await syntheticMimic([lists.path]);
  const { summary, options: { shares: _, ...options } } = fixture;
  const splits = sharedPath("mimic3-splits");
  const { datasets } = await prepareDataset({ ...options, split: "published", splits });
  for (const set of ["full", "50"] as const) {
    const name = NAMES[set];
    let uncoded = 0;
    for (const split of SPLITS) {
      const listed = await publishedIds(set, split);
      const expected = new Set(listed).intersection(new Set(present.get(split)));
      const found = new Set(await firstColumn(join(options.out, name, `splits/${split}.csv`)));
      assert.ok(found.size > 0 && found.isSubsetOf(expected), `${name} ${split}`);
      uncoded += expected.size - found.size;
      const { noted } = stageOf(datasets[name]!, `documents of ${name}`);
      const missing = noted[`listed for ${split}, but not among the documents`];
      assert.equal(missing, listed.length - found.size);
    }
    assert.ok(uncoded <= summary.admissionsWithoutCodes, "only uncoded ones are missing");
    if (set === "full") assert.equal(uncoded, summary.admissionsWithoutCodes);
  }
});

Deno.test("a patient in two published splits is refused, and nothing is written", async () => {
  await using fixture = await syntheticMimic();
  const { mimic, path, options: { shares: _, ...options } } = fixture;
  const rows = readRecords(await Deno.readTextFile(join(mimic, "DIAGNOSES_ICD.csv")));
  const admissions = Map.groupBy(rows, ({ SUBJECT_ID }) => SUBJECT_ID).values()
    .map((rows) => new Set(rows.map(({ HADM_ID }) => HADM_ID!)));
  const [one, other] = admissions.find((ids) => ids.size > 1)!;
  const splits = join(path, "lists");
  const ids: { readonly [split in Split]: string } = { train: one!, dev: other!, test: "" };
  await writeLists(splits, (_, split) => [ids[split]]);
  await assert.rejects(prepareDataset({ ...options, split: "published", splits }), {
    name: IntegrityError.name,
    message: /patient \d+ is in both (train and dev|dev and train)/,
  });
  assert.ok(!await exists(options.out));
});

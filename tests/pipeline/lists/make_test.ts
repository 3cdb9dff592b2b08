import assert from "node:assert/strict";
import { gunzipSync } from "fflate";
import { makeFiles } from "../../../pipeline/lists/make.ts";
import { readShippedLists, type ShippedSplit } from "../../../pipeline/lists/shipped.ts";
import { perSplit, type Split, SPLITS } from "../../../pipeline/schema.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";

const camlFolder = sharedPath("mimic3-splits");
const cleanCsv = sharedPath("edin-splits/mimic3-clean.csv.gz");
const originals = await needsShared("mimic3-splits", "edin-splits");

Deno.test(
  "the files that ship are made of the lists as published, to the byte",
  originals,
  async () => {
    const made = await makeFiles(camlFolder, cleanCsv);
    assert.deepEqual(Object.keys(made), ["caml.txt.gz", "edin-clean.txt.gz", "top_50_codes.json"]);
    for (const [name, bytes] of Object.entries(made)) {
      const url = new URL(`../../../pipeline/lists/${name}`, import.meta.url);
      assert.deepEqual(await Deno.readFile(url), bytes, name);
    }
  },
);

/** Ids of a published CSV without a header. */
async function idsOf(set: string, split: Split): Promise<Set<string>> {
  const text = await Deno.readTextFile(`${camlFolder}/${split}_${set}_hadm_ids.csv`);
  return new Set(text.trim().split("\n"));
}

/** The lists that ship, each as one string. */
async function shipped(name: ShippedSplit, set: "full" | "top"): Promise<string[]> {
  const lists = (await readShippedLists(name))[set]!;
  return SPLITS.map((split) => [...lists[split]].sort().join());
}

for (const [set, published] of [["full", "full"], ["top", "50"]] as const) {
  Deno.test(`caml's lists of ${published} are the published ones`, originals, async () => {
    const expected = await Promise.all(SPLITS.map((split) => idsOf(published, split)));
    assert.deepEqual(await shipped("caml", set), expected.map((ids) => [...ids].sort().join()));
  });
}

Deno.test("edin-clean's lists are the published ones", originals, async () => {
  const csv = new TextDecoder().decode(gunzipSync(await Deno.readFile(cleanCsv)));
  const rows = csv.trim().split("\n").slice(1).map((row) => row.split(","));
  const expected = perSplit((split) =>
    rows.filter(([, own]) => own === split).map(([id]) => id).sort().join()
  );
  assert.deepEqual(await shipped("edin-clean", "full"), Object.values(expected));
});

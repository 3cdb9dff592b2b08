import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../../pipeline/errors.ts";
import { PUBLISHED_CODES } from "../../../pipeline/lists/shipped.ts";
import { completeOptions, type PrepareOptions } from "../../../pipeline/prepare/options.ts";
import { readRules, type Rules } from "../../../pipeline/prepare/rules.ts";
import { SPLITS } from "../../../pipeline/schema.ts";
import { temporary } from "../../_support/tiny.ts";

const rulesOf = (options: Partial<PrepareOptions>) =>
  readRules(completeOptions({
    input: { kind: "mimic3", directory: "m", ccs: "c" },
    out: "data",
    ...options,
  }));

/** How many codes there are and are listed, and whether the smaller set has lists of its own. */
const briefly = ({ top, listed, split }: Rules) => ({
  top,
  listed: listed?.codes.length,
  own: "full" in split && split.top !== undefined,
});

const counted: Record<string, [Partial<PrepareOptions>, number]> = {
  "a split by patient counts its codes": [{}, 50],
  "edin-clean counts its codes": [{ split: "edin-clean" }, 50],
  "caml with another number of codes counts them": [{ split: "caml", top: 20 }, 20],
};
for (const [what, [options, top]] of Object.entries(counted)) {
  Deno.test(what, async () => {
    assert.deepEqual(briefly(await rulesOf(options)), { top, listed: undefined, own: false });
  });
}

Deno.test("caml takes the published codes, and its own lists for them", async () => {
  const rules = await rulesOf({ split: "caml" });
  assert.deepEqual(briefly(rules), { top: 50, listed: 50, own: true });
  assert.deepEqual(rules.listed, { codes: PUBLISHED_CODES, path: undefined });
  assert.deepEqual(rules.files.map(({ name, rows }) => [name, rows]), [["caml.txt.gz", 52_726]]);
});

/** A folder with a file of codes, and lists of documents unless they are left out. */
async function folder(codes: readonly string[], sets = ["full", "50"]) {
  const directory = await temporary();
  const write = (name: string, text: string) =>
    Deno.writeTextFile(join(directory.path, name), text);
  for (const set of sets) {
    for (const [at, split] of SPLITS.entries()) {
      await write(`${split}_${set}_hadm_ids.csv`, `${at}`);
    }
  }
  await write("codes.csv", codes.join("\n"));
  return { ...directory, write, codes: join(directory.path, "codes.csv") };
}

Deno.test("the published codes from a file are the published codes, in whatever order", async () => {
  await using lists = await folder(PUBLISHED_CODES.toReversed());
  const rules = await rulesOf({ split: "caml", topCodes: lists.codes });
  assert.deepEqual(briefly(rules), { top: 50, listed: 50, own: true });
});

Deno.test("other codes leave the smaller set a part of the full one", async () => {
  await using lists = await folder(["401.9", "93.90"]);
  const rules = await rulesOf({ split: "caml", topCodes: lists.codes });
  assert.deepEqual(briefly(rules), { top: 2, listed: 2, own: false });
  assert.deepEqual(rules.files.map(({ name }) => name), ["caml.txt.gz", "codes.csv"]);
});

Deno.test("a folder of lists without codes is about the published ones", async () => {
  await using lists = await folder([]);
  const rules = await rulesOf({ split: "published", splits: lists.path });
  assert.deepEqual(rules.listed?.codes, PUBLISHED_CODES);
  assert.equal(rules.files.length, 6);
});

Deno.test("the codes in a folder of lists are those that its lists are about", async () => {
  await using lists = await folder([]);
  await lists.write("TOP_50_CODES.csv", "401.9\n93.90\n");
  const rules = await rulesOf({ split: "published", splits: lists.path });
  assert.deepEqual(briefly(rules), { top: 2, listed: 2, own: true });
  assert.equal(rules.files.at(-1)!.name, "TOP_50_CODES.csv");
});

Deno.test("lists of the smaller set are asked for only where its codes are theirs", async () => {
  await using lists = await folder([], ["full"]);
  const published = { split: "published", splits: lists.path } as const;
  await assert.rejects(rulesOf(published), {
    name: DataError.name,
    message: /no .*train_50_hadm_ids\.csv \(it does not exist\), /,
  });
  assert.equal((await rulesOf({ ...published, top: 20 })).top, 20);
});

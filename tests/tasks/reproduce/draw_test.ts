import assert from "node:assert/strict";
import { exists } from "../../../pipeline/files/read.ts";
import { runTask } from "../../_support/run_task.ts";
import { readRecords } from "../../_support/read_csv.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

const set = (...changes: string[]) => changes.flatMap((change) => ["--set", change]);
const small = set("model.hidden=4", "batchSize=4", "maxTokens=15", "epochs=1");

/** A folder with tiny datasets, and the command on them. */
async function reproductions() {
  const folder = await temporary();
  const out = `${folder.path}/out`;
  for (const labelSet of ["full", "top50"]) {
    await writeTinyDataset(`${folder.path}/data/${labelSet}`, { labelSet });
  }
  return {
    out,
    run: (...args: string[]) =>
      runTask("reproduce", ["--data", `${folder.path}/data`, "--out", out, ...args]),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("a figure of data shows every dataset there is, and trains nothing", async () => {
  await using folder = await reproductions();
  const { code, stdout, stderr } = await folder.run("--figure", "3");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Figure 3: .*\n {2}full: .*\n {2}top50: /);
  assert.ok(await exists(`${folder.out}/figure-3.svg`));
  assert.ok(!await exists(`${folder.out}/runs`));
  const dry = await folder.run("--figure", "1", "--dry-run");
  assert.equal(
    dry.stdout.trimEnd(),
    "Figure 1: how often codes and categories occur: nothing to train",
  );
  assert.ok(!await exists(`${folder.out}/figure-1.svg`));
});

Deno.test("regions are tested for every seed, behind the table of what was trained", async () => {
  await using folder = await reproductions();
  const { code, stdout, stderr } = await folder.run("--figure", "10", "--seeds", "2", ...small);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\| MARN +\|.* ± /m);
  assert.match(
    stdout,
    /^Figure 10: .*\n {2}\d of 3 CCS .* \(seed 1\)\n {2}\d of 3 CCS .* \(seed 2\)$/m,
  );
  const rows = readRecords(await Deno.readTextFile(`${folder.out}/figure-10-regions.csv`));
  assert.deepEqual(rows.map(({ seed }) => seed), ["1", "1", "1", "2", "2", "2"]);
  const again = await folder.run("--figure", "9", "--seeds", "2", ...small);
  assert.match(again.stderr, /MARN, seed 2: finished$/m); // one run serves both figures
  assert.match(again.stdout, /^Figure 9: /m);
});

Deno.test("a grid's points are the table's values", async () => {
  await using folder = await reproductions();
  const models = ["--models", "λ_d = 0.5,λ_d = 1"];
  const { code, stdout, stderr } = await folder.run("--figure", "13", ...models, ...small);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}P@5 is highest at λ_d = /m);
  const { rows } = JSON.parse(await Deno.readTextFile(`${folder.out}/figure-13.json`));
  const points = readRecords(await Deno.readTextFile(`${folder.out}/figure-13.csv`));
  const drawn = points.filter(({ metric }) => metric === "P@5")
    .map(({ value, mean }) => [`λ_d = ${value}`, Number(mean)]);
  assert.deepEqual(
    drawn,
    rows.map((row: { name: string; metrics: { "p@5": { mean: number } } }) => {
      return [row.name, row.metrics["p@5"].mean];
    }),
  );
});

Deno.test("rows that ask for one run are one bar", async () => {
  await using folder = await reproductions();
  const models = ["--models", "BiGRU + MTL + RAM + FL,marn"];
  const { code, stdout, stderr } = await folder.run("--figure", "8", ...models, ...small);
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Figure 8: .*\n {2}BiGRU, \+ MTL \+ RAM \+ FL: macro F1 \(CAML\) \d+\.\d$/m,
  );
  assert.equal(readRecords(await Deno.readTextFile(`${folder.out}/figure-8.csv`)).length, 1);
});

Deno.test("both losses are drawn on the split that was evaluated", async () => {
  await using folder = await reproductions();
  const { code, stdout, stderr } = await folder.run("--figure", "11", ...small);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}trained with focal loss \(MARN\): mean normalised BCE/m);
  assert.match(stdout, /^ {2}trained with BCE \(MARN w\/o FL\): mean normalised BCE/m);
});

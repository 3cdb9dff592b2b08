import assert from "node:assert/strict";
import { readParquet, surveyParquet } from "../../../pipeline/source/parquet_table.ts";
import { exportDataset } from "../../../model/export/export_tables.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { silent } from "../../../pipeline/progress.ts";
import { SPLITS } from "../../../pipeline/schema.ts";
import { Earlier } from "../../_support/earlier.ts";
import { runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** A table's rows as texts by column. */
async function readTable(path: string): Promise<Record<string, string>[]> {
  const file = { path, location: await Deno.realPath(path) };
  const { keys } = await surveyParquet(file);
  const rows = (await Array.fromAsync(readParquet(file))).flat();
  return rows.map((row) => Object.fromEntries(keys.map((key, at) => [key, row[at]!])));
}

Deno.test("a dataset's tables hold its documents, labels and words", async () => {
  await using folder = await temporary();
  const [data, out] = [`${folder.path}/data`, `${folder.path}/tables`];
  const written = await writeTinyDataset(data);
  const dataset = await openDataset(data);
  const files = await exportDataset(dataset, { directory: out, replace: false, progress: silent });
  assert.deepEqual(files, ["documents.parquet", "labels.parquet", "vocabulary.parquet"]);
  const documents = await readTable(`${out}/documents.parquet`);
  const expected = SPLITS.flatMap((split) =>
    written[split].map(({ tokens, labels }, row) => ({
      split,
      ...dataset.splits[split][row]!,
      tokens: JSON.stringify([...tokens]),
      icd: JSON.stringify(Array.from(labels.icd, (label) => dataset.labels.icd[label]!.code)),
      ccs: JSON.stringify(Array.from(labels.ccs, (label) => dataset.labels.ccs[label]!.code)),
    }))
  );
  assert.deepEqual(documents, expected);
  const words = await readTable(`${out}/vocabulary.parquet`);
  assert.deepEqual(words.map(({ word }) => word), dataset.vocabulary);
  assert.equal((await readTable(`${out}/labels.parquet`)).length, 9);
});

Deno.test("fault 79: tables replace earlier ones, and none of somebody's", async () => {
  await using folder = await temporary();
  const [data, out] = [`${folder.path}/data`, `${folder.path}/tables`];
  await writeTinyDataset(data);
  const dataset = await openDataset(data);
  const target = { directory: out, replace: true, progress: silent };
  const files = await exportDataset(dataset, target);
  assert.deepEqual(await exportDataset(dataset, target), files);
  await Deno.writeTextFile(`${out}/notes.parquet`, "precious");
  await assert.rejects(exportDataset(dataset, target), /^UsageError: .*notes\.parquet/);
  assert.equal(await Deno.readTextFile(`${out}/notes.parquet`), "precious");
});

Deno.test("a run's tables hold its predictions, and all scores where they were written", async () => {
  await using trained = await TrainedRun.create();
  const out = `${trained.directory}/tables`;
  const early = await trained.command("export", ["--to", "parquet", "--out", out]);
  assert.equal(early.code, 2);
  assert.match(early.stderr, /evaluate the run first/);
  const args = ["--split", "dev", "--scores", "--bootstrap", "0"];
  assert.equal((await trained.command("evaluate", args)).code, 0);
  const { code, stderr } = await trained.command("export", ["--to", "parquet", "--out", out]);
  assert.equal(code, 0, stderr);
  const predictions = await readTable(`${out}/predictions-dev.parquet`);
  const [, ...lines] = (await trained.read("predictions/dev.csv")).trim().split("\n");
  assert.deepEqual(
    predictions.map(({ id, rank, code, probability, label }) =>
      [id, rank, code, Number(probability), label === "true" ? 1 : 0].join()
    ),
    lines,
  );
  const scores = await readTable(`${out}/scores-dev.parquet`);
  assert.equal(scores.length, 3 * 6);
  for (const { id, code, probability } of predictions) {
    const score = scores.find((score) => score.id === id && score.code === code)!;
    assert.ok(Math.abs(Number(score.probability) - Number(probability)) < 1e-6);
  }
});

Deno.test("an export of neither or of both is refused", async () => {
  for (const args of [[], ["--run", "a", "--data", "b"], ["--data", "b", "--to", "hf"]]) {
    const { code, stderr } = await runTask("export", ["--to", "parquet", "--out", "x", ...args]);
    assert.equal(code, 2);
    assert.match(stderr, /expected --run, or --data with --to parquet/);
  }
});

Deno.test("fault 41: predictions of an earlier version's run become tables, too", async () => {
  using earlier = new Earlier();
  const [out, csv] = [`${earlier.directory}/tables`, `${earlier.run}/predictions/test.csv`];
  const args = ["--run", earlier.run, "--to", "parquet", "--out", out];
  const { code, stdout, stderr } = await runTask("export", args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^labels\.parquet, .*predictions-test\.parquet in /);
  assert.match(stderr, /there are no digests of its config\.json, metrics\.json, predictions\//);
  const [, ...lines] = (await Deno.readTextFile(csv)).trim().split("\n");
  assert.equal((await readTable(`${out}/predictions-test.parquet`)).length, lines.length);
});

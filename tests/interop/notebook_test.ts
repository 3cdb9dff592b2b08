import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { pythonHas, runPython } from "../_support/python.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const isThere = await pythonHas("docs/explore.ipynb", ["nbclient", "nbformat"]);

/** What a cell shows, by its mime type. */
type Output = { readonly [type: string]: string };

Deno.test({
  name: "the notebook opens a dataset and a run as tables, and draws two figures of them",
  ignore: !isThere,
}, async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 7, test: 8 } });
  const { code, stderr } = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(code, 0, stderr);
  const script = [path("notebook.py"), Deno.execPath(), path("../../docs/explore.ipynb")];
  const env = { MARN_DATA: trained.data, MARN_RUN: trained.run };
  const ended = await runPython(script, { env });
  assert.equal(ended.code, 0, ended.text);
  const outputs: Output[] = JSON.parse(
    ended.text.split("\n").find((line) => line.startsWith("["))!,
  );
  const shown = (type: string) => outputs.flatMap((output) => output[type] ?? []);
  const [documents] = shown("text/html");
  const counts = [...documents!.matchAll(/(train|dev|test)<\/td><td[^>]*>(\d+)</g)];
  assert.deepEqual(counts.map(([, split, count]) => `${split} ${count}`), [
    "train 9",
    "dev 7",
    "test 8",
  ]);
  const figures = shown("image/svg+xml");
  assert.equal(figures.length, 2);
  assert.match(figures[0]!, /Tokens a document/);
  assert.match(figures[1]!, /Share of right codes by probability, test/);
  for (const figure of figures) assert.match(figure, /class="mark-(?:rect|symbol)/);
});

Deno.test("the notebook is kept without what its cells showed", async () => {
  const { cells } = JSON.parse(await Deno.readTextFile(path("../../docs/explore.ipynb")));
  for (const { outputs = [], execution_count: count = null } of cells) {
    assert.deepEqual([outputs, count], [[], null]);
  }
});

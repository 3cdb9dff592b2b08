import assert from "node:assert/strict";
import { openDataset } from "../../pipeline/dataset/open.ts";
import type { Split } from "../../pipeline/schema.ts";
import { runTask } from "../_support/run_task.ts";
import { TrainedRun } from "../_support/trained_run.ts";
import { readRecords } from "../_support/read_csv.ts";

const documents = { train: 20, dev: 8, test: 9 };

/** Runs `deno task analyze` into a run's folder. */
function analyze({ directory }: TrainedRun, ...args: string[]) {
  return runTask("analyze", ["--out", `${directory}/figures`, ...args]);
}

/** A file among the figures. */
function read({ directory }: TrainedRun, file: string): Promise<string> {
  return Deno.readTextFile(`${directory}/figures/${file}`);
}

Deno.test("datasets give frequencies and lengths, as pictures with their numbers", async () => {
  await using trained = await TrainedRun.create({ documents });
  const { code, stdout, stderr } = await analyze(trained, "--data", trained.directory);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Figure 1: .*figure-1\.svg, .*figure-1\.csv$/m);
  assert.match(stdout, /^ {2}full: 0\.0% of 37 documents have more than 512 tokens$/m);
  assert.match(await read(trained, "figure-3.svg"), /synthetic notes .*Nothing here was measured/);
  const rows = readRecords(await read(trained, "figure-1.csv"));
  assert.equal(rows.length, 6 + 3);
});

Deno.test("a run gives label vectors, regions and losses", async (t) => {
  await using trained = await TrainedRun.create({ documents });
  const { code, stdout, stderr } = await analyze(trained, "--run", trained.run, "--json");
  assert.equal(code, 0, stderr);

  await t.step("--json tells every figure's number, files and numbers", () => {
    const { figures } = JSON.parse(stdout);
    assert.deepEqual(figures.map(({ figure }: { figure: number }) => figure), [9, 10, 11]);
    assert.equal(figures[0].summary.icd, 6);
    assert.equal(figures[1].summary[0].categories, 3);
    assert.equal(figures[1].files.length, 3);
  });

  await t.step("regions are of the places that figure 9 shows", async () => {
    const places = readRecords(await read(trained, "figure-9.csv"));
    const regions = readRecords(await read(trained, "figure-10-regions.csv"));
    const categories = places.filter(({ task }) => task === "ccs");
    assert.deepEqual(
      regions.map(({ code, x, y }) => [code, x, y]),
      categories.map(({ code, x, y }) => [code, x, y]),
    );
  });

  await t.step("losses are of test, unless another split is asked for", async () => {
    const { labels } = await openDataset(trained.data);
    const carried = (split: Split) =>
      labels.icd.map(({ documents }) => documents[split]).filter((count) => count > 0).sort();
    const drawn = async () => {
      const rows = readRecords(await read(trained, "figure-11.csv"));
      return rows.map((row) => Number(row.documents)).sort();
    };
    assert.deepEqual(await drawn(), carried("test"));
    const again = await analyze(trained, "--run", trained.run, "--figure=11", "--split=train");
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await drawn(), carried("train"));
  });
});

Deno.test("evaluated runs give the figures of metrics", async () => {
  await using trained = await TrainedRun.create({ documents });
  const evaluated = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  const { code, stdout, stderr } = await analyze(trained, "--run", trained.run, "--figure=8,12,13");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}BiGRU, \+ MTL \+ RAM \+ FL: macro F1 \(CAML\) \d+\.\d$/m);
  assert.match(stdout, /^ {2}P@5 is highest at γ = 2: /m);
  const { systems } = JSON.parse(await trained.read("metrics.json"));
  const [bar] = readRecords(await read(trained, "figure-8.csv"));
  const { macro_f1_caml } = systems[0].tasks.icd.splits.test.all.values;
  assert.ok(Math.abs(Number(bar!.mean) - 100 * macro_f1_caml) < 1e-9);
});

Deno.test("a run draws of its dataset wherever that now is, and of no other", async () => {
  await using trained = await TrainedRun.create({ documents });
  await using other = await TrainedRun.create({ documents, seed: 8 });
  await Deno.rename(trained.data, `${trained.directory}/moved`);
  const moved = ["--run", trained.run, "--figure=11", "--data"];
  const { code, stderr } = await analyze(trained, ...moved, `${trained.directory}/moved`);
  assert.equal(code, 0, stderr);
  const refused = await analyze(trained, ...moved, other.data);
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /^error: using run .* trained on another dataset/m);
});

Deno.test("a figure that what is given cannot give is refused in a line", async () => {
  await using trained = await TrainedRun.create({ documents }, { mtl: false });
  const run = ["--run", trained.run];
  for (
    const [args, found] of [
      [[], /nothing given to draw from; add --data or --run$/],
      [["--figure=1", ...run], /drawing figure 1: no dataset given, expected one; add --data$/],
      [["--figure=9", "--data", trained.data], /drawing figure 9: 0 runs given, expected one/],
      [["--figure=9", ...run, trained.run], /drawing figure 9: 2 runs given, expected one/],
      [["--figure=10", ...run], /it is a marn that predicts ICD labels, expected .* --model marn$/],
      [["--figure=8", ...run], /metrics\.json: it is not there; evaluate the run first: deno task/],
      [
        ["--data", trained.data, "--out", `${trained.data}/figures`],
        /writing .*figures: it is or lies in .*, whose files belong together; expected a place/,
      ],
      [["--data", "/nowhere"], /opening \/nowhere: manifest\.json: it does not exist/],
      [["--run", "/nowhere"], /opening run \/nowhere: config\.json: it does not exist/],
    ] as const
  ) {
    const { code, stdout, stderr } = await analyze(trained, ...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr.split("\n").find((line) => line.startsWith("error: "))!, found);
  }
});

Deno.test("what is no figure is refused, with those that there are", async () => {
  await using trained = await TrainedRun.create({ documents });
  const { code, stderr } = await analyze(trained, "--data", trained.data, "--figure", "3,4");
  assert.equal(code, 2);
  assert.match(stderr, /expected some of 1, 3, 8, 9, 10, 11, 12, 13, joined by commas/);
});

Deno.test("--help shows how figures are asked for", async () => {
  const { code, stdout } = await runTask("analyze", ["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Examples:\n {2}deno task analyze --data data$/m);
});

import assert from "node:assert/strict";
import { writeLeaderboard } from "../../../tasks/compare/report.ts";
import { planComparison } from "../../../tasks/compare/comparison.ts";
import { writeResult } from "../../../tasks/experiment/result.ts";
import { runDirectory } from "../../../tasks/experiment/status.ts";
import { resultOf } from "../../_support/summary_runs.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

Deno.test("a leaderboard is of the runs that are finished, and says what failed and what lacks", async (t) => {
  await using folder = await temporary();
  const out = `${folder.path}/out`;
  await writeTinyDataset(`${folder.path}/data`);
  const comparison = await planComparison({
    ...{ data: `${folder.path}/data`, out, seeds: 1, target: "icd", sort: "micro_f1" },
    models: "cnn,caml,laat",
  });
  const [cnn, caml, laat] = comparison.runs;
  for (const [run, hits] of [[cnn, 1], [caml, 2]] as const) {
    await Deno.mkdir(runDirectory(out, run!), { recursive: true });
    await writeResult(runDirectory(out, run!), resultOf(hits / 4, hits));
  }
  const failed = [{ run: laat!, failure: "no memory" }];
  const { markdown, json } = await writeLeaderboard(comparison, failed);

  await t.step("for people", () => {
    assert.match(markdown, /### Systems on .*, ICD labels, test, in percent/);
    assert.ok(markdown.indexOf("| CAML") < markdown.indexOf("| CNN"));
    assert.match(markdown, /Not complete: 2 of 3 runs are finished\./);
    assert.match(markdown, /paired bootstrap against CNN/);
    assert.match(markdown, /- LAAT, seed 1, failed: no memory/);
  });

  await t.step("for programs", () => {
    const record = JSON.parse(json);
    assert.deepEqual(record.rows.map(({ system }: { system: string }) => system), ["CAML", "CNN"]);
    assert.deepEqual(record.failed, [{ name: laat!.name, rows: ["LAAT"], failure: "no memory" }]);
  });

  await t.step("both lie in the folder", async () => {
    assert.equal(await Deno.readTextFile(`${out}/leaderboard.md`), markdown);
    assert.equal(await Deno.readTextFile(`${out}/leaderboard.json`), json);
  });
});

import assert from "node:assert/strict";
import { writeResult } from "../../../tasks/experiment/result.ts";
import { runDirectory } from "../../../tasks/experiment/status.ts";
import { planSweep } from "../../../tasks/sweep/plan_sweep.ts";
import { writeSweep } from "../../../tasks/sweep/report.ts";
import { resultOf } from "../../_support/summary_runs.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** Plans a sweep of one seed on a dataset of its own, whose runs go to a folder beside it. */
async function planIn(folder: string, grid: string) {
  const data = `${folder}/data`;
  await writeTinyDataset(data);
  return await planSweep({ data, out: `${folder}/out`, grid: [grid], seeds: 1 });
}

Deno.test("a sweep's table is of the runs that are finished", async (t) => {
  await using folder = await temporary();
  const sweep = await planIn(folder.path, "gamma=1,2,3");
  const { out } = sweep;
  const none = JSON.parse((await writeSweep(sweep, [])).json);
  const [one, two, three] = sweep.runs;
  for (const [run, best] of [[one, 0.3], [two, 0.4]] as const) {
    await Deno.mkdir(runDirectory(out, run!), { recursive: true });
    await writeResult(runDirectory(out, run!), { ...resultOf(0.25, 1), best, engine: "an abacus" });
  }
  const { markdown, json } = await writeSweep(sweep, [{ run: three!, failure: "no memory" }]);
  const record = JSON.parse(json);

  await t.step("before one is, there is no best", () => {
    assert.deepEqual([none.best, none.rows], [null, []]);
  });

  await t.step("it names the best by dev, and that test chose nothing", () => {
    assert.deepEqual(record.best, { "loss.gamma": 2 });
    assert.match(
      markdown,
      /^Best by p@5 on dev: loss\.gamma = 2; figures of test chose nothing\. /m,
    );
    assert.ok(markdown.includes(runDirectory(out, two!)));
  });

  await t.step("it says what failed and what lacks", () => {
    assert.match(markdown, /^- loss\.gamma = 3, seed 1, failed: no memory$/m);
    assert.match(markdown, /^Not complete: 2 of 3 runs are finished\.$/m);
    assert.equal(record.failed[0].name, three!.name);
  });

  await t.step("it names the engine that the runs themselves name", () => {
    assert.match(markdown, /engine an abacus\.$/m);
  });

  await t.step("both are kept in the folder", async () => {
    assert.equal(await Deno.readTextFile(`${out}/sweep.md`), markdown);
    assert.equal(await Deno.readTextFile(`${out}/sweep.json`), json);
  });
});

Deno.test("combinations that are alike on dev are named together", async () => {
  await using folder = await temporary();
  const sweep = await planIn(folder.path, "gamma=1,2");
  const { out } = sweep;
  for (const run of sweep.runs) {
    await Deno.mkdir(runDirectory(out, run), { recursive: true });
    await writeResult(runDirectory(out, run), { ...resultOf(0.25, 1), best: 0.5 });
  }
  const { markdown } = await writeSweep(sweep, []);
  assert.match(markdown, /on dev: loss\.gamma = 1 and loss\.gamma = 2; /);
});

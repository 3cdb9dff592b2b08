import assert from "node:assert/strict";
import { readResult, writeResult } from "../../tasks/experiment/result.ts";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

Deno.test("sweep trains what is missing of a grid, and says which values are best on dev", async (t) => {
  await using folder = await temporary();
  const [data, out] = [`${folder.path}/data`, `${folder.path}/out`];
  await writeTinyDataset(data);
  const sweep = (...args: string[]) =>
    runTask("sweep", [
      ...["--data", data, "--out", out, "--model", "cnn", "--loss", "focal", "--epochs", "1"],
      ...["model.filters=4", "batchSize=4", "maxTokens=15"].flatMap((change) => ["--set", change]),
      ...args,
    ]);

  await t.step("a dry run prints the plan, and trains nothing", async () => {
    const { code, stdout, stderr } = await sweep("--grid", "gamma=1", "--dry-run", "--json");
    assert.equal(code, 0, stderr);
    const [{ number, rows, seed, state }] = JSON.parse(stdout);
    assert.deepEqual([number, rows, seed, state], [1, ["loss.gamma = 1"], 1, "new"]);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });

  await t.step("the first time it trains", async () => {
    const { code, stdout, stderr } = await sweep("--grid", "gamma=1");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\| loss\.gamma \| dev p@5 \| +test micro F1 \|/m);
    assert.match(stdout, /^Best by p@5 on dev: loss\.gamma = 1; /m);
  });

  await t.step("a grid that has grown trains what came to it", async () => {
    const { code, stdout, stderr } = await sweep("--grid", "gamma=1,2", "--json");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /loss\.gamma = 1, seed 1: finished before/);
    assert.match(stderr, /^\[2\/2\] loss\.gamma = 2, seed 1: micro F1/m);
    assert.equal(JSON.parse(stdout).rows.length, 2);
  });

  await t.step(
    "a run of an earlier version, whose result lacks dev, is ranked by its checkpoint",
    async () => {
      const before = JSON.parse((await sweep("--grid", "gamma=1,2", "--json")).stdout);
      for (const { name } of Deno.readDirSync(`${out}/runs`)) {
        const result = (await readResult(`${out}/runs/${name}`))!;
        await writeResult(`${out}/runs/${name}`, { ...result, best: undefined, engine: undefined });
      }
      const after = JSON.parse((await sweep("--grid", "gamma=1,2", "--json")).stdout);
      assert.deepEqual(after.rows, before.rows);
    },
  );

  await t.step("what cannot be is refused before anything runs", async () => {
    const { code, stderr } = await sweep("--grid", "gamma=5,-1");
    assert.equal(code, 2);
    assert.match(stderr, /^error: planning loss\.gamma = -1: /m);
    assert.equal([...Deno.readDirSync(`${out}/runs`)].length, 2);
  });
});

import assert from "node:assert/strict";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

Deno.test("compare trains systems, prints a leaderboard, and keeps what is finished", async (t) => {
  await using folder = await temporary();
  const data = `${folder.path}/data`;
  await writeTinyDataset(data);
  const set = ["model.filters=4", "batchSize=4", "maxTokens=15", "epochs=1"];
  const args = [
    ...["--data", data, "--out", `${folder.path}/out`, "--models", "cnn,caml"],
    ...set.flatMap((change) => ["--set", change]),
  ];
  const first = await runTask("compare", args);

  await t.step("the first time it trains", () => {
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /\| CNN +\|/);
    assert.match(first.stdout, /\| CAML +\|/);
  });

  await t.step("the second time it has nothing left to do", async () => {
    const { code, stdout, stderr } = await runTask("compare", [...args, "--json"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /CNN, seed 1: finished before/);
    assert.equal(JSON.parse(stdout).rows.length, 2);
  });
});

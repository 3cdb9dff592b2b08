import assert from "node:assert/strict";
import { idleKeys } from "../../../tasks/sweep/idle_keys.ts";
import { planSweep } from "../../../tasks/sweep/plan_sweep.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** The idle keys of a grid. */
async function idleOf(model: string, ...grid: string[]): Promise<string[]> {
  await using folder = await temporary();
  await writeTinyDataset(`${folder.path}/data`);
  return idleKeys(
    await planSweep({ data: `${folder.path}/data`, out: "out", model, grid, seeds: 1 }),
  );
}

Deno.test("α and γ change nothing of a system on plain cross-entropy", async () => {
  assert.deepEqual(await idleOf("caml", "gamma=1,2", "alpha=0.5,1", "batchSize=2,4"), [
    "loss.gamma",
    "loss.alpha",
  ]);
});

Deno.test("they do where a row has another loss, and where the system has", async () => {
  assert.deepEqual(await idleOf("caml", "gamma=1,2", "loss.name=bce,focal"), []);
  assert.deepEqual(await idleOf("marn", "gamma=1,2"), []);
});

Deno.test("the ICD branch's weight changes nothing of a system with one branch", async () => {
  assert.deepEqual(await idleOf("caml", "icdWeight=0.1,0.5"), ["loss.icdWeight"]);
  assert.deepEqual(await idleOf("marn", "icdWeight=0.1,0.5", "mtl=true,false"), []);
});

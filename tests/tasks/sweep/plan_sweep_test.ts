import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import type { SweepRequest } from "../../../tasks/sweep/flags.ts";
import { planSweep } from "../../../tasks/sweep/plan_sweep.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** Plans a sweep of γ, or what is changed of it, on a dataset of its own. */
async function plan(changes: Partial<SweepRequest> = {}) {
  await using folder = await temporary();
  const data = `${folder.path}/data`;
  await writeTinyDataset(data);
  return await planSweep({ data, out: "out", grid: ["gamma=1,3"], seeds: 2, ...changes });
}

Deno.test("every combination is planned in every seed, as train would train it", async () => {
  const { runs } = await plan({ model: "caml", set: ["patience=7"] });
  const expected = [1, 2].flatMap((seed) =>
    [1, 3].map((gamma) =>
      resolveConfig({
        model: "caml",
        preset: "codiesp",
        seed,
        set: ["patience=7", `loss.gamma=${gamma}`],
      })
    )
  );
  assert.deepEqual(runs.map(({ config }) => config), expected);
});

Deno.test("a run of a grid that has grown is the run that it was", async () => {
  const [small, large] = await Promise.all([
    plan(),
    plan({ grid: ["gamma=1,2,3", "alpha=0.5,0.999"], seeds: 3 }),
  ]);
  const names = new Set(large.runs.map(({ name }) => name)); // α is 0.999 by default
  assert.ok(small.runs.every(({ name }) => names.has(name)));
});

Deno.test("values may only fit with each other", async () => {
  const grid = ["model.hidden=6", "model.heads=3"];
  const { runs } = await plan({ model: "mdbert", grid });
  assert.equal(runs.length, 2);
});

for (
  const [what, change, message] of [
    [
      "a value out of range",
      { grid: ["gamma=1,-1"] },
      /^planning loss\.gamma = -1: .* at least 0$/,
    ],
    [
      "values that do not fit with each other",
      { model: "mdbert", grid: ["model.hidden=6,8", "model.heads=4"] },
      /^planning model\.hidden = 6, model\.heads = 4: .*expected/,
    ],
    [
      "a key that is set, too,",
      { grid: ["gamma=1,2"], set: ["loss.gamma=3"] },
      /^reading --grid loss\.gamma: --set gives it a value, too; expected one of them; /,
    ],
    [
      "a key that an option gives",
      { grid: ["epochs=1,2"], epochs: 1 },
      /^planning epochs = 2: reading --set epochs: it is "2", and "1" by --epochs; /,
    ],
    ["a seed for all rows", { set: ["seed=3"] }, /--seeds gives every row its seeds$/],
    ["a system that there is not", { model: "cmal" }, /the nearest is caml$/],
  ] as const
) {
  Deno.test(`${what} is refused before anything runs, with its row`, async () => {
    await assert.rejects(
      plan(change),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

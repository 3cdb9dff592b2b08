import assert from "node:assert/strict";
import type { Metric } from "../../../model/metrics/names.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { planComparison } from "../../../tasks/compare/comparison.ts";
import { planReproduction } from "../../../tasks/reproduce/plan_reproduction.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

await using folder = await temporary();
const data = `${folder.path}/full`;
await writeTinyDataset(data);

const request = {
  data,
  out: `${folder.path}/out`,
  seeds: 2,
  target: "icd" as const,
  sort: "micro_f1" as Metric,
};
const plans = {
  all: await planComparison(request),
  two: await planComparison({ ...request, models: "cnn,caml" }),
  against: await planComparison({ ...request, models: "cnn,caml", against: "caml" }),
  ccs: await planComparison({ ...request, models: "marn", target: "ccs" }),
  table: await planReproduction({ ...request, table: 2, models: "caml" }),
};

Deno.test("without --models every system is compared, in every seed", () => {
  assert.equal(plans.all.runs.length, 22);
});

Deno.test("the systems named are compared", () => {
  const names = plans.two.runs.map(({ rows, config }) => `${rows} ${config.seed}`);
  assert.deepEqual(names.sort(), ["CAML 1", "CAML 2", "CNN 1", "CNN 2"]);
});

Deno.test("p-values are against MARN where it is compared, else against the first or the one named", () => {
  assert.deepEqual(
    [plans.all.against, plans.two.against, plans.against.against],
    ["MARN", "CNN", "CAML"],
  );
});

Deno.test("the reference's runs are among those that are trained", () => {
  const { runs, reference } = plans.against;
  assert.deepEqual(reference, runs.filter(({ rows }) => rows.includes("CAML")));
});

Deno.test("every system is trained on the target, multi-task ones too", () => {
  assert.ok(plans.ccs.runs.every(({ config }) => config.target === "ccs"));
});

Deno.test("a run is the same as a reproduction's that asks for the same", () => {
  const [run] = plans.table.runs;
  assert.ok(plans.two.runs.some(({ name }) => name === run!.name));
});

for (
  const [what, change, message] of [
    ["system", { models: "cmal" }, /the nearest is caml/],
    ["reference", { models: "cnn,caml", against: "CMAL" }, /the nearest is CAML/],
  ] as const
) {
  Deno.test(`a ${what} that there is not is refused with the nearest`, async () => {
    await writeTinyDataset(`${folder.path}/full`);
    await assert.rejects(
      planComparison({ ...request, ...change }),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { chooseExperiment, requireLabels } from "../../../tasks/reproduce/choose.ts";
import { planRuns } from "../../../tasks/reproduce/plan.ts";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import { experimentOf } from "../../_support/experiments.ts";

Deno.test("a table or a figure is chosen by its number, with some of its rows", () => {
  assert.equal(chooseExperiment({ table: 3 }), experimentOf("table-3"));
  assert.equal(chooseExperiment({ figure: 8 }), experimentOf("figure-8"));
  const { rows } = chooseExperiment({ table: 1, models: "CNN, marn" });
  assert.deepEqual(rows.map(({ name }) => name), ["CNN", "MARN"]);
});

Deno.test("tables 3 and 4 are chosen with their protocol", () => {
  assert.equal(chooseExperiment({ table: 4, protocol: "paper" }), experimentOf("table-4"));
  const { id, rows } = chooseExperiment({ table: 4, protocol: "authors", models: "caml" });
  assert.deepEqual([id, rows], ["table-4-authors", [{ name: "CAML", request: { model: "caml" } }]]);
});

Deno.test("neither, both and a number that the paper lacks are refused", () => {
  const cases = [
    [{}, /given nothing, expected one of --table 1, .*, --figure 13$/],
    [{ table: 1, figure: 8 }, /given --table 1 --figure 8, expected one of/],
    [{ figure: 4 }, /given --figure 4, expected one of/],
  ] as const;
  for (const [choice, message] of cases) {
    assert.throws(() => chooseExperiment(choice), (error) => {
      return error instanceof UsageError && message.test(error.message);
    });
  }
});

Deno.test("rows whose labels the dataset lacks are named, with those that need none", () => {
  const label = { code: "1", kind: "code", title: "", group: "", documents: {} };
  const dataset = {
    directory: "data/top50",
    labels: { icd: [label], ccs: [] },
  } as unknown as Dataset;
  const options = { preset: "small", seeds: 1, set: [], dataset: "abc" };
  const requireFor = (models: string) => {
    const experiment = chooseExperiment({ table: 1, models });
    requireLabels(experiment, planRuns(experiment, options), dataset);
  };
  requireFor("cnn,laat");
  assert.throws(
    () => requireFor("cnn,mt-ram,marn"),
    /MT-RAM, MARN need CCS labels and it has none; prepare it with --ccs, .*: --models "CNN"$/,
  );
  assert.throws(() => requireFor("marn"), /MARN needs CCS labels and it has none; .*group-prefix$/);
});

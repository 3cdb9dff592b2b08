import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import { planRuns } from "../../../tasks/experiment/plan.ts";
import { requireLabels } from "../../../tasks/experiment/require_labels.ts";
import { chooseExperiment } from "../../../tasks/reproduce/choose.ts";

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

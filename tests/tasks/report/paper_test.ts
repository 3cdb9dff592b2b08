import assert from "node:assert/strict";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import type { Task } from "../../../pipeline/schema.ts";
import type { Manifest } from "../../../pipeline/manifest.ts";
import { paperRow } from "../../../tasks/report/paper.ts";

const mimic = {
  labelSet: "top50",
  synthetic: false,
  options: { source: "mimic3", split: "published", ccsLabels: "paper" },
} as Manifest; // the keys that decide

Deno.test("a run on MIMIC-III's published split has the paper's row beside it", () => {
  const row = (request: ConfigRequest, task: Task, labelSet = "top50") => {
    const found = paperRow(resolveConfig(request), task, { ...mimic, labelSet });
    return found && [found.table, (100 * found.values.get("micro_f1")!).toFixed(1)];
  };
  assert.deepEqual(row({}, "icd"), [1, "71.8"]);
  assert.deepEqual(row({}, "icd", "full"), [2, "58.4"]);
  assert.deepEqual(row({}, "ccs"), [3, "75.0"]);
  assert.deepEqual(row({ model: "caml" }, "ccs", "full"), [4, "66.5"]);
  assert.deepEqual(row({ ram: false }, "icd"), [5, "69.9"]);
  assert.deepEqual(row({ mtl: false, loss: "bce" }, "icd", "full"), [6, "55.6"]);
  assert.equal(row({ mtl: false, ram: false }, "icd"), undefined); // not in the paper
  assert.equal(row({ ram: false }, "ccs"), undefined);
  assert.equal(row({}, "icd", "top20"), undefined);
});

Deno.test("a value that the paper lacks is left out", () => {
  const row = paperRow(resolveConfig({ model: "fusion" }), "icd", { ...mimic, labelSet: "full" });
  assert.deepEqual([row!.values.has("p@8"), row!.values.has("p@15")], [true, false]);
});

Deno.test("other data has no row of the paper", () => {
  const config = resolveConfig({});
  const { options } = mimic;
  for (
    const manifest of [
      { ...mimic, synthetic: true },
      { ...mimic, options: { ...options, source: "corpus" as const } },
      { ...mimic, options: { ...options, split: "patient" as const } },
    ]
  ) assert.equal(paperRow(config, "icd", manifest), undefined);
  const separate = { ...mimic, options: { ...options, ccsLabels: "separate" as const } };
  assert.equal(paperRow(config, "ccs", { ...separate, labelSet: "full" }), undefined);
  assert(paperRow(config, "icd", separate));
});

Deno.test("the top 50 codes have the paper's categories, merged or apart", () => {
  const separate = { ...mimic, options: { ...mimic.options, ccsLabels: "separate" as const } };
  assert.equal(paperRow(resolveConfig({}), "ccs", separate)!.table, 3);
});

Deno.test("MARN as its authors do not have it has no row of theirs", () => {
  for (const set of ["model.unitEmbedding=false", "model.ramUp=linear"]) {
    assert.equal(paperRow(resolveConfig({ set: [set] }), "icd", mimic), undefined, set);
  }
});

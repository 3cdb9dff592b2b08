import assert from "node:assert/strict";
import { METRICS } from "../../../model/metrics/names.ts";
import { metricTitle } from "../../../tasks/report/metrics.ts";

Deno.test("metrics are titled as papers write them", () => {
  const titles = [
    ["p@5", "P@5"],
    ["r@15", "R@15"],
    ["r_precision", "R-precision"],
    ["map", "MAP"],
    ["micro_auc", "micro AUC"],
    ["macro_auprc", "macro AUC-PR"],
    ["exact_match", "exact match"],
    ["jaccard_3_tuned", "Jaccard, three characters, tuned"],
    ["macro_precision", "macro precision"],
    ["micro_f1_tuned", "micro F1, tuned"],
    ["macro_f1_caml", "macro F1 (CAML)"],
    ["macro_f1_caml_present_tuned", "macro F1 (CAML) of labels present, tuned"],
  ] as const;
  assert.deepEqual(titles.map(([metric]) => [metric, metricTitle(metric)]), titles);
});

Deno.test("no two metrics share a title", () => {
  assert.equal(new Set(METRICS.map(metricTitle)).size, METRICS.length);
});

/**
 * Metrics as tables write them.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";

const titles: { readonly [name: string]: string } = {
  map: "MAP",
  r_precision: "R-precision",
  micro_auprc: "micro AUC-PR",
  macro_auprc: "macro AUC-PR",
  exact_match: "exact match",
  jaccard: "Jaccard",
  jaccard_3: "Jaccard, three characters",
  macro_f1_caml: "macro F1 (CAML)",
  macro_f1_present: "macro F1 of labels present",
  macro_f1_caml_present: "macro F1 (CAML) of labels present",
};

/** `micro F1, tuned` for `micro_f1_tuned`. */
export function metricTitle(metric: Metric): string {
  const name = metric.replace(/_tuned$/, "");
  const title = titles[name] ??
    name.replace("_", " ")
      .replace("auc", "AUC")
      .replace("f1", "F1")
      .replace(/^[pr]@/, (letters) => letters.toUpperCase());
  return metric === name ? title : `${title}, tuned`;
}

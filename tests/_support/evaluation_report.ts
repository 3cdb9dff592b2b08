/** An evaluation of two documents with two labels, as tables and reports are made from it. */
import { resolveConfig } from "../../model/config/presets.ts";
import type { Intervals } from "../../model/metrics/bootstrap/intervals.ts";
import { evaluateSplit } from "../../model/metrics/evaluate.ts";
import { METRICS } from "../../model/metrics/names.ts";
import type { TaskEvaluation } from "../../model/run/evaluate_run.ts";
import { joinRows } from "../../pipeline/dataset/documents.ts";
import { PUBLISHED_CODES } from "../../pipeline/lists/shipped.ts";
import type { CodeKind, Label } from "../../pipeline/schema.ts";
import type { Manifest } from "../../pipeline/manifest.ts";
import type { CohortSubject } from "../../tasks/report/cohort_notes.ts";
import type { EvaluationReport } from "../../tasks/report/evaluation_tables.ts";

const labels = [...labelsOf(["428.0"]), ...labelsOf(["96.04"], "procedure")];

const split = evaluateSplit(
  { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.2, 0.3, 0.6) },
  joinRows([Int32Array.of(0), Int32Array.of(0)]),
  { labels, threshold: 0.25 },
);

/** The same metrics on dev and test. The second label is never true: its AUC is undefined. */
export const tinyEvaluation: TaskEvaluation = {
  threshold: 0.25,
  splits: { dev: split, test: split },
};

/** An interval for every metric. */
export const tinyIntervals = Object.fromEntries(
  METRICS.map((metric) => [metric, [0.25, 0.5] as const]),
) as Intervals;

/** Labels that nothing but their codes is known of. */
export function labelsOf(codes: readonly string[], kind: CodeKind = "diagnosis"): Label[] {
  const documents = { train: 5, dev: 1, test: 1 };
  return codes.map((code) => ({ code, kind, title: "", group: "", documents }));
}

/** MIMIC-III's top 50 with the published split, as far as a report reads of it. */
export const mimicManifest = {
  labelSet: "top50",
  restricted: true,
  synthetic: false,
  documents: { train: 9, dev: 2, test: 2 },
  labels: { icd: 2, ccs: 2 },
  stages: [],
  topCodes: null,
  options: {
    source: "mimic3",
    split: "published",
    top: 50,
    topBy: "list",
    minCodeDocuments: 1,
    ccsLabels: "paper",
  } as Manifest["options"],
} as unknown as Manifest;

/** Its dataset, some keys of the manifest and of its options changed. */
export function mimicDataset(changes: object = {}, options: object = {}): CohortSubject {
  return {
    manifest: { ...mimicManifest, ...changes, options: { ...mimicManifest.options, ...options } },
    labels: { icd: labelsOf(PUBLISHED_CODES), ccs: labelsOf(["98", "108"]) },
    vocabulary: ["<pad>", "<unk>", "pain"],
  };
}

/** MARN beside the codes' frequencies. */
export const tinyReport: EvaluationReport = {
  config: resolveConfig({}),
  engine: "some engine",
  dataset: mimicDataset(),
  systems: [
    { system: "marn", tasks: { icd: tinyEvaluation, ccs: tinyEvaluation } },
    { system: "code frequency", tasks: { icd: tinyEvaluation, ccs: tinyEvaluation } },
  ],
};

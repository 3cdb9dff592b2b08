/**
 * A run's words behind codes against what people marked, as tables.
 *
 * @module
 */
import type { ChooserEvaluation, EvidenceEvaluation } from "../../model/run/evaluate_evidence.ts";
import { type CodeAgreement, HIT_CUTOFFS } from "../../model/metrics/evidence/evidence.ts";
import type { Label } from "../../pipeline/schema.ts";
import { formatPercent } from "../cli/format.ts";
import { formatMarkdown, type Table } from "./table.ts";

/** What the report is of. */
export interface EvidenceReport {
  /** The system's title. */
  readonly system: string;
  readonly run: string;
  readonly dataset: string;
  /** What the run's data is restricted by: a sentence; undefined where it is free. */
  readonly restricted?: string | undefined;
  /** Names of the files of annotations. */
  readonly files: readonly string[];
  /** Labels of the target by index. */
  readonly labels: readonly Label[];
  readonly evaluation: EvidenceEvaluation;
}

/** Labels that are listed, those with most marked documents first. */
const LISTED = 50;

/** The text of `evidence.md`. */
export function formatEvidence(report: EvidenceReport): string {
  const { system, run, dataset, files, evaluation } = report;
  const { documents, codes, spans, stage } = evaluation;
  const left = Object.entries(stage.excluded).map(([reason, count]) => `- ${count} ${reason}`);
  return [
    `# Words behind codes: ${system}`,
    "",
    `Run ${run} on ${dataset}, against ${files.join(", ")}: ${codes} labels of ${documents} ` +
    `documents, ${spans} spans of tokens. Of ${stage.read} annotations ${stage.kept} are of ` +
    "these.",
    ...left.length > 0 ? ["Left out are:", "", ...left] : [],
    "",
    "docs/evidence.md says what each figure means.",
    "",
    ...report.restricted === undefined ? [] : [report.restricted, ""],
    formatMarkdown(overallTable(evaluation.choosers)),
    formatMarkdown(macroTable(evaluation.choosers)),
    formatMarkdown(curveTable(evaluation.choosers)),
    formatMarkdown(labelTable(report)),
  ].join("\n");
}

/** One line a chooser, all labels together. */
export function overallTable(choosers: readonly ChooserEvaluation[]): Table {
  return {
    title: "All labels together, in percent",
    columns: [
      "words by",
      "precision",
      "recall",
      "token F1",
      "span F1",
      ...HIT_CUTOFFS.map((k) => `hit@${k}`),
      "AUPRC",
      "comprehensiveness",
      "sufficiency",
    ],
    rows: choosers.map(({ by, agreement: { overall }, faithfulness }) => [
      by,
      ...[overall.tokens.precision, overall.tokens.recall, overall.tokens.f1].map((share) =>
        formatPercent(share)
      ),
      formatPercent(overall.spans.f1),
      ...HIT_CUTOFFS.map((k) => formatPercent(overall.hits[`hit@${k}`])),
      formatPercent(overall.auprc),
      formatPercent(faithfulness.comprehensiveness),
      formatPercent(faithfulness.sufficiency),
    ]),
  };
}

function macroTable(choosers: readonly ChooserEvaluation[]): Table {
  return {
    title: "Means over labels, in percent",
    columns: ["words by", "token F1", "span F1", ...HIT_CUTOFFS.map((k) => `hit@${k}`), "AUPRC"],
    rows: choosers.map(({ by, agreement: { macro } }) => [
      by,
      formatPercent(macro.tokens.f1),
      formatPercent(macro.spans.f1),
      ...HIT_CUTOFFS.map((k) => formatPercent(macro.hits[`hit@${k}`])),
      formatPercent(macro.auprc),
    ]),
  };
}

/** Token F1 at fixed thresholds. */
function curveTable(all: readonly ChooserEvaluation[]): Table {
  const choosers = all.filter(({ by }) => by !== "telling words"); // theirs are no shares
  const thresholds = choosers[0]!.agreement.curve.map(({ threshold }) => `≥ ${threshold}`);
  return {
    title: "Token F1 by threshold, in percent",
    columns: ["words by", ...thresholds],
    rows: choosers.map((
      { by, agreement: { curve } },
    ) => [by, ...curve.map(({ f1 }) => formatPercent(f1))]),
  };
}

/** Each label by the first chooser, beside training's most telling words. */
function labelTable({ labels, evaluation: { choosers } }: EvidenceReport): Table {
  const [first] = choosers;
  const telling = choosers.find(({ by }) => by === "telling words")!;
  const most = first!.agreement.byCode.toSorted((a, b) => b.codes - a.codes).slice(0, LISTED);
  const others = new Map(telling.agreement.byCode.map((code) => [code.label, code]));
  const figures = (code: CodeAgreement) =>
    [code.tokens.f1, code.hits["hit@1"], code.auprc].map((share) => formatPercent(share));
  return {
    title: `Labels with most marked documents, by ${first!.by} and by telling words, in percent`,
    columns: [
      "label",
      "title",
      "documents",
      "token F1",
      "hit@1",
      "AUPRC",
      "telling: token F1",
      "hit@1",
      "AUPRC",
    ],
    rows: most.map((code) => [
      labels[code.label]!.code,
      labels[code.label]!.title,
      `${code.codes}`,
      ...figures(code),
      ...figures(others.get(code.label)!),
    ]),
  };
}

import assert from "node:assert/strict";
import { evaluateEvidence } from "../../../model/metrics/evidence/evidence.ts";
import { formatEvidence, overallTable } from "../../../tasks/report/evidence_tables.ts";

const code = { document: 0, label: 0, tokens: 4, spans: [{ first: 1, end: 2 }] };
const codes = [code, { ...code, document: 1 }];
const chooser = (by: "attention" | "telling words", strengths: Float32Array) => ({
  by,
  agreement: evaluateEvidence(codes, [strengths, strengths]),
  faithfulness: { comprehensiveness: 0.25, sufficiency: -0.0625 },
});
const choosers = [
  chooser("attention", Float32Array.of(0.25, 0.75, 0, 0)),
  chooser("telling words", Float32Array.of(0.75, 0.25, 0, 0)),
];

Deno.test("a chooser is a line of percentages", () => {
  const { rows } = overallTable(choosers);
  assert.deepEqual(rows[0], [
    "attention",
    ...["100.0", "100.0", "100.0", "100.0"], // precision, recall, F1 of tokens and of spans
    ...["100.0", "100.0", "100.0"], // hits
    ...["100.0", "25.0", "-6.3"],
  ]);
  assert.deepEqual(rows[1]!.slice(5, 9), ["0.0", "100.0", "100.0", "50.0"]);
});

Deno.test("the page says what was left out, and a hostile title is text", () => {
  const page = formatEvidence({
    system: "MARN",
    run: "runs/a",
    dataset: "data/top50",
    files: ["X.tsv"],
    labels: [{
      code: "r52",
      kind: "diagnosis",
      title: "pain | <b>",
      group: "",
      documents: { train: 1, dev: 1, test: 0 },
    }],
    evaluation: {
      task: "icd",
      documents: 2,
      codes: 2,
      spans: 2,
      stage: {
        stage: "annotations",
        read: 3,
        kept: 2,
        excluded: { "without a token": 1 },
        noted: {},
      },
      choosers,
    },
  });
  assert.match(page, /^- 1 without a token$/m);
  assert.match(page, /pain \\\| \\<b\\>/);
});

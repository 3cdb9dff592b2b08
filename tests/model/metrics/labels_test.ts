import assert from "node:assert/strict";
import { evaluateGroups } from "../../../model/metrics/evaluate.ts";
import { evaluateLabels } from "../../../model/metrics/labels.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

const { matrix, truth, rows } = sampleScores({ documents: 50, labels: 12, steps: 30, seed: 4 });
const labels = evaluateLabels(matrix, truth, 0.6);

Deno.test("a label's metrics are those of a group of it alone", () => {
  const groups = Array.from({ length: 12 }, (_, label) => Int32Array.of(label));
  const alone = evaluateGroups(matrix, truth, { threshold: 0.6, groups });
  alone.forEach(({ values }, label) => {
    const { precision, recall, f1, auc, auprc } = labels[label]!;
    const expected = [
      values.micro_precision_tuned,
      values.micro_recall_tuned,
      values.micro_f1_tuned,
      values.micro_auc,
      values.micro_auprc,
    ];
    assert.deepEqual([precision, recall, f1, auc, auprc], expected);
  });
});

Deno.test("a label's documents are counted: those that carry it, those it is assigned to", () => {
  labels.forEach(({ positives, assigned }, label) => {
    assert.equal(positives, rows.filter((row) => row.includes(label)).length);
    const above = rows.filter((_, row) => matrix.scores[row * 12 + label]! > 0.6);
    assert.equal(assigned, above.length);
  });
});

import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/metrics.json" with { type: "json" };
import { drawResamples } from "../../../model/metrics/bootstrap/resamples.ts";
import { evaluateGroups, evaluateScores, evaluateSplit } from "../../../model/metrics/evaluate.ts";
import { type Metric, METRICS } from "../../../model/metrics/names.ts";
import { tuneThreshold } from "../../../model/metrics/threshold.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { NumericError } from "../../../pipeline/errors.ts";
import type { Label } from "../../../pipeline/schema.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

for (const { name, documents, labels, ...golds } of golden.cases) {
  const matrix = { documents, labels, scores: Float32Array.from(golds.scores) };
  const truth = joinRows(golds.positives.map((row) => Int32Array.from(row)));

  Deno.test(`every metric agrees with scikit-learn: ${name}`, () => {
    const threshold = tuneThreshold(matrix, truth);
    const categories = Int32Array.from({ length: labels }, (_, label) => Math.floor(label / 3));
    const { values } = evaluateScores(matrix, truth, { threshold, categories });
    assert.deepEqual(Object.keys(golds.values).sort(), Object.keys(values).sort());
    const far = METRICS.filter((metric) =>
      !(Math.abs(values[metric] - golds.values[metric]) < 1e-6)
    );
    assert.deepEqual(far.map((metric) => [metric, values[metric], golds.values[metric]]), []);
  });
}

Deno.test("labels, those present, and positive cells are counted", () => {
  const matrix = { documents: 2, labels: 3, scores: new Float32Array(6) };
  const truth = joinRows([Int32Array.of(0, 2), Int32Array.of(2)]);
  const { values: _values, ...counts } = evaluateScores(matrix, truth, { threshold: 0.5 });
  const expected = { documents: 2, labels: 3, present: 2, positives: 3, intervals: undefined };
  assert.deepEqual(counts, expected);
});

Deno.test("metrics of some columns are those of a matrix that has only these", () => {
  const { group, alone } = someColumns();
  assert.deepEqual({ ...group, intervals: undefined }, { ...alone, intervals: undefined });
});

Deno.test("so are their intervals, micro AUC's nearly", () => {
  const { group, alone } = someColumns();
  const joined: readonly Metric[] = ["micro_auc", "micro_auprc"];
  for (const metric of METRICS) {
    const [found, expected] = [group.intervals![metric], alone.intervals![metric]];
    // Cells are joined to bins by the scores of all positives, others' too.
    const allowed = joined.includes(metric) ? (expected[1] - expected[0]) / 20 : 0;
    const distance = Math.max(...found.map((bound, at) => Math.abs(bound - expected[at]!)));
    assert(distance <= allowed, `${metric}: ${found}, alone ${expected}`);
  }
});

/** Metrics of eight of forty columns, and of a matrix of these eight. */
function someColumns() {
  const { matrix, truth, rows } = sampleScores({ documents: 60, labels: 40, steps: 1000, seed: 3 });
  const columns = Int32Array.of(0, 3, 4, 17, 18, 19, 31, 39);
  const narrow = {
    documents: 60,
    labels: columns.length,
    scores: matrix.scores.filter((_, at) => columns.includes(at % 40)),
  };
  const narrowRows = rows.map((row) =>
    row.map((label) => columns.indexOf(label)).filter((at) => at >= 0)
  );
  const options = { threshold: 0.3, resamples: drawResamples(60, { size: 50, seed: 1 }) };
  const categories = Int32Array.from({ length: 40 }, (_, label) => label >> 1);
  const [group] = evaluateGroups(matrix, truth, { ...options, categories, groups: [columns] });
  const narrowOptions = { ...options, categories: columns.map((label) => label >> 1) };
  return { group: group!, alone: evaluateScores(narrow, joinRows(narrowRows), narrowOptions) };
}

Deno.test("without a positive, AUC and recalls are undefined, and nothing else is", () => {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.1, 0.2, 0.3) };
  const truth = joinRows([new Int32Array(), new Int32Array()]);
  const categories = Int32Array.of(0, 1);
  const { values } = evaluateScores(matrix, truth, { threshold: 0.5, categories });
  const expected: Metric[] = [
    "r@5",
    "r@8",
    "r@15",
    "r_precision",
    "map",
    "micro_auc",
    "macro_auc",
    "micro_auprc",
    "macro_auprc",
  ];
  assert.deepEqual(METRICS.filter((metric) => Number.isNaN(values[metric])), expected);
});

Deno.test("without a positive, intervals are of what is defined", () => {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.1, 0.2, 0.3) };
  const truth = joinRows([new Int32Array(), new Int32Array()]);
  const resamples = drawResamples(2, { size: 10, seed: 1 });
  const { values, intervals } = evaluateScores(matrix, truth, { threshold: 0.5, resamples });
  assert.deepEqual(intervals!.jaccard_3, [NaN, NaN], "without categories");
  for (const metric of METRICS) {
    assert.equal(Number.isNaN(intervals![metric][0]), Number.isNaN(values[metric]), metric);
  }
});

for (const score of [0.5, 0.5 + 2 ** -24]) {
  Deno.test(`a score of ${score} is ${score > 0.5 ? "" : "not "}assigned at 0.5`, () => {
    const matrix = { documents: 1, labels: 1, scores: Float32Array.of(score) };
    const { values } = evaluateScores(matrix, joinRows([Int32Array.of(0)]), { threshold: 0.9 });
    assert.equal(values.micro_f1, score > 0.5 ? 1 : 0);
  });
}

for (const threshold of [0, -0]) {
  Deno.test(`a threshold of ${Object.is(threshold, -0) ? "−" : ""}0 lets every score above 0 through`, () => {
    const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0, 1e-45) };
    const { values } = evaluateScores(matrix, joinRows([Int32Array.of(1)]), { threshold });
    assert.equal(values.micro_f1_tuned, 1);
  });
}

Deno.test("a split is evaluated as a whole", () => {
  const { matrix, truth, labels } = tinySplit();
  const { all } = evaluateSplit(matrix, truth, { labels, threshold: 0.5 });
  assert.deepEqual(all, evaluateScores(matrix, truth, { threshold: 0.5 }));
});

Deno.test("a split is evaluated by group", () => {
  const { matrix, truth, labels } = tinySplit();
  const { groups } = evaluateSplit(matrix, truth, { labels, threshold: 0.5 });
  const [diagnoses, procedures] = evaluateGroups(matrix, truth, {
    groups: [Int32Array.of(0, 2), Int32Array.of(1)],
    threshold: 0.5,
  });
  assert.deepEqual(Object.entries(groups), [["diagnoses", diagnoses], ["procedures", procedures]]);
});

function tinySplit() {
  const label = (kind: Label["kind"]): Label => ({
    code: "",
    kind,
    title: "",
    group: "",
    documents: { train: 3, dev: 0, test: 0 },
  });
  return {
    matrix: { documents: 2, labels: 3, scores: Float32Array.of(0.9, 0.2, 0.6, 0.1, 0.7, 0.3) },
    truth: joinRows([Int32Array.of(0, 1), Int32Array.of(1)]),
    labels: [label("diagnosis"), label("procedure"), label("diagnosis")],
  };
}

for (const score of [NaN, Infinity, -0.1, 1.1]) {
  Deno.test(`a score of ${score} is refused: it is no probability`, () => {
    const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.5, score) };
    assert.throws(
      () => evaluateScores(matrix, joinRows([Int32Array.of(0)]), { threshold: 0.5 }),
      (error) => error instanceof NumericError && /document 0, label 1/.test(error.message),
    );
  });
}

Deno.test("scores and labels of another number of documents are refused", () => {
  const matrix = { documents: 2, labels: 1, scores: Float32Array.of(0.5) };
  const truth = joinRows([Int32Array.of(0)]);
  assert.throws(() => evaluateScores(matrix, truth, { threshold: 0.5 }), RangeError);
});

Deno.test("a label beyond the matrix is refused", () => {
  const matrix = { documents: 1, labels: 1, scores: Float32Array.of(0.5) };
  const truth = joinRows([Int32Array.of(7)]);
  assert.throws(() => evaluateScores(matrix, truth, { threshold: 0.5 }), RangeError);
});

import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/metrics.json" with { type: "json" };
import {
  drawResamples,
  evaluateGroups,
  evaluateScores,
  type Metric,
  METRICS,
  monitorValue,
  precisionAt,
  tuneThreshold,
} from "../../../model/metrics/evaluate.ts";
import { joinRows, type LabelRows } from "../../../pipeline/dataset/documents.ts";
import { NumericError, UsageError } from "../../../pipeline/errors.ts";
import { createRandom } from "../../../pipeline/random.ts";

for (const { name, documents, labels, ...golds } of golden.cases) {
  const matrix = { documents, labels, scores: Float32Array.from(golds.scores) };
  const truth = joinRows(golds.positives.map((row) => Int32Array.from(row)));

  Deno.test(`metrics agree with scikit-learn: ${name}`, () => {
    const { values } = evaluateScores(matrix, truth, { threshold: tuneThreshold(matrix, truth) });
    assert.deepEqual(Object.keys(values).sort(), Object.keys(golds.values).sort());
    for (const metric of METRICS) {
      const expected = golds.values[metric], error = Math.abs(values[metric] - expected);
      assert(error < 1e-6, `${metric}: ${values[metric]}, expected ${expected}`);
    }
  });

  Deno.test(`the tuned threshold lets through what scikit-learn's does: ${name}`, () => {
    const threshold = tuneThreshold(matrix, truth), lowest = Math.fround(golds.lowestAssigned);
    assert(threshold < lowest);
    assert(!matrix.scores.some((score) => score > threshold && score < lowest));
  });

  Deno.test(`a metric is the same alone and among the others: ${name}`, () => {
    const { values } = evaluateScores(matrix, truth, { threshold: 0.5 });
    for (const metric of METRICS.filter((metric) => !metric.endsWith("_tuned"))) {
      assert.equal(monitorValue(metric, matrix, truth), values[metric]);
    }
    for (const k of [5, 8, 15] as const) {
      assert.equal(precisionAt(matrix, truth, k), values[`p@${k}`]);
    }
  });
}

Deno.test("metrics of some columns are those of a matrix that has only these", () => {
  const { matrix, truth } = sample(60, 40, 3);
  const columns = Int32Array.of(0, 3, 4, 17, 18, 19, 31, 39);
  const rows = rowsOf(truth).map((row) =>
    Int32Array.from(row).map((label) => columns.indexOf(label)).filter((at) => at >= 0)
  );
  const narrow = {
    documents: 60,
    labels: columns.length,
    scores: matrix.scores.filter((_, at) => columns.includes(at % 40)),
  };
  const options = { threshold: 0.3, resamples: drawResamples(60, { size: 50, seed: 1 }) };
  const [group] = evaluateGroups(matrix, truth, { ...options, groups: [columns] });
  const alone = evaluateScores(narrow, joinRows(rows), options);
  // Its cells are joined to bins by the scores of all positives, others' too.
  const { micro_auc: [low, high], ...intervals } = group!.intervals!;
  const { micro_auc: [lowAlone, highAlone], ...intervalsAlone } = alone.intervals!;
  assert.deepEqual({ ...group, intervals }, { ...alone, intervals: intervalsAlone });
  const width = highAlone - lowAlone;
  assert(Math.abs(low - lowAlone) < width / 20 && Math.abs(high - highAlone) < width / 20);
});

Deno.test("micro AUC is a plain count of pairs where scores share their upper bits", () => {
  const { matrix, truth } = sample(60, 80, 9);
  matrix.scores.forEach((score, at) => matrix.scores[at] = 0.5 + score / 2 ** 16);
  const { values } = evaluateScores(matrix, truth, { threshold: 0.5 });
  assert(Math.abs(values.micro_auc - pairwiseAuc(matrix.scores, truth, 80)) < 1e-12);
});

Deno.test("k beyond the number of labels counts the missing ones as misses", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.9, 0.1) };
  assert.equal(precisionAt(matrix, joinRows([Int32Array.of(0, 1)]), 5), 2 / 5);
});

Deno.test("without a positive, AUC and recalls are undefined, and the threshold is 0.5", () => {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.1, 0.2, 0.3) };
  const truth = joinRows([new Int32Array(), new Int32Array()]);
  const resamples = drawResamples(2, { size: 10, seed: 1 });
  const { values, present } = evaluateScores(matrix, truth, { threshold: 0.5, resamples });
  const undefinedOnes = METRICS.filter((metric) => Number.isNaN(values[metric]));
  const expected: Metric[] = ["r@5", "r@8", "r@15", "r_precision", "map", "micro_auc", "macro_auc"];
  assert.deepEqual(undefinedOnes, expected);
  assert.equal(present, 0);
  assert.equal(values.micro_f1, 0);
  assert.equal(tuneThreshold(matrix, truth), 0.5);
});

Deno.test("a score of exactly 0.5 is not assigned at 0.5, the next larger one is", () => {
  const truth = joinRows([Int32Array.of(0)]);
  const f1 = (score: number) =>
    monitorValue("micro_f1", { documents: 1, labels: 1, scores: Float32Array.of(score) }, truth);
  assert.deepEqual([f1(0.5), f1(0.5 + 2 ** -24)], [0, 1]);
});

Deno.test("a threshold of 0, with or without a sign, lets every score above 0 through", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0, 1e-45) };
  const truth = joinRows([Int32Array.of(1)]);
  for (const threshold of [0, -0]) {
    assert.equal(evaluateScores(matrix, truth, { threshold }).values.micro_f1_tuned, 1);
  }
});

Deno.test("a true label with score 0 can be let through by the tuned threshold", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0, -0) };
  const truth = joinRows([Int32Array.of(0, 1)]);
  const threshold = tuneThreshold(matrix, truth);
  assert.equal(evaluateScores(matrix, truth, { threshold }).values.micro_f1_tuned, 1);
});

Deno.test("what is no probability, no metric or of another shape is refused", () => {
  const truth = joinRows([Int32Array.of(0)]);
  for (const score of [NaN, Infinity, -0.1, 1.1]) {
    const matrix = { documents: 1, labels: 1, scores: Float32Array.of(score) };
    assert.throws(() => precisionAt(matrix, truth, 5), NumericError);
  }
  const matrix = { documents: 1, labels: 1, scores: Float32Array.of(0.5) };
  assert.throws(() => monitorValue("accuracy", matrix, truth), UsageError);
  assert.throws(() => precisionAt({ ...matrix, documents: 2 }, truth, 5), RangeError);
  assert.throws(() => precisionAt(matrix, joinRows([Int32Array.of(7)]), 5), RangeError);
});

function sample(documents: number, labels: number, seed: number) {
  const random = createRandom(seed, "metrics test");
  const scores = new Float32Array(documents * labels).map(() => random.below(1000) / 1000);
  const rows = Array.from(
    { length: documents },
    (_, row) =>
      Int32Array.from({ length: labels }, (_, label) => label)
        .filter((label) => random.uniform() < 0.05 + 0.2 * scores[row * labels + label]!),
  );
  return { matrix: { documents, labels, scores }, truth: joinRows(rows) };
}

function rowsOf({ offsets, indices }: LabelRows): Int32Array[] {
  return Array.from(
    { length: offsets.length - 1 },
    (_, row) => indices.subarray(offsets[row], offsets[row + 1]),
  );
}

function pairwiseAuc(scores: Float32Array, truth: LabelRows, labels: number): number {
  const positive = new Set(
    rowsOf(truth).flatMap((row, at) => [...row].map((l) => at * labels + l)),
  );
  const negatives = scores.filter((_, at) => !positive.has(at)).sort();
  let won = 0;
  for (const at of positive) {
    const score = scores[at]!;
    const below = negatives.findIndex((other) => other >= score);
    const above = negatives.findIndex((other) => other > score);
    const [low, high] = [below, above].map((found) => found < 0 ? negatives.length : found);
    won += (low! + high!) / 2;
  }
  return won / (positive.size * negatives.length);
}

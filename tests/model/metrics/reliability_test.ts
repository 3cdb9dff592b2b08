import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/metrics.json" with { type: "json" };
import { measureReliability } from "../../../model/metrics/reliability.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}

for (const { name, documents, labels, reliability, ...golds } of golden.cases) {
  const matrix = { documents, labels, scores: Float32Array.from(golds.scores) };
  const truth = joinRows(golds.positives.map((row) => Int32Array.from(row)));
  const all = Int32Array.from({ length: labels }, (_, label) => label);
  const [found] = measureReliability(matrix, truth, { groups: [all] });

  Deno.test(`the Brier score agrees with scikit-learn: ${name}`, () => {
    assert.ok(isNear(found!.brier, reliability.brier), `${found!.brier}`);
  });

  Deno.test(`the expected calibration error agrees with NumPy: ${name}`, () => {
    assert.ok(isNear(found!.ece, reliability.ece), `${found!.ece}`);
  });

  Deno.test(`the reliability curve agrees with scikit-learn: ${name}`, () => {
    const filled = found!.bins.filter(({ cells }) => cells > 0);
    assert.deepEqual(found!.bins.map(({ cells }) => cells), reliability.counts);
    filled.forEach(({ mean, share }, at) => {
      assert.ok(isNear(mean, reliability.means[at]!), `bin ${at}`);
      assert.ok(isNear(share, reliability.shares[at]!), `bin ${at}`);
    });
  });
}

Deno.test("the reliability of some columns is that of a matrix that has only these", () => {
  const { matrix, truth, rows } = sampleScores({ documents: 30, labels: 9, steps: 40, seed: 2 });
  const columns = Int32Array.of(1, 4, 8);
  const [some] = measureReliability(matrix, truth, { groups: [columns] });
  const narrow = {
    documents: 30,
    labels: 3,
    scores: matrix.scores.filter((_, at) => columns.includes(at % 9)),
  };
  const own = joinRows(
    rows.map((row) => row.map((label) => columns.indexOf(label)))
      .map((row) => row.filter((at) => at >= 0)),
  );
  const [alone] = measureReliability(narrow, own, { groups: [Int32Array.of(0, 1, 2)] });
  assert.ok(isNear(some!.ece, alone!.ece) && isNear(some!.brier, alone!.brier));
});

Deno.test("a probability between two bins belongs to the lower one", () => {
  const matrix = { documents: 1, labels: 4, scores: Float32Array.of(0, 0.2, 0.6, 1) };
  const [all] = measureReliability(matrix, joinRows([new Int32Array()]), {
    groups: [Int32Array.of(0, 1, 2, 3)],
  });
  const filled = all!.bins.flatMap(({ cells }, bin) => cells > 0 ? [bin] : []);
  // 0.2 and 0.6 as float32 lie just above.
  assert.deepEqual(filled, [0, 3, 9, 14]);
});

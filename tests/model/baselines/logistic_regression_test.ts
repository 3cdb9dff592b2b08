import assert from "node:assert/strict";
import { fitLogistic, predictLogistic } from "../../../model/baselines/logistic_regression.ts";
import type { SparseRows } from "../../../model/baselines/tfidf.ts";

const size = 3;
const dense = [[1, 0, 0.5], [0, 2, 0], [0.3, 0, 0], [0, 0, 0], [1, 1, 1]];
const positive = Uint8Array.of(1, 0, 1, 0, 0);

/** The dense rows without their zeros. */
function sparse(rows: readonly (readonly number[])[]): SparseRows {
  const cells = rows.map((row) => [...row.entries()].filter(([, value]) => value !== 0));
  const ends = cells.map((_, row) => cells.slice(0, row + 1).flat().length);
  return {
    offsets: Uint32Array.of(0, ...ends),
    columns: Int32Array.from(cells.flat(), ([column]) => column),
    values: Float32Array.from(cells.flat(), ([, value]) => value),
  };
}

/** The probabilities that the definition gives. */
function probabilities(coefficients: Float64Array): number[] {
  return dense.map((row) => {
    const logit = row.reduce((sum, value, at) => sum + value * coefficients[at]!, 0);
    return 1 / (1 + Math.exp(-logit - coefficients[size]!));
  });
}

Deno.test("the gradient of the penalised loss vanishes at the fit", () => {
  const coefficients = fitLogistic(sparse(dense), size, positive);
  const errors = probabilities(coefficients).map((p, row) => p - positive[row]!);
  for (let at = 0; at < size; at++) {
    const slope = errors.reduce((sum, error, row) => sum + error * dense[row]![at]!, 0);
    assert(Math.abs(coefficients[at]! + slope) < 1e-3, `feature ${at}`);
  }
  assert(Math.abs(errors.reduce((sum, error) => sum + error)) < 1e-3, "intercept, not penalised");
});

Deno.test("probabilities are written where the label stands, and nowhere else", () => {
  const coefficients = fitLogistic(sparse(dense), size, positive);
  const scores = new Float32Array(2 * dense.length).fill(7);
  predictLogistic(sparse(dense), coefficients, scores, { stride: 2, offset: 1 });
  const expected = probabilities(coefficients).flatMap((p) => [7, p]);
  expected.forEach((value, at) => assert(Math.abs(scores[at]! - value) < 1e-6, `${at}`));
});

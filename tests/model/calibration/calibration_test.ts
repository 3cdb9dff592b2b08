import assert from "node:assert/strict";
import {
  calibrated,
  calibrateMatrix,
  CALIBRATION_METHODS,
  crossCalibrate,
  fitCalibration,
  FOLDS,
} from "../../../model/calibration/calibration.ts";
import { measureReliability } from "../../../model/metrics/reliability.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";

/** A label is true with the probability `chance(score)`. */
function drawTruth(
  { documents, seed, chance }: {
    readonly documents: number;
    readonly seed: number;
    readonly chance: (score: number) => number;
  },
) {
  const labels = 8;
  const random = createRandom(seed, "calibration test");
  const scores = new Float32Array(documents * labels).map(() => random.uniform());
  const rows = Array.from(
    { length: documents },
    (_, row) =>
      Int32Array.from({ length: labels }, (_, label) => label)
        .filter((label) => random.uniform() < chance(scores[row * labels + label]!)),
  );
  return { matrix: { documents, labels, scores }, truth: joinRows(rows) };
}

const all = Int32Array.from({ length: 8 }, (_, label) => label);
const tooSure = (score: number) => 1 / (1 + ((1 - score) / score) ** 0.4); // at a temperature of 2.5
const stepped = (score: number) => score < 0.6 ? 0.05 : 0.7;

for (
  const [what, chance, use] of [
    ["too sure", tooSure, "temperature"],
    ["of two kinds", stepped, "isotonic"],
    ["right", (score: number) => score, "none"],
  ] as const
) {
  const dev = drawTruth({ documents: 400, seed: 1, chance });
  const test = drawTruth({ documents: 4000, seed: 2, chance });
  const { calibration: fit } = fitCalibration(dev.matrix, dev.truth)!;

  Deno.test(`of scores that are ${what}, ${use} is chosen`, () => {
    assert.equal(fit.use, use);
  });

  Deno.test(`scores that are ${what} are true as often as they say, once calibrated`, () => {
    const matrix = calibrateMatrix(test.matrix, fit, fit.use);
    const [reliability] = measureReliability(matrix, test.truth, { groups: [all] });
    const { ece } = reliability!;
    assert.ok(ece < 0.03, `${ece}`);
  });
}

Deno.test("a temperature is found again", () => {
  const { matrix, truth } = drawTruth({ documents: 4000, seed: 1, chance: tooSure });
  const { calibration: { temperature } } = fitCalibration(matrix, truth)!;
  assert.ok(Math.abs(temperature - 2.5) < 0.1, `${temperature}`);
});

for (const method of CALIBRATION_METHODS) {
  Deno.test(`calibration keeps the order of scores: ${method}`, () => {
    const { matrix, truth } = drawTruth({ documents: 50, seed: 3, chance: stepped });
    const { calibration } = fitCalibration(matrix, truth)!;
    const probability = calibrated(calibration, method);
    const values = Array.from({ length: 101 }, (_, at) => probability(at / 100));
    assert.deepEqual(values, values.toSorted((a, b) => a - b));
  });
}

Deno.test("a document's own truth has no part in its cross-calibrated probabilities", () => {
  const { matrix, truth } = drawTruth({ documents: 40, seed: 4, chance: stepped });
  const others = Int32Array.from(
    truth.indices,
    (label, at) => at >= truth.offsets[7]! && at < truth.offsets[8]! ? (label + 1) % 8 : label,
  );
  const of = (indices: Int32Array) => {
    const { folds } = fitCalibration(matrix, { offsets: truth.offsets, indices })!;
    return crossCalibrate(matrix, folds, "isotonic").scores.subarray(7 * 8, 8 * 8);
  };
  assert.deepEqual(of(others), of(truth.indices));
});

Deno.test("without a true label, or with too few documents, nothing is learned", () => {
  const { matrix, truth } = drawTruth({ documents: 40, seed: 5, chance: () => 0 });
  assert.equal(fitCalibration(matrix, truth), undefined);
  const few = drawTruth({ documents: FOLDS - 1, seed: 5, chance: () => 1 });
  assert.equal(fitCalibration(few.matrix, few.truth), undefined);
});

import assert from "node:assert/strict";
import { evaluateScores } from "../../../../model/metrics/evaluate.ts";
import { countPooled, pooledCutPoints } from "../../../../model/metrics/auc.ts";
import { binCurves } from "../../../../model/metrics/bootstrap/micro_auc.ts";
import { drawResamples, interval95 } from "../../../../model/metrics/bootstrap/resamples.ts";
import { allColumns, selectCells } from "../../../../model/metrics/cells.ts";
import { evaluateResamples, sampleScores } from "../../../_support/sample_scores.ts";

for (const [metric, share] of [["micro_auc", 50], ["micro_auprc", 10]] as const) {
  Deno.test(`joining scores to bins leaves ${metric}'s interval, to 1/${share} of its width`, () => {
    const sample = sampleScores({ documents: 90, labels: 40, steps: 100_000, seed: 3 });
    const options = { threshold: 0.5, resamples: drawResamples(90, { size: 300, seed: 2 }) };
    const { intervals, values } = evaluateScores(sample.matrix, sample.truth, options);
    const drawn = evaluateResamples(sample, options).map((values) => values[metric]);
    const expected = interval95(Float64Array.from(drawn), values[metric]);
    const width = expected[1] - expected[0];
    intervals![metric].forEach((bound, at) =>
      assert.ok(Math.abs(bound - expected[at]!) < width / share, `${bound}, not ${expected[at]}`)
    );
  });
}

for (const steps of [2, 100, 100_000]) {
  Deno.test(`every cell and every positive is in a bin: scores of ${steps} steps`, () => {
    const { matrix, truth } = sampleScores({ documents: 30, labels: 20, steps, seed: 6 });
    const cells = selectCells(matrix, truth);
    const groups = allColumns(cells);
    const cutPoints = pooledCutPoints(cells);
    const counts = countPooled(cells, cutPoints, groups);
    const [curve] = binCurves(cells, groups, { cutPoints, counts });
    assert.ok(curve!.bins <= 32);
    assert.equal(curve!.cells.reduce((sum, count) => sum + count), 30 * 20);
    assert.deepEqual([...curve!.offsets], [...cells.offsets]);
    assert.ok(curve!.positiveBins.every((bin) => bin < curve!.bins));
  });
}

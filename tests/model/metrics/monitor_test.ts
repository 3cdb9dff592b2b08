import assert from "node:assert/strict";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { type Monitor, MONITORS, monitorValue } from "../../../model/metrics/monitor.ts";
import { NumericError } from "../../../pipeline/errors.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

for (const monitor of Object.keys(MONITORS) as Monitor[]) {
  Deno.test(`${monitor} is the same alone and among all metrics`, () => {
    for (const steps of [2, 10, 1000]) {
      const { matrix, truth } = sampleScores({ documents: 40, labels: 24, steps, seed: steps });
      const { values } = evaluateScores(matrix, truth, { threshold: 0.1 });
      assert.equal(monitorValue(monitor, matrix, truth), values[monitor]);
    }
  });

  Deno.test(`${monitor} of what is no probability is refused`, () => {
    const matrix = { documents: 1, labels: 1, scores: Float32Array.of(NaN) };
    const truth = joinRows([Int32Array.of(0)]);
    assert.throws(() => monitorValue(monitor, matrix, truth), NumericError);
  });
}

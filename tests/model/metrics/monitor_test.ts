import assert from "node:assert/strict";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { type Monitor, MONITORS, monitorValue } from "../../../model/metrics/monitor.ts";
import { NumericError } from "../../../pipeline/errors.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

const monitors = Object.keys(MONITORS) as Monitor[];

for (const monitor of monitors.filter((monitor) => monitor !== "micro_f1_caml")) {
  Deno.test(`${monitor} is the same alone and among all metrics`, () => {
    for (const steps of [2, 10, 1000]) {
      const { matrix, truth } = sampleScores({ documents: 40, labels: 24, steps, seed: steps });
      const { values } = evaluateScores(matrix, truth, { threshold: 0.1 });
      assert.equal(monitorValue(monitor, matrix, truth), values[monitor]);
    }
  });
}

for (const monitor of monitors) {
  Deno.test(`${monitor} of what is no probability is refused`, () => {
    const matrix = { documents: 1, labels: 1, scores: Float32Array.of(NaN) };
    const truth = joinRows([Int32Array.of(0)]);
    assert.throws(() => monitorValue(monitor, matrix, truth), NumericError);
  });
}

/** CAML's micro-F1 of two documents with two labels, and the plain one. */
function microF1(scores: readonly number[], ...labels: number[][]): [caml: number, plain: number] {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.from(scores) };
  const truth = joinRows(labels.map((row) => Int32Array.from(row)));
  return [monitorValue("micro_f1_caml", matrix, truth), monitorValue("micro_f1", matrix, truth)];
}

Deno.test("CAML's micro-F1 is the plain one where something is assigned", () => {
  assert.deepEqual(microF1([0.9, 0.1, 0.2, 0.8], [0], [0]), [0.5, 0.5]);
});

Deno.test("CAML's micro-F1 is 0/0 where nothing is assigned, LAAT's 0", () => {
  assert.deepEqual(microF1([0.5, 0.1, 0.2, 0.3], [0], [1]), [NaN, 0]);
});

Deno.test("CAML's micro-F1 is 0/0 where nothing is true", () => {
  assert.deepEqual(microF1([0.9, 0.1, 0.2, 0.3], [], []), [NaN, 0]);
});

Deno.test("CAML's micro-F1 is 0 where all that is assigned is wrong", () => {
  assert.deepEqual(microF1([0.9, 0.1, 0.2, 0.3], [1], [1]), [0, 0]);
});

for (const monitor of ["micro_auc", "macro_auc"] as const) {
  Deno.test(`${monitor} is undefined where nothing is true`, () => {
    const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.5, 0.25) };
    assert.equal(monitorValue(monitor, matrix, joinRows([new Int32Array()])), NaN);
  });
}

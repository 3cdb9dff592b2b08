import assert from "node:assert/strict";
import { codeResiduals } from "../../../model/analysis/code_residuals.ts";

const PROBABILITIES = Float32Array.of(0.9, 0.02, 0.3, 0.5);

/** Every way to give a note codes, with its probability and its loss, written out from the definitions. */
const OUTCOMES = Array.from({ length: 2 ** PROBABILITIES.length }, (_, bits) => {
  const labels = Array.from(PROBABILITIES.keys()).filter((label) => bits >> label & 1);
  const each = Array.from(PROBABILITIES, (p, label) => labels.includes(label) ? p : 1 - p);
  const probability = each.reduce((product, p) => product * p, 1);
  const loss = each.reduce((sum, p) => sum - Math.log(p), 0) / PROBABILITIES.length;
  return { labels, probability, loss };
});

/** Mean over all outcomes by their probabilities. */
function expected(of: (outcome: typeof OUTCOMES[number]) => number): number {
  return OUTCOMES.reduce((sum, outcome) => sum + outcome.probability * of(outcome), 0);
}

function near(actual: number, wanted: number): void {
  assert.ok(Math.abs(actual - wanted) < 1e-12, `${actual}, not ${wanted}`);
}

Deno.test("surprise is the loss less what is lost on average", () => {
  const average = expected(({ loss }) => loss);
  for (const { labels, loss } of OUTCOMES) {
    near(codeResiduals(PROBABILITIES, labels).surprise, loss - average);
  }
});

Deno.test("excess is the number of codes less their number on average", () => {
  const average = expected(({ labels }) => labels.length);
  for (const { labels } of OUTCOMES) {
    near(codeResiduals(PROBABILITIES, labels).excess, labels.length - average);
  }
});

Deno.test("a code that was held impossible surprises finitely, one that was certain not at all", () => {
  const sure = Float32Array.of(0, 1);
  assert.equal(codeResiduals(sure, [1]).surprise, 0);
  assert.ok(Math.abs(codeResiduals(sure, [0]).surprise - Math.log(1e7)) < 1e-6);
});

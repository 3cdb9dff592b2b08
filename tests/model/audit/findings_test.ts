import assert from "node:assert/strict";
import {
  auditCase,
  compareFindings,
  type Finding,
  labelRates,
} from "../../../model/audit/findings.ts";

const plain = {
  probability: (score: number) => score,
  isAssigned: (score: number) => score > 0.5,
  rates: Float64Array.of(0.2, 0.2, 0.2, 0.2, 0.2),
};
const named = (findings: readonly Finding[]) =>
  findings.map(({ kind, label }) => `${kind} ${label}`);

Deno.test("only what run and coder disagree on is a finding", () => {
  const found = auditCase(Float32Array.of(0.9, 0.8, 0.1, 0.2), [0, 2], plain);
  assert.deepEqual(named(found).sort(), ["missing 1", "wrong 2"]);
});

Deno.test("a missing code weighs its log-odds, a wrong one how much the note speaks against it", () => {
  const [wrong, missing] = auditCase(Float32Array.of(0.75, 0.01), [1], plain);
  assert.equal(missing!.weight.toFixed(6), Math.log(3).toFixed(6));
  assert.equal(wrong!.weight.toFixed(4), Math.log(0.25 / (0.01 / 0.99)).toFixed(4));
});

Deno.test("weights are the log-odds of an error by Bayes' rule, but for a constant", () => {
  const rho = 1e-6; // a coder's errors are rare
  const rates = Float64Array.of(0.3, 0.02, 0.1);
  const scores = Float32Array.of(0.2, 0.004, 0.9);
  const found = auditCase(scores, [0, 1], { ...plain, rates });
  const exact = ({ kind, label }: Finding) => {
    const p = scores[label]!;
    const given = rho * rates[label]! / (1 - rates[label]!); // in error
    return kind === "missing"
      ? Math.log(p * rho / ((1 - p) * (1 - given)))
      : Math.log((1 - p) * given / (p * (1 - rho)));
  };
  for (const one of found) {
    assert.ok(Math.abs(one.weight + Math.log(rho) - exact(one)) < 1e-4, one.kind);
  }
});

Deno.test("of two given codes as improbable, the more frequent one is more likely wrong", () => {
  const rates = Float64Array.of(0.01, 0.3);
  const found = auditCase(Float32Array.of(0.02, 0.02), [0, 1], { ...plain, rates });
  assert.deepEqual(named(found), ["wrong 1", "wrong 0"]);
});

Deno.test("probabilities that a fit calls certain or impossible weigh something finite", () => {
  const level = { ...plain, probability: (score: number) => score > 0.5 ? 1 : 0 };
  const found = auditCase(Float32Array.of(0.9, 0.1), [1], level);
  for (const { weight } of found) assert.ok(Number.isFinite(weight));
});

Deno.test("where a fit is level, the model's own score decides", () => {
  const level = { ...plain, probability: (score: number) => score > 0.5 ? 0.9 : 0.1 };
  const found = auditCase(Float32Array.of(0.7, 0.8, 0.3, 0.2), [2, 3], level);
  assert.deepEqual(named(found), ["missing 1", "missing 0", "wrong 3", "wrong 2"]);
});

Deno.test("findings of many cases stand in one order", () => {
  const one = auditCase(Float32Array.of(0.9, 0.6), [], plain);
  const other = auditCase(Float32Array.of(0.8, 0.1), [1], plain);
  const all = [...one, ...other].sort(compareFindings);
  assert.deepEqual(
    all.map(({ weight }) => weight),
    all.map(({ weight }) => weight).sort((a, b) => b - a),
  );
});

Deno.test("a label that no training document carries has a rate above 0", () => {
  assert.deepEqual([...labelRates(9, [0, 4])], [0.05, 0.45]);
});

import assert from "node:assert/strict";
import { describeRates, operationsPerToken } from "../../../tasks/bench/rates.ts";
import type { Workload } from "../../../tasks/bench/workload.ts";

const paper: Workload = {
  documents: 16,
  tokens: 1000,
  mixed: false,
  hidden: 300,
  labels: { icd: 50, ccs: 38 },
};

Deno.test("a token of MARN at the paper's size takes 8 MFLOP forward, four fifths in the RAM", () => {
  const whole = operationsPerToken(paper);
  const without = operationsPerToken({ ...paper, labels: { icd: 0, ccs: 0 } });
  assert.ok(Math.abs(whole / 1e6 - 8) < 0.2, `${whole}`);
  assert.equal(whole - without, 2 * 2 * 600 * 88);
  const convolutions = [
    ...[[600, 300], [300, 300], [300, 150], [150, 150], [150, 150], [150, 150]],
    ...[[150, 300], [300, 300], [300, 600], [600, 600]],
  ];
  const ram = convolutions.reduce((sum, [inputs, outputs]) => sum + 2 * 3 * inputs! * outputs!, 0);
  assert.equal(without, 2 * 2 * 900 * (100 + 300) + ram);
  assert.ok(Math.abs(ram / 1e6 - 6.35) < 0.01, `${ram}`);
});

Deno.test("a step's share is of the products that its own process measured", () => {
  const workload = { ...paper, documents: 2, tokens: 100, mixed: true };
  const tokens = 30 + 100;
  const operations = 3 * operationsPerToken(workload) * tokens;
  const results = [
    { seconds: [2], peak: 0, more: { matmul: operations } },
    { seconds: [1, 1, 7], peak: 0, more: { matmul: 4 * operations } },
  ];
  assert.deepEqual(describeRates({ title: "step", workload, passes: 3 }, results), {
    work: "step",
    tokens: { median: 0.75 * tokens, least: tokens / 2, greatest: tokens },
    rate: { median: 0.75 * operations, least: operations / 2, greatest: operations },
    matmul: { median: 2.5 * operations, least: operations, greatest: 4 * operations },
    share: { median: 0.375, least: 0.25, greatest: 0.5 },
  });
});

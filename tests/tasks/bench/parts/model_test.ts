import assert from "node:assert/strict";
import { describeRates } from "../../../../tasks/bench/parts/model.ts";
import { operationsPerToken, type Workload } from "../../../../tasks/bench/workload.ts";

Deno.test("a step's share is of the products that its own process measured", () => {
  const workload: Workload = {
    ...{ documents: 2, tokens: 100, mixed: true, hidden: 30 },
    labels: { icd: 5, ccs: 3 },
  };
  const tokens = 30 + 100, operations = 3 * operationsPerToken(workload) * tokens;
  const results = [
    { seconds: [2], peak: 0, more: { matmul: operations } },
    { seconds: [1, 1, 7], peak: 0, more: { matmul: 4 * operations } },
  ];
  assert.deepEqual(describeRates("step", workload, 3, results), {
    work: "step",
    tokens: { median: 0.75 * tokens, least: tokens / 2, greatest: tokens },
    rate: { median: 0.75 * operations, least: operations / 2, greatest: operations },
    matmul: { median: 2.5 * operations, least: operations, greatest: 4 * operations },
    share: { median: 0.375, least: 0.25, greatest: 0.5 },
  });
});

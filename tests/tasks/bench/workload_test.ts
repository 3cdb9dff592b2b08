import assert from "node:assert/strict";
import {
  countTokens,
  createWorkloadBatch,
  operationsPerToken,
  VOCABULARY,
  type Workload,
} from "../../../tasks/bench/workload.ts";

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

Deno.test("a mixed batch has lengths from 30% to all of the width, and padding after them", () => {
  const { lengths, tokens, width } = createWorkloadBatch({ ...paper, mixed: true });
  assert.deepEqual([lengths[0], lengths[15]], [300, 1000]);
  assert.equal(lengths.reduce((a, b) => a + b), countTokens({ ...paper, mixed: true }));
  assert.equal(countTokens(paper), 16_000);
  lengths.forEach((length, b) => {
    const row = tokens.subarray(b * width, (b + 1) * width);
    assert.ok(row.subarray(0, length).every((token) => token >= 2 && token < VOCABULARY));
    assert.ok(row.subarray(length).every((token) => token === 0));
  });
});

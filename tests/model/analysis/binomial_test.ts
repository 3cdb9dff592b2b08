import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/label_regions.json" with { type: "json" };
import { binomialTail, binomialThreshold } from "../../../model/analysis/binomial.ts";

for (const { draws, members, total, threshold, tails } of golden.binomials) {
  const binomial = { draws, probability: members / total };
  const name = `${draws} draws of ${members} in ${total}`;

  Deno.test(`tails of ${name} are SciPy's`, () => {
    for (const [successes, tail] of tails as [number, number][]) {
      const found = binomialTail(binomial, successes);
      const far = Math.abs(found - tail);
      assert.ok(far <= 1e-9 * tail + 1e-15, `P(k > ${successes}) = ${found}, not ${tail}`);
    }
  });

  Deno.test(`the threshold of ${name} is SciPy's`, () => {
    assert.equal(binomialThreshold(binomial, 0.1), threshold);
  });
}

Deno.test("a tail that equals the level is not below it, however it is rounded", () => {
  for (let members = 1; members <= 50; members++) {
    const probability = members / 50;
    assert.equal(binomialThreshold({ draws: 1, probability }, probability), 1, `${members} of 50`);
  }
});

Deno.test("the threshold is the smallest number whose tail is below the level", () => {
  const binomial = { draws: 40, probability: 0.23 };
  for (const level of [0.5, 0.1, 0.05, 1e-3, 1e-9]) {
    const threshold = binomialThreshold(binomial, level);
    assert.ok(binomialTail(binomial, threshold) < level);
    assert.ok(binomialTail(binomial, threshold - 1) >= level);
  }
});

import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/calibration.json" with { type: "json" };
import { applyIsotonic, fitIsotonic } from "../../../model/calibration/isotonic.ts";
import { scoreLevels } from "../../../model/calibration/levels.ts";
import { oneColumn } from "../../_support/one_column.ts";

for (const { name, asked, isotonic, ...cells } of golden.cases) {
  const { matrix, truth } = oneColumn(cells);
  const fit = fitIsotonic(scoreLevels(matrix, truth));

  Deno.test(`isotonic regression agrees with scikit-learn's: ${name}`, () => {
    asked.forEach((score, at) => {
      const found = applyIsotonic(fit, score);
      assert.ok(Math.abs(found - isotonic[at]!) < 1e-6, `${score}: ${found}, not ${isotonic[at]}`);
    });
  });

  Deno.test(`isotonic regression keeps no knot that it can do without: ${name}`, () => {
    const { scores, probabilities } = fit;
    scores.forEach((score, at) => {
      if (at === 0) return;
      assert.ok(score > scores[at - 1]!);
      assert.ok(probabilities[at]! >= probabilities[at - 1]!);
      if (at > 1) assert.notEqual(probabilities[at], probabilities[at - 2]);
    });
  });
}

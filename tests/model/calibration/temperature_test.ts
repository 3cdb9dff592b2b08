import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/calibration.json" with { type: "json" };
import { scoreLevels } from "../../../model/calibration/levels.ts";
import { applyTemperature, fitTemperature } from "../../../model/calibration/temperature.ts";
import { oneColumn } from "../../_support/one_column.ts";

for (const { name, temperature, ...cells } of golden.cases) {
  Deno.test(`a temperature agrees with SciPy's: ${name}`, () => {
    const { matrix, truth } = oneColumn(cells);
    const found = fitTemperature(scoreLevels(matrix, truth));
    assert.ok(Math.abs(found - temperature) < 1e-6 * temperature, `${found}, not ${temperature}`);
  });
}

Deno.test("a temperature of 2 halves the logits", () => {
  const logit = (p: number) => Math.log(p / (1 - p));
  assert.ok(Math.abs(logit(applyTemperature(2, 0.9)) - logit(0.9) / 2) < 1e-12);
});

Deno.test("no temperature moves a half, or leaves the range of probabilities", () => {
  for (const temperature of [1 / 20, 1, 20]) {
    assert.equal(applyTemperature(temperature, 0.5), 0.5);
    for (const end of [0, 1]) {
      const found = applyTemperature(temperature, end);
      assert.ok(found >= 0 && found <= 1, `${found}`);
    }
  }
});

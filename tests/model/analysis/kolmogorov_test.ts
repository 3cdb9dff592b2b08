import assert from "node:assert/strict";
import { kolmogorovDistance, kolmogorovThreshold } from "../../../model/analysis/kolmogorov.ts";
import { createRandom } from "../../../pipeline/random.ts";

const ascending = (values: number[]) => values.sort((a, b) => a - b);

Deno.test("the distance is the largest between the two distribution functions", () => {
  const random = createRandom(1, "kolmogorov");
  for (let round = 0; round < 50; round++) {
    const [a, b] = [7, 11].map((size) =>
      ascending(Array.from({ length: size }, () => random.below(6)))
    ) as [number[], number[]];
    const share = (values: number[], most: number) =>
      values.filter((value) => value <= most).length / values.length;
    const distances = [...a, ...b].map((value) => Math.abs(share(a, value) - share(b, value)));
    assert.ok(Math.abs(kolmogorovDistance(a, b) - Math.max(...distances)) < 1e-12);
  }
});

Deno.test("equal samples are not apart, and samples beside each other wholly", () => {
  assert.equal(kolmogorovDistance([1, 2, 2, 5], [1, 2, 2, 5]), 0);
  assert.equal(kolmogorovDistance([1, 2], [3, 4, 5]), 1);
});

Deno.test("the threshold is the known one: 1.358 of large samples at 5%", () => {
  assert.ok(Math.abs(kolmogorovThreshold(200, 200, 0.05) - 1.358 * Math.sqrt(2 / 200)) < 1e-4);
});

Deno.test("samples of one distribution exceed the threshold about as often as its level says", () => {
  const random = createRandom(2, "kolmogorov level");
  let above = 0;
  for (let round = 0; round < 1000; round++) {
    const [a, b] = [60, 80].map((size) =>
      ascending(Array.from({ length: size }, () => random.uniform()))
    ) as [number[], number[]];
    above += Number(kolmogorovDistance(a, b) > kolmogorovThreshold(60, 80, 0.1));
  }
  assert.ok(above > 40 && above < 130, `${above} of 1000 at 10%`);
});

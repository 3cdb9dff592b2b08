import assert from "node:assert/strict";
import {
  drawResamples,
  interval95,
  weightBlocks,
} from "../../../../model/metrics/bootstrap/resamples.ts";

Deno.test("sums of a block are those of its resamples, however many documents share a number", () => {
  for (const documents of [1, 2, 3, 255, 256, 9000]) {
    const resamples = drawResamples(documents, { size: 40, seed: 3 });
    const { counts } = resamples;
    const rows = Uint32Array.from({ length: documents }, (_, i) => i);
    const odd = rows.filter((row) => row % 2 === 1);
    let resample = 0;
    for (const block of weightBlocks(resamples)) {
      const all = new Float64Array(block.size);
      const some = new Float64Array(block.size);
      block.sum(rows, 0, documents, all);
      block.sum(odd, 0, odd.length, some);
      for (let at = 0; at < block.size; at++, resample++) {
        assert.equal(all[at], documents);
        const expected = odd.reduce((sum, row) => sum + counts[resample * documents + row]!, 0);
        assert.equal(some[at], expected);
      }
    }
    assert.equal(resample, 40);
  }
});

const percents = Float64Array.from({ length: 101 }, (_, at) => at / 1000);
for (
  const [what, values, centre, expected] of [
    ["is the middle 95%", percents, 0.05, [0.0025, 0.0975]],
    ["lies around the given centre", percents, 0.55, [0.5025, 0.5975]],
    ["ends at 1", percents, 0.98, [0.9325, 1]],
    ["starts at 0", percents, 0.02, [0, 0.0675]],
    ["leaves out what is not finite", Float64Array.of(NaN, 0.5, NaN), 0.5, [0.5, 0.5]],
    ["is undefined without a finite value", Float64Array.of(NaN), 0.5, [NaN, NaN]],
  ] as const
) {
  Deno.test(`an interval ${what}`, () => {
    const rounded = interval95(values, centre).map((bound) => Math.round(bound * 1e12) / 1e12);
    assert.deepEqual(rounded, expected);
  });
}

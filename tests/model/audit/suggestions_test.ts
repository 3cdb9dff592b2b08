import assert from "node:assert/strict";
import fc from "fast-check";
import { suggestionsToReach, summarizeSuggestions } from "../../../model/audit/suggestions.ts";

Deno.test("of ten codes nine must be held, of one that one", () => {
  const falling = Float32Array.from({ length: 20 }, (_, label) => 1 - label / 20);
  const ten = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 10, 19);
  assert.equal(suggestionsToReach(falling, ten), 11);
  assert.equal(suggestionsToReach(falling, Int32Array.of(6)), 7);
});

Deno.test("so many of the most probable labels hold the share, and one fewer does not", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 8, maxLength: 8 });
  const codes = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 });
  fc.assert(fc.property(scores, codes, (values, labels) => {
    const order = values.map((_, label) => label).sort((a, b) => values[b]! - values[a]! || a - b);
    const held = (count: number) =>
      order.slice(0, count).filter((label) => labels.includes(label)).length / labels.length;
    const found = suggestionsToReach(Float32Array.from(values), Int32Array.from(labels), 0.5);
    assert.ok(held(found) >= 0.5 && held(found - 1) < 0.5);
  }));
});

Deno.test("a case without codes has no number", () => {
  assert.ok(Number.isNaN(suggestionsToReach(Float32Array.of(0.5), new Int32Array())));
});

Deno.test("cases are summed up without those that have no codes", () => {
  const counts = [NaN, 1, 2, 3, 4, 5, 6, 7, 8, 9, 50];
  const { cases, mean, median, mostly } = summarizeSuggestions(counts, {
    labels: 50,
    resamples: 9,
  });
  assert.deepEqual({ cases, mean, median, mostly }, { cases: 10, mean: 9.5, median: 5, mostly: 9 });
});

Deno.test("the mean's interval is in suggestions, and around it", () => {
  const counts = Array.from({ length: 200 }, (_, at) => 10 + at % 11); // 10 to 20
  const { mean, interval } = summarizeSuggestions(counts, { labels: 50, resamples: 500 });
  const error = 1.96 * Math.sqrt(10 / 200); // of numbers with the variance 10
  assert.ok(Math.abs(interval[0] - (mean - error)) < 0.1, `${interval}`);
  assert.ok(Math.abs(interval[1] - (mean + error)) < 0.1, `${interval}`);
});

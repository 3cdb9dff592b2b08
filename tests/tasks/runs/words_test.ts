import assert from "node:assert/strict";
import { formatComparison } from "../../../tasks/runs/words.ts";

const nothing = { differences: [], split: null, metrics: [], resamples: 1000, notes: [] } as const;

Deno.test("a comparison shows what differs, the scores with a signed difference, and notes", () => {
  const text = formatComparison({
    runs: ["a", "b"],
    differences: [{ key: "model.ram", values: [true, null] }],
    split: "test",
    metrics: [
      { metric: "micro_f1", values: [0.5, 0.4567], difference: -0.0433, p: 0.004 },
      { metric: "map", values: [null, 0.25], difference: null, p: null },
    ],
    resamples: 1000,
    notes: ["Something to know."],
  });
  assert.equal(
    text,
    `What differs

key           a  b
model.ram  true  –

On test, in percent

metric       a     b  difference      p
micro F1  50.0  45.7        −4.3  0.004
MAP          –  25.0           –

p: two-sided paired bootstrap over documents, 1000 resamples, F1 at 0.5.

Something to know.
`,
  );
});

Deno.test("runs that are configured alike are said to be", () => {
  assert.match(formatComparison({ runs: ["a", "b"], ...nothing }), /are the same/);
});

import assert from "node:assert/strict";
import { labelLosses } from "../../../model/analysis/label_losses.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

const sample = sampleScores({ documents: 30, labels: 8, steps: 100, seed: 3 });

Deno.test("a label's loss is its cross-entropy, summed, by its frequency and by the documents", () => {
  const { matrix: { documents, labels, scores }, truth, rows } = sample;
  for (
    const { label, documents: frequency, loss, normalised } of labelLosses(sample.matrix, truth)
  ) {
    const own = rows.filter((row) => row.includes(label)).length;
    let expected = 0;
    rows.forEach((row, at) => {
      const p = scores[at * labels + label]!;
      expected -= Math.log(row.includes(label) ? p : 1 - p);
    });
    assert.equal(frequency, own);
    assert.ok(Math.abs(loss - expected) < 1e-9);
    assert.ok(Math.abs(normalised - expected / own / documents) < 1e-12);
  }
});

Deno.test("labels come by falling frequency", () => {
  const losses = labelLosses(sample.matrix, sample.truth);
  const frequencies = losses.map(({ documents }) => documents);
  assert.ok(frequencies.length > 3);
  assert.deepEqual(frequencies, frequencies.toSorted((a, b) => b - a));
});

/** One document and two labels, of which it carries the first. */
const truth = { offsets: Int32Array.of(0, 1), indices: Int32Array.of(0) };

Deno.test("a label that no document carries has no loss", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.5, 0.5) };
  assert.deepEqual(labelLosses(matrix, truth).map(({ label }) => label), [0]);
});

Deno.test("a probability that float32 rounds to 0 or 1 costs a finite loss", () => {
  const both = { offsets: Int32Array.of(0, 1, 2), indices: Int32Array.of(0, 1) };
  const wrong = { documents: 2, labels: 2, scores: Float32Array.of(0, 1, 1, 0) };
  for (const { loss } of labelLosses(wrong, both)) {
    assert.ok(loss > 100 && loss < 150, `${loss}`);
  }
});

import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/baselines.json" with { type: "json" };
import { fitBaseline } from "../../../model/baselines/baselines.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";

const sizes = { vocabulary: golden.vocabulary, labels: golden.labels };
const training = createDocuments(golden.train, golden.positives);
const test = createDocuments(golden.test, []);

Deno.test("bag-of-words logistic regression agrees with scikit-learn", async () => {
  const score = await fitBaseline(training, sizes, {
    baseline: "bag-of-words logistic regression",
    task: "icd",
  });
  const { scores, ...shape } = score(test);
  assert.deepEqual(shape, { documents: golden.test.length, labels: golden.labels });
  golden.probabilities.flat().forEach((expected, at) =>
    assert(Math.abs(scores[at]! - expected) < 5e-4, `cell ${at}: ${scores[at]}, not ${expected}`)
  );
});

Deno.test("every label that is fitted is told, with how many there are", async () => {
  const told: number[][] = [];
  await fitBaseline(training, sizes, {
    baseline: "bag-of-words logistic regression",
    task: "icd",
    onFitted: (...counts) => told.push(counts),
  });
  assert.deepEqual(told, [[1, 6], [2, 6], [3, 6], [4, 6], [5, 6], [6, 6]]);
});

Deno.test("code frequency gives every document the training frequencies", async () => {
  const score = await fitBaseline(training, sizes, { baseline: "code frequency", task: "icd" });
  const { scores } = score(test);
  const frequencies = Array.from(
    { length: golden.labels },
    (_, label) =>
      golden.positives.filter((row) => row.includes(label)).length / golden.train.length,
  );
  assert.deepEqual(scores, Float32Array.from(golden.test.flatMap(() => frequencies)));
});

Deno.test("labels that all or no training documents carry keep their frequency", async () => {
  const rows = golden.train.map((_, row) => row % 2 === 0 ? [0, 2] : [0]);
  const score = await fitBaseline(
    createDocuments(golden.train, rows),
    { vocabulary: golden.vocabulary, labels: 4 },
    { baseline: "bag-of-words logistic regression", task: "icd" },
  );
  const { scores } = score(test);
  const fixed = golden.test.map((_, row) => [0, 1, 3].map((label) => scores[row * 4 + label]));
  assert.deepEqual(fixed, golden.test.map(() => [1, 0, 0]));
});

function createDocuments(tokens: number[][], labels: number[][]): Documents {
  return {
    count: tokens.length,
    lengths: Int32Array.from(tokens, ({ length }) => length),
    tokens: (row) => Int32Array.from(tokens[row]!),
    labels: (task, row) => Int32Array.from(task === "icd" ? labels[row]! : []),
  };
}

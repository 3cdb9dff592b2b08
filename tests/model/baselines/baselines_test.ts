import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/baselines.json" with { type: "json" };
import { fitBaseline } from "../../../model/baselines/baselines.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";

const sizes = { vocabulary: golden.vocabulary, labels: golden.labels };
const training = createDocuments(golden.train, golden.positives);
const test = createDocuments(golden.test, []);

Deno.test("bag-of-words logistic regression agrees with scikit-learn", async () => {
  const done: number[] = [];
  const score = await fitBaseline(training, sizes, {
    baseline: "bag-of-words logistic regression",
    task: "icd",
    onFitted: (count) => done.push(count),
  });
  const { scores, documents, labels } = score(test);
  assert.deepEqual([documents, labels], [golden.test.length, golden.labels]);
  golden.probabilities.flat().forEach((expected, at) =>
    assert(Math.abs(scores[at]! - expected) < 5e-4, `cell ${at}: ${scores[at]}, not ${expected}`)
  );
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
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
  for (let row = 0; row < golden.test.length; row++) {
    assert.deepEqual([...scores.subarray(row * 4, row * 4 + 2)], [1, 0]);
    assert.equal(scores[row * 4 + 3], 0);
    assert(scores[row * 4 + 2]! > 0 && scores[row * 4 + 2]! < 1);
  }
});

function createDocuments(tokens: number[][], labels: number[][]): Documents {
  return {
    count: tokens.length,
    lengths: Int32Array.from(tokens, ({ length }) => length),
    tokens: (row) => Int32Array.from(tokens[row]!),
    labels: (task, row) => Int32Array.from(task === "icd" ? labels[row]! : []),
  };
}

import assert from "node:assert/strict";
import {
  measureFaithfulness,
  randomStrengths,
  SHARES,
} from "../../../model/attribution/faithfulness.ts";
import { tf } from "../../../model/engine/tf.ts";
import { Weights } from "../../../model/layers/weights.ts";
import type { Model, TokenBatch } from "../../../model/model.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { onOneEngine } from "../../_support/engines.ts";

/** Sentences of each document that was scored, in order. */
let scored: (Int32Array | undefined)[] = [];

/** A model in which word 2 alone speaks for code 0: its logit is how many there are, less 1. */
const model: Model = {
  tasks: ["icd"],
  weights: new Weights(1),
  logits: ({ tokens, sentences }: TokenBatch) => {
    scored.push(...sentences ?? []);
    const count = tf.sum(tf.cast(tf.equal(tokens, 2), "float32"), 1, true);
    return { icd: tf.sub(count, 1) };
  },
  loss: () => tf.scalar(0),
};
const texts = [[2, 5, 6, 7, 8, 9, 10, 11, 12, 2], [4, 2, 3, 5]];
const documents: Documents = {
  count: 2,
  lengths: Int32Array.from(texts, ({ length }) => length),
  tokens: (row) => Int32Array.from(texts[row]!),
  sentences: (row) => row === 0 ? Int32Array.of(0, 3, 6) : Int32Array.of(0),
  labels: () => new Int32Array(),
};
const config = { batchSize: 4, maxTokens: 100, microTokens: 1000, seed: 1 };
const questions = [{ row: 0, label: 0 }, { row: 1, label: 0 }];
const request = { model, documents, questions, task: "icd", config } as const;

const p = (count: number) => 1 / (1 + Math.exp(1 - count));
/** Words taken at each share of so many, one at least. */
const taken = (length: number) => SHARES.map((share) => Math.max(1, Math.round(share * length)));
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

onOneEngine("probabilities fall by the words that are taken out, and by all others", async () => {
  const strengths = [
    Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0.5),
    Float32Array.of(0, 1, 0, 0),
  ];
  const found = await measureFaithfulness(request, strengths);
  // Two words speak for the code in the first document, one in the second.
  const without = [
    mean(taken(10).map((count) => p(2) - p(2 - Math.min(2, count)))),
    mean(taken(4).map(() => p(1) - p(0))),
  ];
  const alone = [
    mean(taken(10).map((count) => p(2) - p(Math.min(2, count)))),
    mean(taken(4).map(() => p(1) - p(1))),
  ];
  assert.ok(Math.abs(found.comprehensiveness - mean(without)) < 1e-6);
  assert.ok(Math.abs(found.sufficiency - mean(alone)) < 1e-6);
});

onOneEngine("words that the model does not read change nothing", async () => {
  const strengths = [Float32Array.of(0, 0, 9, 0, 8, 7, 6, 5, 0, 0), Float32Array.of(1, 0, 1, 0)];
  const { comprehensiveness } = await measureFaithfulness(request, strengths);
  assert.ok(Math.abs(comprehensiveness) < 1e-6);
});

onOneEngine("what is left of a sentence begins with its first word that is left", async () => {
  scored = [];
  const strengths = Float32Array.of(0, 0, 0, 9, 8, 7, 6, 5, 0, 0); // the half: places 3 to 7
  await measureFaithfulness({ ...request, questions: [questions[0]!] }, [strengths]);
  const half = scored.map((starts) => [...starts!]);
  assert.ok(half.some((starts) => `${starts}` === "0,3"), "places 0, 1, 2, 8, 9");
  assert.ok(half.some((starts) => `${starts}` === "0,3,6"), "all");
});

Deno.test("random words are another order for each document, from the seed", () => {
  const [one, two] = randomStrengths([30, 30], 1);
  assert.notDeepEqual(one, two);
  assert.deepEqual(randomStrengths([30, 30], 1), [one, two]);
  assert.notDeepEqual(randomStrengths([30], 2)[0], one);
  assert.deepEqual([...one!].sort((a, b) => a - b), [...two!].sort((a, b) => a - b));
});

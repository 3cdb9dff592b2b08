import assert from "node:assert/strict";
import { attribute, type Question } from "../../../model/attribution/attribute.ts";
import { gateGradients } from "../../../model/attribution/gradient.ts";
import { METHODS } from "../../../model/attribution/methods.ts";
import { tf } from "../../../model/engine/tf.ts";
import { systems } from "../../../model/zoo/systems.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { onOneEngine } from "../../_support/engines.ts";
import { golden, goldenModel } from "../../_support/golden_systems.ts";
import { batchOfTokens } from "../../_support/inputs.ts";

const documents: Documents = {
  count: golden.tokens.length,
  lengths: Int32Array.from(golden.tokens, ({ length }) => length),
  tokens: (row) => Int32Array.from(golden.tokens[row]!),
  labels: () => new Int32Array(),
};
const config = { batchSize: 3, maxTokens: 10, microTokens: 1000, seed: 1 };

/** Codes of all documents, out of order, one document asked for several. */
const questions: readonly Question[] = [
  { row: 2, label: 1 },
  { row: 0, label: 4 },
  { row: 2, label: 0 },
  { row: 3, label: 1 },
  { row: 1, label: 2 },
  { row: 2, label: 4 },
];

/** The positive values, divided by their sum. */
function shares(values: readonly number[]): number[] {
  const positive = values.map((value) => Math.max(0, value));
  const sum = positive.reduce((sum, value) => sum + value, 0);
  return positive.map((value) => sum > 0 ? value / sum : 0);
}

function assertNear(found: Float32Array, expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, t) => assert.ok(Math.abs(found[t]! - value) < 1e-5, `${t}: ${value}`));
}

for (const { name } of systems) {
  onOneEngine(`${name}: each question is answered as if it were asked alone`, async () => {
    const model = goldenModel(name);
    for (const method of model.attention ? METHODS : ["gradient"] as const) {
      const options = { task: "icd", method } as const;
      const together = await attribute(model, documents, questions, config, options);
      for (const [at, question] of questions.entries()) {
        const [alone] = await attribute(model, documents, [question], config, options);
        assertNear(together[at]!, [...alone!]);
        assert.equal(alone!.length, Math.min(golden.tokens[question.row]!.length, 10));
      }
    }
    model.weights.dispose();
  });
}

onOneEngine(
  "the three methods are attention, the slopes' shares, and the shares of both",
  async () => {
    const model = goldenModel("laat");
    for (const question of questions) {
      const batch = batchOfTokens([golden.tokens[question.row]!.slice(0, 10)]);
      const label = Int32Array.of(question.label);
      const attention = [...model.attention!(batch, "icd", label).dataSync()];
      const slopes = [...gateGradients(model, batch, "icd", label).dataSync()];
      const expected = {
        "attention": attention,
        "gradient": shares(slopes),
        "attention-gradient": shares(slopes.map((slope, t) => slope * attention[t]!)),
      };
      for (const method of METHODS) {
        const options = { task: "icd", method } as const;
        const [found] = await attribute(model, documents, [question], config, options);
        assertNear(found!, expected[method]);
      }
    }
    model.weights.dispose();
  },
);

onOneEngine("a document without a token has an answer without a word", async () => {
  const model = goldenModel("caml");
  const empty: Documents = {
    ...documents,
    count: 1,
    lengths: Int32Array.of(0),
    tokens: () => new Int32Array(),
  };
  for (const method of METHODS) {
    const options = { task: "icd", method } as const;
    const answers = await attribute(model, empty, [{ row: 0, label: 1 }], config, options);
    assert.deepEqual(answers, [new Float32Array()]);
  }
  model.weights.dispose();
});

onOneEngine("answers leave no tensor behind", async () => {
  const model = goldenModel("mdbert");
  const before = tf.memory().numTensors;
  await attribute(model, documents, questions, config, { task: "icd", method: "gradient" });
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

onOneEngine("a stopped attribution ends with the signal's reason", async () => {
  const model = goldenModel("cnn");
  const interrupt = AbortSignal.abort("stopped");
  const options = { task: "icd", method: "gradient", interrupt } as const;
  await assert.rejects(
    attribute(model, documents, questions, config, options),
    (reason) => reason === "stopped",
  );
  model.weights.dispose();
});

import assert from "node:assert/strict";
import { attribute, type Question } from "../../../model/attribution/attribute.ts";
import { gateGradients } from "../../../model/attribution/gradient.ts";
import { type Method, METHODS, methodsOf } from "../../../model/attribution/methods.ts";
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

const asked = { documents, questions, config, task: "icd" } as const;

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
    const methods = methodsOf(model);
    const together = await attribute({ ...asked, model }, methods);
    for (const method of methods) {
      for (const [at, question] of questions.entries()) {
        const request = { ...asked, model, questions: [question] };
        const { [method]: [alone] } = await attribute(request, [method]);
        assertNear(together[method][at]!, [...alone!]);
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
        const request = { ...asked, model, questions: [question] };
        const { [method]: [found] } = await attribute(request, [method]);
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
  const request = { ...asked, model, documents: empty, questions: [{ row: 0, label: 1 }] };
  const answers = await attribute(request, METHODS);
  for (const method of METHODS) assert.deepEqual(answers[method], [new Float32Array()]);
  model.weights.dispose();
});

onOneEngine("answers leave no tensor behind", async () => {
  const model = goldenModel("mdbert");
  const before = tf.memory().numTensors;
  await attribute({ ...asked, model }, ["gradient"]);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

onOneEngine("a stopped attribution ends with the signal's reason", async () => {
  const model = goldenModel("cnn");
  const interrupt = AbortSignal.abort("stopped");
  await assert.rejects(
    attribute({ ...asked, model, interrupt }, ["gradient"]),
    (reason) => reason === "stopped",
  );
  model.weights.dispose();
});

onOneEngine(
  "the count of answered questions rises to all of them, by several methods, too",
  async () => {
    const model = goldenModel("laat");
    for (const methods of [["attention"], ["attention-gradient"], METHODS] as const) {
      const counts: number[] = [];
      const onAnswered = (done: number) => void counts.push(done);
      await attribute({ ...asked, model, onAnswered }, methods);
      assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
      assert.equal(counts.at(-1), questions.length);
      assert.equal(new Set(counts).size, counts.length);
    }
    model.weights.dispose();
  },
);

onOneEngine("what several methods are made of is computed once", async () => {
  const model = goldenModel("laat");
  const passes = { attention: 0, logits: 0 };
  const counted: typeof model = {
    ...model,
    attention: (...inputs) => (passes.attention++, model.attention!(...inputs)),
    logits: (...inputs) => (passes.logits++, model.logits(...inputs)),
  };
  const passesOf = async (...methods: Method[]) => {
    Object.assign(passes, { attention: 0, logits: 0 });
    await attribute({ ...asked, model: counted }, methods);
    return { ...passes };
  };
  const [{ attention }, { logits }] = [await passesOf("attention"), await passesOf("gradient")];
  assert.deepEqual(await passesOf(...METHODS), { attention, logits });
  model.weights.dispose();
});

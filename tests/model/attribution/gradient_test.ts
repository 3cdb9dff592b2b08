import { gateGradients } from "../../../model/attribution/gradient.ts";
import { tf } from "../../../model/engine/tf.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import type { Model } from "../../../model/model.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { codes, golden, goldenModel } from "../../_support/golden_systems.ts";
import { batchOfTokens } from "../../_support/inputs.ts";
import { assertClose, assertNoLeak, disposeBatch } from "../../_support/layers.ts";

/** Gradient × input by system, document, code and word; made by tests/interop/attribution.py. */
const expected: { readonly systems: Record<string, number[][][]> } = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/golden/attribution.json", import.meta.url)),
);

for (const [name, documents] of Object.entries(expected.systems)) {
  onEveryEngine(`${name}: gradient × input agrees with PyTorch's autograd`, () => {
    const model = goldenModel(name);
    const batch = batchOfTokens(golden.tokens);
    codes.icd.forEach((_, label) => {
      assertNoLeak(() => {
        const labels = new Int32Array(batch.size).fill(label);
        const found = gateGradients(model, batch, "icd", labels); // [B, T]
        documents.forEach((byLabel, row) => {
          const values = byLabel[label]!;
          const own = tf.slice(found, [row, 0], [1, values.length]);
          assertClose(own, { shape: [1, values.length], values }, 1e-5, `document ${row}`);
          own.dispose();
        });
        found.dispose();
      });
    });
    disposeBatch(batch);
    model.weights.dispose();
  });
}

onEveryEngine("every document is asked for a code of its own, and padding has no slope", () => {
  const model = goldenModel("caml");
  const batch = batchOfTokens(golden.tokens);
  const labels = Int32Array.of(3, 0, 4, 1);
  const found = gateGradients(model, batch, "icd", labels);
  labels.forEach((label, row) => {
    const own = expected.systems.caml![row]![label]!;
    const values = Array.from({ length: batch.width }, (_, t) => own[t] ?? 0);
    const there = tf.slice(found, [row, 0], [1, batch.width]);
    assertClose(there, { shape: [1, batch.width], values }, 1e-5, `document ${row}`);
  });
  found.dispose();
  disposeBatch(batch);
  model.weights.dispose();
});

/** A document in which no word comes twice. */
const DISTINCT = [11, 4, 29, 26, 8, 23, 10, 17, 3];
const STEP = 1 / 256; // so small that a max-pooled convolution keeps its winners

/** The first table of word vectors that a model declares; a row is a word. */
function wordTable(model: Model) {
  return model.weights.all().find(({ name, variable }) =>
    /embed/.test(name) && variable.shape.length === 2
  )!;
}

/** How the logit of a code changes with the length of one word's vector, by central differences. */
function slopeOf(model: Model, word: number, label: number): number {
  const table = wordTable(model);
  const width = table.variable.shape[1]!;
  const values = table.variable.dataSync() as Float32Array;
  const batch = batchOfTokens([DISTINCT]);
  const logitAt = (factor: number) => {
    const scaled = values.slice();
    for (let e = word * width; e < (word + 1) * width; e++) scaled[e]! *= factor;
    assignValues(table, scaled);
    const logits = model.logits(batch, { training: false, seed: 0 });
    const logit = logits.icd!.dataSync()[label]!;
    tf.dispose(logits);
    return logit;
  };
  const slope = (logitAt(1 + STEP) - logitAt(1 - STEP)) / (2 * STEP);
  assignValues(table, values);
  disposeBatch(batch);
  return slope;
}

for (const { name } of systems.filter(({ name }) => name !== "mdbert")) { // its words share pieces
  onEveryEngine(`${name}: gradient × input is the slope in the length of a word's vector`, () => {
    const model = goldenModel(name);
    const batch = batchOfTokens([DISTINCT]);
    const label = 2;
    const found = gateGradients(model, batch, "icd", Int32Array.of(label)); // [1, T]
    const values = DISTINCT.map((word) => slopeOf(model, word, label));
    assertClose(found, { shape: [1, DISTINCT.length], values }, 1e-2, name);
    found.dispose();
    disposeBatch(batch);
    model.weights.dispose();
  });
}

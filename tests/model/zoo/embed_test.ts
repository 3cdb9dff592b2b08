import assert from "node:assert/strict";
import type { Mode } from "../../../model/layers/positions.ts";
import { Weights } from "../../../model/layers/weights.ts";
import type { TokenBatch } from "../../../model/model.ts";
import { createEmbed, type EmbedOptions, unitRows } from "../../../model/zoo/embed.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";

const inputs = {
  ...inputsOf({ labels: { icd: 1, ccs: 1 }, words: 3, width: 2 }),
  embeddings: Float32Array.of(0, 0, 3, 4, 0, -2),
};

const evaluation = { training: false, seed: 0 };

/** Word vectors [B, T, E] of two documents, and whether the table is trained. */
function embedded(
  options: Partial<EmbedOptions>,
  mode: Mode,
): { values: number[][][]; trained: boolean } {
  const weights = new Weights(1);
  const embed = createEmbed(weights.scope("embed"), {
    embeddingDropout: 0.5,
    trainEmbedding: false,
    unitEmbedding: false,
    ...options,
  }, inputs);
  const batch: TokenBatch = batchOfTokens([[1, 2], [2]]);
  const values = embed(batch, mode).arraySync() as number[][][];
  const trained = weights.get("embed.weight").trainable;
  weights.dispose();
  return { values, trained };
}

onEveryEngine("a token's vector is its row of the table, and padding's is zeros", () => {
  assert.deepEqual(embedded({}, evaluation).values, [[[3, 4], [0, -2]], [[0, -2], [0, 0]]]);
});

onEveryEngine("a table starts with unit rows where the system wants them", () => {
  const { values } = embedded({ unitEmbedding: true }, evaluation);
  const expected = [[[0.6, 0.8], [0, -1]], [[0, -1], [0, 0]]];
  values.flat(2).forEach((value, i) => assert.ok(Math.abs(value - expected.flat(2)[i]!) < 1e-5));
});

for (const trainEmbedding of [true, false]) {
  onEveryEngine(`the table is ${trainEmbedding ? "trained" : "frozen"} as the options say`, () => {
    assert.equal(embedded({ trainEmbedding }, evaluation).trained, trainEmbedding);
  });
}

onEveryEngine("in training values are dropped, and the others scaled by what is kept", () => {
  const seen = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    seen.add(embedded({}, { training: true, seed }).values[0]![0]![1]!);
  }
  assert.deepEqual([...seen].sort(), [0, 8]);
});

onEveryEngine("the seed decides which values are dropped", () => {
  const drawn = Array.from(
    { length: 20 },
    (_, seed) => JSON.stringify(embedded({}, { training: true, seed }).values),
  );
  assert.ok(new Set(drawn).size > 3);
  assert.equal(JSON.stringify(embedded({}, { training: true, seed: 7 }).values), drawn[7]);
});

Deno.test("unit rows are of length 1, those of zeros stay, and what they are made of too", () => {
  const values = Float32Array.of(0, 0, 3, 4);
  const unit = unitRows(values, 2);
  assert.deepEqual([...unit].map((value) => Math.round(value * 1e5) / 1e5), [0, 0, 0.6, 0.8]);
  assert.deepEqual(values, Float32Array.of(0, 0, 3, 4));
});

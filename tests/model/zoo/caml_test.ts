import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { caml, createCamlEncoder } from "../../../model/zoo/caml.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";

const inputs = inputsOf({ labels: { icd: 1, ccs: 1 }, words: 20, width: 2, vectors: 1 });

for (
  const [kernel, positions] of [
    [10, [6, 2]], // one more than tokens
    [4, [6, 2]],
    [5, [5, 1]],
    [1, [5, 1]],
  ] as const
) {
  onEveryEngine(`of 5 and 1 tokens a kernel of ${kernel} makes ${positions} positions`, () => {
    const weights = new Weights(1);
    const encoder = createCamlEncoder(weights, { ...caml.options, kernel, filters: 3 }, inputs);
    tf.tidy(() => {
      const batch = batchOfTokens([[2, 3, 4, 5, 6], [7]]);
      const { values, positions: found } = encoder.encode(batch, { training: false, seed: 0 });
      assert.deepEqual([...found.hostLengths], positions);
      assert.deepEqual(values.shape, [2, positions[0], 3]);
    });
    weights.dispose();
  });
}

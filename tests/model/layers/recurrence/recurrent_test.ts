import assert from "node:assert/strict";
import { tf } from "../../../../model/engine/tf.ts";
import {
  createGru,
  createLstm,
  finalStates,
} from "../../../../model/layers/recurrence/recurrent.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { ignoresPadding, keepsPaddingZero } from "../../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type TwinCase,
} from "../../../_support/layer_properties.ts";
import {
  assertClose,
  batchOf,
  disposeBatch,
  goldenCases,
  goldenLengths,
  load,
  noise,
} from "../../../_support/layers.ts";

const kinds = { gru: createGru, lstm: createLstm };

for (const [kind, create] of Object.entries(kinds)) {
  const both = { bidirectional: true };

  for (const golden of goldenCases(kind)) {
    const bidirectional = "weight_ih_l0_reverse" in golden.weights;
    agreesWithPyTorch(
      `${kind} in ${bidirectional ? "both directions" : "one direction"}`,
      golden,
      (scope) => create(scope, 5, 4, { bidirectional }),
    );
  }

  agreesWithDifferences(kind, 4, (scope) => create(scope, 4, 5, both));
  ignoresPadding(kind, 3, (scope) => create(scope, 3, 5, both));
  keepsPaddingZero(kind, 3, (scope) => create(scope, 3, 5, both));

  onEveryEngine(`${kind}: with a frozen input the weights' gradients are the same`, () => {
    const [frozen, free] = [true, false].map((frozenInput) => {
      const weights = new Weights(1);
      const batch = batchOf([4, 2]);
      const layer = create(weights.scope("layer"), 3, 5, { ...both, frozenInput });
      const x = noise([2, 4, 3], 1, batch.mask);
      const variables = weights.trainable().map(({ variable }) => variable);
      const { grads } = tf.variableGrads(() => tf.sum(layer(x, batch)), variables);
      const values = variables.map(({ name }) => [...grads[name]!.dataSync()]);
      weights.dispose();
      return values;
    });
    assert.deepEqual(frozen, free);
  });

  const cases: Record<string, TwinCase> = {};
  for (const lengths of [[1], [3, 9, 1, 4], [2, 70, 64, 33, 1]]) {
    for (const [inputs, hidden] of [[1, 1], [3, 7], [5, 35]] as const) {
      for (const bidirectional of [true, false]) {
        cases[`${lengths} ${inputs}→${hidden} ${bidirectional}`] = {
          lengths,
          width: Math.max(...lengths) + 2,
          inputs,
          create: (scope) => create(scope, inputs, hidden, { bidirectional }),
        };
      }
    }
  }
  agreesWithTwin(kind, cases, 1); // a gradient adds up to 170 tokens, which may cancel
}

const shapes = {
  gru: { weight_ih_l0: [12, 3], weight_hh_l0: [12, 4], bias_ih_l0: [12], bias_hh_l0: [12] },
  lstm: { weight_ih_l0: [16, 3], weight_hh_l0: [16, 4], bias_ih_l0: [16], bias_hh_l0: [16] },
};

for (const kind of ["gru", "lstm"] as const) {
  onEveryEngine(`${kind}: weights have PyTorch's names and shapes`, () => {
    const weights = new Weights(1);
    kinds[kind](weights.scope("rnn"), 3, 4, { bidirectional: true });
    const declared = weights.all().map(({ name, variable }) => [name, variable.shape]);
    const expected = ["", "_reverse"].flatMap((suffix) =>
      Object.entries(shapes[kind]).map(([name, shape]) => [`rnn.${name}${suffix}`, shape])
    );
    assert.deepEqual(declared, expected);
    weights.dispose();
  });
}

onEveryEngine("a recurrent layer's matrices and biases start as PyTorch's do, U(±1/√H)", () => {
  const weights = new Weights(1);
  createGru(weights.scope("rnn"), 4, 25);
  for (const { name, variable } of weights.all()) {
    const largest = tf.max(tf.abs(variable)).dataSync()[0]!;
    assert.ok(largest <= 0.2 && largest > 0.18, `${name}: ${largest}`);
  }
  weights.dispose();
});

for (const kind of ["gru", "lstm"]) {
  const golden = goldenCases(kind).find(({ weights }) => "weight_ih_l0_reverse" in weights)!;
  onEveryEngine(`${kind}: final states agree with PyTorch`, () => {
    const batch = batchOf(goldenLengths);
    assertClose(finalStates(load(golden.y), batch), golden.final, 1e-7, "final states");
    disposeBatch(batch);
  });
}

onEveryEngine("final states pass their gradient to the states that were picked", () => {
  const batch = batchOf([3, 1], 4);
  const states = noise([2, 4, 4], 3, batch.mask);
  const gradient = tf.grad((states) => tf.sum(finalStates(states, batch)))(states);
  const none = [0, 0, 0, 0];
  assert.deepEqual(gradient.arraySync(), [
    [[0, 0, 1, 1], none, [1, 1, 0, 0], none],
    [[1, 1, 1, 1], none, none, none],
  ]);
  disposeBatch(batch);
});

import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createLabelAttention, labelAttention } from "../../../model/layers/label_attention.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  goldenLayer,
  goldenLengths,
  load,
  noise,
  type Stored,
} from "../../_support/layers.ts";

const lengths = [4, 1, 6, 3], width = 5, labels = 7;

/** The definition: an attended vector for each label, through the tape of plain operations. */
function attended(o: Tensor, q: Tensor, w: Tensor, b: Tensor): Tensor {
  const rows = tf.unstack(o).map((document, i) => {
    const length = lengths[i]!;
    const own = tf.slice(document, [0, 0], [length, -1]);
    const attention = tf.softmax(tf.matMul(q, own, false, true)); // [L, t]
    return tf.add(tf.sum(tf.mul(tf.matMul(attention, own), w), 1), b);
  });
  return tf.stack(rows);
}

function operands(mask: Tensor): Tensor[] {
  return [
    noise([lengths.length, 6, width], 1, mask),
    noise([labels, width], 2),
    noise([labels, width], 3),
    noise([labels], 4),
  ];
}

const limits = {
  "one tile": { labels: 100, entries: 1e6 },
  "tiles of labels": { labels: 3, entries: 1e6 },
  "tiles of labels and documents": { labels: 2, entries: 24 },
};

for (const [name, limit] of Object.entries(limits)) {
  onEveryEngine(`label attention in ${name}: values and gradients are the definition's`, () => {
    const batch = batchOf(lengths);
    assertNoLeak(() =>
      tf.tidy(() => {
        const inputs = operands(batch.mask), dy = noise([lengths.length, labels], 5);
        const run = (o: Tensor, q: Tensor, w: Tensor, b: Tensor) =>
          labelAttention({ features: o, query: q, score: w, bias: b, mask: batch.mask }, limit);
        const [o, q, w, b] = inputs as [Tensor, Tensor, Tensor, Tensor];
        assertClose(run(o, q, w, b), attended(o, q, w, b), 1e-6, "logits");
        const actual = tf.grads(run)(inputs, dy), expected = tf.grads(attended)(inputs, dy);
        ["features", "query", "score", "bias"].forEach((name, i) =>
          assertClose(actual[i]!, expected[i]!, 1e-5, name)
        );
      })
    );
    disposeBatch(batch);
  });
}

onEveryEngine("label attention's logits agree with PyTorch", () => {
  const { x, weights, logits } = goldenLayer<{
    x: Stored;
    weights: Record<"query.weight" | "score.weight" | "score.bias", Stored>;
    logits: Stored;
  }>("labelAttentionLoss");
  const { mask } = batchOf(goldenLengths);
  const actual = labelAttention({
    features: load(x),
    query: load(weights["query.weight"]),
    score: load(weights["score.weight"]),
    bias: load(weights["score.bias"]),
    mask,
  });
  assertClose(actual, logits, 1e-5, "logits");
});

onEveryEngine("label attention's gradient agrees with differences", () => {
  const batch = batchOf(lengths);
  tf.tidy(() => {
    const inputs = operands(batch.mask), dy = noise([lengths.length, labels], 5);
    const value = (...[o, q, w, b]: Tensor[]) =>
      tf.sum(tf.mul(
        labelAttention({ features: o!, query: q!, score: w!, bias: b!, mask: batch.mask }),
        dy,
      ));
    const gradients = tf.grads(value)(inputs);
    inputs.forEach((input, i) => {
      const direction = i === 0 ? noise(input.shape, 9, batch.mask) : noise(input.shape, 9);
      const at = (step: number) =>
        value(...inputs.map((x, j) => i === j ? tf.add(x, tf.mul(direction, step)) : x))
          .dataSync()[0]!;
      const h = 1e-2, numeric = (at(h) - at(-h)) / (2 * h);
      const [analytic] = tf.sum(tf.mul(gradients[i]!, direction)).dataSync();
      assert.ok(Math.abs(numeric - analytic!) <= 2e-3 * Math.max(1, Math.abs(analytic!)), `${i}`);
    });
  });
  disposeBatch(batch);
});

onEveryEngine("label attention is finite and unmoved by padding where scores are extreme", () => {
  tf.tidy(() => {
    const features = tf.tensor3d([[[-200], [-300], [0]]]), mask = tf.tensor2d([[1, 1, 0]]);
    const [query, score] = [tf.ones([1, 1]), tf.ones([1, 1])], bias = tf.zeros([1]);
    const [logit] = labelAttention({ features, query, score, bias, mask }).dataSync();
    assert.equal(logit, -200);
  });
});

onEveryEngine("label attention's layer names its weights and shows its attention", () => {
  const weights = new Weights(1);
  const layer = createLabelAttention(weights.scope("icd"), width, labels);
  assert.deepEqual(
    weights.all().map(({ name }) => name),
    ["icd.query.weight", "icd.score.weight", "icd.score.bias"],
  );
  const batch = batchOf(lengths);
  tf.tidy(() => {
    const features = noise([lengths.length, 6, width], 1, batch.mask);
    const chosen = Int32Array.of(5, 2);
    const attention = layer.attention(features, batch, chosen); // [B, 2, T]
    const vectors = tf.matMul(attention, features); // [B, 2, D]
    const score = tf.gather(weights.get("icd.score.weight").variable, tf.tensor1d(chosen, "int32"));
    const bias = tf.gather(weights.get("icd.score.bias").variable, tf.tensor1d(chosen, "int32"));
    const expected = tf.add(tf.sum(tf.mul(vectors, score), 2), bias);
    const logits = tf.gather(layer.logits(features, batch), tf.tensor1d(chosen, "int32"), 1);
    assertClose(logits, expected, 1e-5, "logits of the chosen");
  });
  disposeBatch(batch);
  weights.dispose();
});

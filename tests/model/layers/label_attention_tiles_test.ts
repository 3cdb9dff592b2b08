import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import {
  maskedScores,
  tiledAttention,
  type TileLimits,
} from "../../../model/layers/label_attention_tiles.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak, batchOf, disposeBatch, noise } from "../../_support/layers.ts";

const lengths = [4, 1, 6, 3];
const width = 5;
const keyWidth = 3;
const labels = 7;

/** The definition: an attended vector for each label, through the tape of plain operations. */
function attended(o: Tensor, k: Tensor, q: Tensor, w: Tensor, b: Tensor): Tensor {
  const rows = lengths.map((length, i) => {
    const own = (x: Tensor) => tf.squeeze(tf.slice(x, [i, 0, 0], [1, length, -1]), [0]);
    const attention = tf.softmax(tf.matMul(q, own(k), false, true)); // [L, t]
    return tf.add(tf.sum(tf.mul(tf.matMul(attention, own(o)), w), 1), b);
  });
  return tf.stack(rows);
}

/** Features, keys, queries, scores and biases. */
type Operands = [Tensor, Tensor, Tensor, Tensor, Tensor];

const names = ["features", "keys", "query", "score", "bias"];

function operands(mask: Tensor): Operands {
  return [
    noise([lengths.length, 6, width], 1, mask),
    noise([lengths.length, 6, keyWidth], 2, mask),
    noise([labels, keyWidth], 3),
    noise([labels, width], 4),
    noise([labels], 5),
  ];
}

const limits: Record<string, TileLimits> = {
  "one tile": { labels: 100, entries: 1e6 },
  "tiles of labels": { labels: 3, entries: 1e6 },
  "tiles of documents": { labels: 100, entries: 2 * 6 * labels },
  "tiles of labels and documents": { labels: 2, entries: 24 },
};

for (const [name, limit] of Object.entries(limits)) {
  /** Runs `body` with label attention in these tiles, and its operands. */
  const withTiles = (body: (run: (...operands: Operands) => Tensor, inputs: Operands) => void) => {
    const { mask, ...batch } = batchOf(lengths);
    assertNoLeak(() =>
      tf.tidy(() =>
        body(
          (features, keys, query, score, bias) =>
            tiledAttention({ features, keys, query, score, bias, mask }, limit),
          operands(mask),
        )
      )
    );
    disposeBatch({ mask, ...batch });
  };

  onEveryEngine(
    `label attention in ${name}: values are the definition's`,
    () =>
      withTiles((run, inputs) => {
        assertClose(run(...inputs), attended(...inputs), 1e-6, "logits");
      }),
  );

  onEveryEngine(
    `label attention in ${name}: gradients are the definition's`,
    () =>
      withTiles((run, inputs) => {
        const dy = noise([lengths.length, labels], 6);
        const actual = tf.grads(run)(inputs, dy);
        const expected = tf.grads(attended)(inputs, dy);
        names.forEach((name, i) => assertClose(actual[i]!, expected[i]!, 1e-5, name));
      }),
  );
}

onEveryEngine("label attention without keys takes the features for them, in both passes", () => {
  const { mask, ...batch } = batchOf(lengths);
  const [features, , , score, bias] = operands(mask);
  const query = noise([labels, width], 7);
  const gradient = (attend: (features: Tensor) => Tensor) => tf.grad(attend)(features);
  const without = gradient((features) => tiledAttention({ features, query, score, bias, mask }));
  const given = gradient((features) => attended(features, features, query, score, bias));
  assertClose(without, given, 1e-5, "gradient of features");
  disposeBatch({ mask, ...batch });
});

onEveryEngine("label attention is finite and unmoved by padding where scores are extreme", () => {
  const features = tf.tensor3d([[[-200], [-300], [0]]]);
  const mask = tf.tensor2d([[1, 1, 0]]);
  const query = tf.ones([1, 1]);
  const [logit] = tiledAttention({ features, query, score: query, bias: tf.zeros([1]), mask })
    .dataSync();
  assert.equal(logit, -200);
});

onEveryEngine("scores are the keys' products with the queries, and very small on padding", () => {
  const keys = tf.tensor3d([[[1, 2], [3, 4]]]);
  const query = tf.tensor2d([[1, 0], [1, 1]]);
  const [real, padding] =
    (maskedScores(keys, query, tf.tensor2d([[1, 0]])).arraySync() as number[][][])[0]!;
  assert.deepEqual(real, [1, 3]);
  assert.ok(padding!.every((score) => score < -1e29));
});

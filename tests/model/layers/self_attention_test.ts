import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { selfAttention } from "../../../model/layers/self_attention.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { agreesWithPyTorch, type Layer } from "../../_support/layer_properties.ts";
import { assertClose, goldenCases, noise } from "../../_support/layers.ts";

/** Of queries, keys and values side by side. */
function attendTo(heads: number): Layer {
  return (x, { mask }) => {
    const [query, key, value] = tf.split(x, 3, 2) as [Tensor, Tensor, Tensor];
    return selfAttention(query, key, value, mask, heads);
  };
}

for (const golden of goldenCases<{ heads: number }>("selfAttention")) {
  const { heads } = golden.options;
  agreesWithPyTorch(`self-attention of ${heads} heads`, golden, () => attendTo(heads));
}

onEveryEngine("self-attention does not see padding's keys and values", () => {
  const [query, key, value] = [1, 2, 3].map((seed) => noise([1, 5, 6], seed));
  const mask = tf.tensor2d([[1, 1, 1, 0, 0]]);
  const own = (x: Tensor) => tf.slice(x, [0, 0, 0], [1, 3, -1]);
  const padded = selfAttention(query!, key!, value!, mask, 2);
  const alone = selfAttention(own(query!), own(key!), own(value!), tf.ones([1, 3]), 2);
  assertClose(own(padded), alone, 1e-6, "real positions");
});

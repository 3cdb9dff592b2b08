import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import { ones, uniform, zeros } from "../../../model/layers/initializers.ts";
import { assignValues, Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";

const tooLarge = [65_536, 65_536, 65_536];

/** A parameter and a buffer. */
function declareTwo(seed: number): Weights {
  const weights = new Weights(seed);
  const scope = weights.scope("layer");
  scope.parameter("weight", [2, 3], uniform(1));
  scope.buffer("mean", [4], zeros);
  return weights;
}

const valuesOf = (weights: Weights, name: string) => [...weights.get(name).variable.dataSync()];

onEveryEngine("weights are named by their scopes", () => {
  const weights = new Weights(1);
  weights.scope("a").scope("b").parameter("weight", [1], ones);
  assert.deepEqual(weights.all().map(({ name }) => name), ["a.b.weight"]);
});

onEveryEngine("an empty scope puts nothing before a name", () => {
  const weights = new Weights(1);
  weights.scope("").scope("a").parameter("weight", [1], ones);
  assert.deepEqual(weights.all().map(({ name }) => name), ["a.weight"]);
});

onEveryEngine("weights stand in the order in which they were declared", () => {
  const weights = new Weights(1);
  for (const name of ["z", "a", "m"]) weights.scope("").parameter(name, [1], ones);
  assert.deepEqual(weights.all().map(({ name }) => name), ["z", "a", "m"]);
});

onEveryEngine("only parameters are trained", () => {
  assert.deepEqual(declareTwo(1).trainable().map(({ name }) => name), ["layer.weight"]);
});

onEveryEngine("only trained values are counted", () => {
  assert.equal(declareTwo(1).parameterCount(), 6);
});

onEveryEngine("a name that is taken is refused", () => {
  assert.throws(
    () => declareTwo(1).scope("layer").parameter("weight", [1], ones),
    /declaring weight layer\.weight: the name is taken/,
  );
});

onEveryEngine("a weight that was never declared is refused", () => {
  assert.throws(() => declareTwo(1).get("layer.bias"), /weight layer\.bias: not declared/);
});

onEveryEngine("first values depend on seed and name, not on what else is declared", () => {
  const alone = new Weights(1);
  alone.scope("layer").parameter("weight", [2, 3], uniform(1));
  const among = new Weights(1);
  among.scope("other").parameter("weight", [5], uniform(1));
  among.scope("layer").parameter("weight", [2, 3], uniform(1));
  assert.deepEqual(valuesOf(among, "layer.weight"), valuesOf(alone, "layer.weight"));
});

onEveryEngine("another seed gives other first values", () => {
  const [first, second] = [1, 2].map((seed) => valuesOf(declareTwo(seed), "layer.weight"));
  assert.notDeepEqual(first, second);
});

onEveryEngine("another name gives other first values", () => {
  const weights = new Weights(1);
  for (const name of ["a", "b"]) weights.scope("").parameter(name, [6], uniform(1));
  assert.notDeepEqual(valuesOf(weights, "a"), valuesOf(weights, "b"));
});

onEveryEngine("two models may have weights of the same names", () => {
  const [first, second] = [declareTwo(1), declareTwo(1)];
  assignValues(first.get("layer.mean"), Float32Array.of(1, 2, 3, 4));
  assert.deepEqual(valuesOf(second, "layer.mean"), [0, 0, 0, 0]);
});

onEveryEngine("disposing frees every weight", () => {
  const before = tf.memory().numTensors;
  declareTwo(1).dispose();
  assert.equal(tf.memory().numTensors, before);
});

onEveryEngine("assigned values take the place of a weight's", () => {
  const weights = declareTwo(1);
  const { variable } = weights.get("layer.mean");
  assignValues(weights.get("layer.mean"), Float32Array.of(1, 2, 3, 4));
  assert.deepEqual([...variable.dataSync()], [1, 2, 3, 4]);
});

onEveryEngine("assigning leaves no tensor behind", () => {
  const weights = declareTwo(1);
  const before = tf.memory().numTensors;
  assignValues(weights.get("layer.mean"), new Float32Array(4));
  assert.equal(tf.memory().numTensors, before);
});

onEveryEngine("values of another size are refused", () => {
  assert.throws(() => assignValues(declareTwo(1).get("layer.mean"), new Float32Array(5)));
});

Deno.test("fault 33: a weight that memory does not hold is refused by its name, before it is made", () => {
  const scope = new Weights(1).scope("encoder");
  const fill = () => assert.fail("it is made");
  assert.throws(() => scope.parameter("weight", tooLarge, fill), {
    name: ResourceError.name,
    message:
      /^building the model, encoder\.weight of 65536 × 65536 × 65536: it takes 2251799.8 GB /,
  });
});

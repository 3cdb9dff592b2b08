/** Every path of the label attention's loss against PyTorch and against the definition. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutNative } from "../../../model/engine/kernels.ts";
import { type Scalar, type Tensor, tf } from "../../../model/engine/tf.ts";
import { labelAttentionLoss } from "../../../model/layers/label_attention.ts";
import { focalTerms, type LossOptions } from "../../../model/loss.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { kernelsRunBy, onNativeKernels } from "../../_support/kernels.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  goldenLayer,
  goldenLengths,
  load,
  type Stored,
} from "../../_support/layers.ts";
import { plainLoss } from "../../_support/plain_loss.ts";

const weightNames = ["query.weight", "score.weight", "score.bias"] as const;

type WeightValues = Record<(typeof weightNames)[number], Stored>;

const golden = goldenLayer<{
  x: Stored;
  weights: WeightValues;
  targets: Stored;
  cases: {
    options: LossOptions;
    positives: boolean;
    loss: number;
    dx: Stored;
    gradients: WeightValues;
  }[];
}>("labelAttentionLoss");

/** A way in which the loss is computed. */
interface Path {
  register(name: string, body: () => void): void;
  /** Copies of the label set: 2 × 130 labels are one tile, 8 × 130 are more. */
  copies: number;
  /** Whether the queries are compared with keys, as LAAT's are. */
  keys: boolean;
  /** The project's kernels that run. */
  kernels: string[];
}

type Values = Float32Array | Float64Array;

const inputNames = ["features", "query", "score", "bias"];

function onPlainOperations(name: string, body: () => void): void {
  onEveryEngine(name, () => withoutNative(() => assertNoLeak(body)));
}

const paths: Record<string, Path> = {
  "in one native operation": {
    register: onNativeKernels,
    copies: 2,
    keys: false,
    kernels: ["MarnLabelAttentionLoss"],
  },
  "in one tile of plain operations": {
    register: onPlainOperations,
    copies: 2,
    keys: false,
    kernels: [],
  },
  "in tiles of plain operations": {
    register: onPlainOperations,
    copies: 8,
    keys: false,
    kernels: [],
  },
  "with keys": {
    register: onEveryEngine,
    copies: 2,
    keys: true,
    kernels: [],
  },
};

/** The loss on a path, of features, query, score and bias. */
function lossOn(
  { copies, keys }: Path,
  mask: Tensor,
  targets: Tensor,
  options: LossOptions,
): (...inputs: Tensor[]) => Scalar {
  const [documents, labels] = targets.shape as [number, number];
  const terms = focalTerms(options, documents, labels);
  const copiedRows = (x: Tensor) => tf.concat(Array.from({ length: copies }, () => x), 0);
  return (features, query, score, bias) => {
    const inputs = {
      features: features!,
      query: copiedRows(query!),
      score: copiedRows(score!),
      bias: copiedRows(bias!),
      mask,
    };
    const loss = labelAttentionLoss(
      keys ? { ...inputs, keys: features! } : inputs,
      tf.tile(targets, [1, copies]),
      terms,
    );
    return tf.div(loss, copies); // each copy costs the same; the loss's own gradient is not 1
  };
}

const problem: fc.Arbitrary<Problem> = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
  margin: fc.nat(3),
  width: fc.integer({ min: 1, max: 20 }),
  labels: fc.integer({ min: 129, max: 150 }),
  options: fc.record({
    name: fc.constantFrom("bce", "focal", "focal-balanced"),
    alpha: fc.constantFrom(0.25, 0.9),
    gamma: fc.constantFrom(0, 1, 1.5, 2),
  }),
  positives: fc.constantFrom(0, 0.2, 1),
  seed: fc.nat(1000),
});

for (const [name, path] of Object.entries(paths)) {
  for (const { options, positives, loss, dx, gradients } of golden.cases) {
    const which = `${JSON.stringify(options)}${positives ? "" : " without a positive"}`;
    path.register(`label attention's loss ${name} agrees with PyTorch: ${which}`, () => {
      const batch = batchOf(goldenLengths);
      const kernels = kernelsRunBy(() =>
        tf.tidy(() => {
          const targets = tf.mul(load(golden.targets), positives ? 1 : 0);
          const lossOf = lossOn(path, batch.mask, targets, options);
          const weights = weightNames.map((weight) => load(golden.weights[weight]));
          const { value, grads } = tf.valueAndGrads(lossOf)([load(golden.x), ...weights]);
          assertClose(value, { shape: [], values: [loss] }, 1e-5, "loss", 0);
          const expected = [dx, ...weightNames.map((weight) => gradients[weight])];
          inputNames.forEach((input, i) =>
            assertClose(grads[i]!, expected[i]!, 1e-5, `gradient of ${input}`, 0)
          );
        })
      );
      assert.deepEqual(kernels, path.kernels);
      disposeBatch(batch);
    });
  }

  path.register(`label attention's loss ${name} is the definition's`, () => {
    fc.assert(fc.property(problem, (problem) => agreesWithDefinition(path, problem)), {
      numRuns: 25,
      seed: 1,
    });
  });
}

/** Documents, sizes, a loss, and what share of the targets is positive. */
interface Problem {
  lengths: number[];
  /** Padded positions behind the longest document. */
  margin: number;
  width: number;
  labels: number;
  options: LossOptions;
  positives: number;
  seed: number;
}

/** Holds the loss and its gradients, along a random direction of each input, against `definition`. */
function agreesWithDefinition(path: Path, problem: Problem): void {
  const { lengths, margin, width, labels, options, positives, seed } = problem;
  const random = createRandom(seed, "test label attention loss");
  const tokens = Math.max(...lengths) + margin;
  const normal = (size: number, deviation: number) =>
    Float32Array.from({ length: size }, () => deviation * random.normal());
  const shapes = [[lengths.length, tokens, width], [labels, width], [labels, width], [labels]];
  const inputs = shapes.map((shape, i) =>
    // Features are noise on padding too: nothing may read them there.
    normal(tf.util.sizeFromShape(shape), i === 0 ? 1 : 1 / Math.sqrt(width))
  );
  const truth = lengths.map(() =>
    Array.from({ length: labels }, () => random.uniform() < positives ? 1 : 0)
  );
  const definition = (values: readonly Values[]) =>
    plainLoss(options, plainLogits(values, lengths, tokens, width), truth);
  const batch = batchOf(lengths, tokens);
  tf.tidy(() => {
    const lossOf = lossOn(path, batch.mask, tf.tensor2d(truth), options);
    const { value, grads } = tf.valueAndGrads(lossOf)(
      inputs.map((values, i) => tf.tensor(values, shapes[i]!)),
    );
    assertNear(value.dataSync()[0]!, definition(inputs), 1e-5 * definition(inputs), "loss");
    const gradients = grads.map((gradient) => gradient.dataSync());
    const length = Math.hypot(...gradients.map((gradient) => Math.hypot(...gradient)));
    inputs.forEach((values, i) => {
      const direction = normal(values.length, 1);
      const at = (step: number) => {
        const moved = Float64Array.from(values, (value, k) => value + step * direction[k]!);
        return definition(inputs.map((input, j) => i === j ? moved : input));
      };
      const h = 1e-5;
      const expected = (at(h) - at(-h)) / (2 * h);
      const actual = direction.reduce((sum, d, k) => sum + d * gradients[i]![k]!, 0);
      assertNear(actual, expected, 1e-5 * length, `gradient of ${inputNames[i]}`);
    });
  });
  disposeBatch(batch);
}

/** Eqs. 12–15 for each document's own tokens: logits [B, L] of features, query, score and bias. */
function plainLogits(
  [features, query, score, bias]: readonly Values[],
  lengths: readonly number[],
  tokens: number,
  width: number,
): number[][] {
  const dot = (x: Values, row: number, y: Values, other: number) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += x[row * width + d]! * y[other * width + d]!;
    return sum;
  };
  return lengths.map((length, b) =>
    Array.from(bias!, (shift, l) => {
      let mass = 0;
      let logit = 0;
      for (let t = 0; t < length; t++) {
        const weight = Math.exp(dot(features!, b * tokens + t, query!, l));
        mass += weight;
        logit += weight * dot(features!, b * tokens + t, score!, l);
      }
      return logit / mass + shift;
    })
  );
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  const difference = Math.abs(actual - expected);
  assert.ok(difference <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

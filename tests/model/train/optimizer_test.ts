import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { zeros } from "../../../model/layers/initializers.ts";
import {
  type AdamOptions,
  createOptimizer,
  globalNorm,
  rateFactor,
} from "../../../model/train/optimizer.ts";
import { assignValues, Weights } from "../../../model/layers/weights.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import type { TensorData } from "../../../pipeline/files/safetensors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak, load, type Stored } from "../../_support/layers.ts";

interface GoldenRun {
  options: AdamOptions;
  weights: Record<string, Stored>;
  steps: { gradients: Record<string, Stored>; norm: number; weights: Record<string, Stored> }[];
  moments: Record<string, Stored>;
}

const runs: GoldenRun[] = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/golden/optimizer.json", import.meta.url)),
).runs;

function weightsOf(stored: Record<string, Stored>): Weights {
  const weights = new Weights(1);
  for (const [name, { shape, values }] of Object.entries(stored)) {
    weights.declare(name, shape, zeros, { trainable: true });
    assignValues(weights.get(name), Float32Array.from(values));
  }
  return weights;
}

function gradientsOf(stored: Record<string, Stored>): Map<string, Tensor> {
  return new Map(Object.entries(stored).map(([name, value]) => [name, load(value)]));
}

for (const { options, weights: first, steps, moments } of runs) {
  onEveryEngine(`Adam agrees with PyTorch's: ${JSON.stringify(options)}`, () => {
    assertNoLeak(() => {
      const weights = weightsOf(first);
      const optimizer = createOptimizer(weights, options);
      for (const step of steps) {
        const gradients = gradientsOf(step.gradients);
        const norm = optimizer.update(gradients);
        assert.ok(Math.abs(norm.dataSync()[0]! - step.norm) <= 1e-6 * step.norm);
        for (const [name, expected] of Object.entries(step.weights)) {
          assertClose(weights.get(name).variable, expected, 1e-6, name);
        }
        tf.dispose([norm, ...gradients.values()]);
      }
      const state = optimizer.state();
      assert.equal(state.get("optimizer.step")!.dataSync()[0], steps.length);
      for (const [name, expected] of Object.entries(moments)) {
        assertClose(state.get(name)!, expected, 1e-6, name);
      }
      optimizer.dispose();
      weights.dispose();
    });
  });
}

onEveryEngine("a weight without a gradient stays as it is, and so do its moments", () => {
  const { options, weights: first, steps } = runs[0]!;
  const weights = weightsOf(first);
  const optimizer = createOptimizer(weights, options);
  const gradients = gradientsOf(steps[0]!.gradients);
  optimizer.update(new Map([["a", gradients.get("a")!]])).dispose();
  const kept = weights.get("b").variable.dataSync();
  assert.deepEqual(kept, Float32Array.from(first["b"]!.values));
  assert.equal(tf.max(tf.abs(optimizer.state().get("optimizer.b.exp_avg")!)).dataSync()[0], 0);
  for (const part of [weights, optimizer]) part.dispose();
});

onEveryEngine("a step's own learning rate stands in for that of the options", () => {
  const { options, weights: first, steps } = runs[0]!;
  const updated = (options: AdamOptions, rate?: number) => {
    const weights = weightsOf(first);
    const optimizer = createOptimizer(weights, options);
    optimizer.update(gradientsOf(steps[0]!.gradients), rate).dispose();
    const values = weights.all().map(({ variable }) => [...variable.dataSync()]);
    for (const part of [weights, optimizer]) part.dispose();
    return values;
  };
  assert.deepEqual(updated(options, 0.125), updated({ ...options, learningRate: 0.125 }));
});

function exported(tensors: ReadonlyMap<string, Tensor>): Map<string, TensorData> {
  return new Map([...tensors].map(([name, tensor]) => [
    name,
    { dtype: "F32", shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
  ]));
}

onEveryEngine("a restored optimiser goes on in the same bits", () => {
  const { options, weights: first, steps } = runs[0]!;
  const run = (weights: Weights, optimizer: ReturnType<typeof createOptimizer>, from: number) => {
    for (const { gradients } of steps.slice(from, from + 2)) {
      const tensors = gradientsOf(gradients);
      tf.dispose([optimizer.update(tensors), ...tensors.values()]);
    }
    return weights.all().map(({ variable }) => variable.dataSync().slice());
  };
  const weights = weightsOf(first);
  const optimizer = createOptimizer(weights, options);
  const halfway = run(weights, optimizer, 0);
  const saved = exported(optimizer.state());
  const expected = run(weights, optimizer, 2);

  const resumed = weightsOf(first);
  const restored = createOptimizer(resumed, options);
  resumed.all().forEach((weight, i) => assignValues(weight, halfway[i] as Float32Array));
  restored.restore(saved, "last.safetensors");
  assert.deepEqual(run(resumed, restored, 2), expected);
  for (const part of [weights, resumed, optimizer, restored]) part.dispose();
});

/** What may be wrong with one of a checkpoint's tensors, and how it is said. */
const foreign: Record<string, [TensorData | undefined, said: RegExp]> = {
  "is missing": [undefined, /optimizer\.b\.exp_avg is missing, expected F32 \[4\]/],
  "has another shape": [
    { dtype: "F32", shape: [2, 2], data: new Float32Array(4) },
    /optimizer\.b\.exp_avg is F32 \[2,2\], expected F32 \[4\]/,
  ],
  "has another type": [
    { dtype: "I32", shape: [4], data: new Int32Array(4) },
    /optimizer\.b\.exp_avg is I32 \[4\], expected F32 \[4\]/,
  ],
};

for (const [what, [tensor, said]] of Object.entries(foreign)) {
  onEveryEngine(`a checkpoint in which a moment ${what} is refused, and changes nothing`, () => {
    const { weights: first, options } = runs[0]!;
    const weights = weightsOf(first);
    const optimizer = createOptimizer(weights, options);
    const saved = exported(optimizer.state());
    saved.set("optimizer.step", { dtype: "F32", shape: [], data: Float32Array.of(7) });
    if (tensor) saved.set("optimizer.b.exp_avg", tensor);
    else saved.delete("optimizer.b.exp_avg");
    assert.throws(() => optimizer.restore(saved, "last.safetensors"), {
      name: "IntegrityError",
      message: new RegExp(`^resuming from last\\.safetensors: ${said.source}; resume from `),
    });
    assert.equal(optimizer.state().get("optimizer.step")!.dataSync()[0], 0);
    for (const part of [weights, optimizer]) part.dispose();
  });
}

onEveryEngine("the norm of a gradient that is not finite shows it", () => {
  tf.tidy(() => {
    assert.ok(Number.isNaN(globalNorm([tf.ones([2]), tf.tensor1d([NaN])]).dataSync()[0]!));
  });
});

onEveryEngine("the norm of no gradients is 0", () => {
  tf.tidy(() => assert.equal(globalNorm([]).dataSync()[0], 0));
});

Deno.test("fault 33: moments and gradients that memory does not hold are refused before they are made", () => {
  const weights = new Weights(1);
  weights.parameterCount = () => 1e14;
  const options = { learningRate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1, weightDecay: 0 };
  assert.throws(() => createOptimizer(weights, { ...options, clipNorm: 0 }), {
    name: ResourceError.name,
    message: /^training 100000000000000 parameters: it takes 1200000\.0 GB of memory /,
  });
});

Deno.test("without a schedule the rate stays", () => {
  const schedule = { warmup: 0, linearDecay: false };
  assert.deepEqual([0, 1, 99, 500].map((step) => rateFactor(step, 100, schedule)), [1, 1, 1, 1]);
});

for (
  const [what, schedule, steps, expected] of [
    ["rises to 1 and stays", { warmup: 0.2, linearDecay: false }, 10, [1 / 2, 1, 1, 1, 1]],
    ["rises in whole steps", { warmup: 0.25, linearDecay: false }, 10, [1 / 3, 2 / 3, 1, 1]],
    ["falls to the end and stays", { warmup: 0, linearDecay: true }, 4, [
      1,
      3 / 4,
      2 / 4,
      1 / 4,
      0,
      0,
    ]],
    [
      "rises and falls",
      { warmup: 0.2, linearDecay: true },
      10,
      [1 / 2, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0, 0],
    ],
  ] as const
) {
  Deno.test(`the rate ${what} as its schedule says`, () => {
    const factors = expected.map((_, step) => rateFactor(step, steps, schedule));
    assert.deepEqual(factors, expected);
  });
}

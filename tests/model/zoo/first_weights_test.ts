/** How each system's weights start: as its release starts them. */
import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import type { Weight } from "../../../model/layers/weights.ts";
import { createModel, systems } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";

/** What a weight's first values are drawn from. */
type Start = (shape: readonly number[]) => { deviation: number; bound?: number; mean?: number };

const uniform = (bound: number) => ({ deviation: bound / Math.sqrt(3), bound });

/** U(±√(6 / (fan-in + fan-out))). */
const xavier: Start = ([out = 1, input = 1, taps = 1]) =>
  uniform(Math.sqrt(6 / ((input + out) * taps)));

/** PyTorch's default for a layer's weight: U(±1/√fan-in). */
const fanIn: Start = ([_out, input = 1, taps = 1]) => uniform(1 / Math.sqrt(input * taps));

/** PyTorch's default for the bias of a layer of so many inputs. */
const biasOf = (inputs: number): Start => () => uniform(1 / Math.sqrt(inputs));

const normal = (deviation: number): Start => () => ({ deviation });
const zeros: Start = () => ({ deviation: 0 });
const ones: Start = () => ({ deviation: 0, mean: 1 });

const HIDDEN = 32;
const WIDTH = 40;

/** Sizes at which a weight has values enough to tell what they are drawn from. */
const sizes = {
  "model.hidden": HIDDEN,
  "model.filters": HIDDEN,
  "model.kernels": "3,5",
  "model.attention": 24,
  "model.projection": 16,
  "model.heads": 2,
  "model.feedForward": 48,
  "model.intermediate": 48,
  "model.layers": 1,
  "model.documentLayers": 1,
};

/** PyTorch's default for a recurrence: all of it U(±1/√units). */
const recurrence: [RegExp, Start][] = [[/^(rnn|encoder|gru)\./, biasOf(HIDDEN)]];

const norms: [RegExp, Start][] = [
  [/(bn\d|Norm|norm|left\.[14]|shortcut\.1|\.[14])\.weight$/, ones],
  [/(bn\d|Norm|norm|left\.[14]|shortcut\.1|\.[14])\.bias$/, zeros],
];

/** CAML's head over D features. */
const head = (features: number): [RegExp, Start][] => [
  [/(U|U_ccs|final|final_ccs)\.weight$/, xavier],
  [/(final|final_ccs)\.bias$/, biasOf(features)],
];

/** A convolution of word vectors. */
const convolution = (taps: number): [RegExp, Start][] => [
  [/(^|label_)conv\.weight$/, xavier],
  [/(^|label_)conv\.bias$/, biasOf(WIDTH * taps)],
];

const channels: [RegExp, Start][] = [
  [/baseconv\.weight$/, xavier],
  [/channel-3\.baseconv\.bias$/, biasOf(WIDTH * 3)],
  [/channel-5\.baseconv\.bias$/, biasOf(WIDTH * 5)],
  [/(left\.[03]|shortcut\.0)\.weight$/, fanIn],
];

const laat: [RegExp, Start][] = [
  ...recurrence,
  [/attention\.(first|second|third)_linears\.\d\.weight$/, normal(0.03)],
  [/third_linears\.0\.bias$/, biasOf(2 * HIDDEN)],
];

/** By system, what each trained weight's values are drawn from: the first pattern that its name meets. */
const starts: { readonly [system: string]: readonly [RegExp, Start][] } = {
  "marn": [
    ...recurrence,
    ...norms,
    [/conv\d\.weight$/, fanIn],
    [/(query|score)\.weight$/, xavier],
    [/score\.bias$/, biasOf(2 * HIDDEN)],
  ],
  "mt-ram": [...recurrence, ...norms, [/ram\..*\.[03]\.weight$/, fanIn], ...head(2 * HIDDEN)],
  "cnn": [...convolution(4), [/^fc\.weight$/, xavier], [/^fc\.bias$/, biasOf(HIDDEN)]],
  "bigru": [
    ...recurrence,
    [/^final\.weight$/, fanIn],
    [/^final\.bias$/, biasOf(2 * HIDDEN)],
  ],
  "caml": [...convolution(10), ...head(HIDDEN)],
  "dr-caml": [
    ...convolution(10),
    [/^label_fc1\.weight$/, xavier],
    [/^label_fc1\.bias$/, biasOf(HIDDEN)],
    ...head(HIDDEN),
  ],
  "multi-res-cnn": [...norms, ...channels, ...head(2 * HIDDEN)],
  "laat": laat,
  "joint-laat": [
    ...laat,
    [/projection_linears\.0\.weight$/, fanIn],
    [/third_linears\.1\.bias$/, biasOf(2 * HIDDEN + 16)],
  ],
  "fusion": [
    ...norms,
    ...channels,
    [/att_conv\.0\.weight$/, fanIn],
    [/(linear_\w+|w[12])\.weight$/, fanIn],
    [/w2\.bias$/, biasOf(48)],
    [/(linear_\w+|w1)\.bias$/, biasOf(2 * HIDDEN)],
    ...head(2 * HIDDEN),
  ],
  "mdbert": [...norms, [/\.weight$/, normal(0.02)], [/\.bias$/, zeros]],
};

/** Asserts that a weight's values are as if drawn from `start`: their bound, mean and deviation. */
function assertDrawn({ name, variable }: Weight, start: Start): void {
  const values = [...variable.dataSync()];
  const { deviation, bound = Infinity, mean = 0 } = start(variable.shape);
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  const error = deviation / Math.sqrt(values.length); // of the average
  assert.ok(
    values.every((value) => Math.abs(value) <= bound * 1.000001),
    `${name} is in its bound`,
  );
  assert.ok(Math.abs(average - mean) <= 4 * error, `${name} has mean ${average}, not ${mean}`);
  assert.ok(
    Math.abs(spread - deviation) <= 4 * error,
    `${name} has deviation ${spread}, not ${deviation}`,
  );
}

for (const { name: system, options } of systems) {
  Deno.test(`every weight of ${system} but the words' starts as its release starts it`, async () => {
    await startEngine(); // whichever: first values are the same on all
    const own = Object.entries(sizes).filter(([key]) => key.slice("model.".length) in options);
    const config = assign(resolveConfig({ model: system }), Object.fromEntries(own));
    const labels = { icd: 60, ccs: 40 };
    const model = createModel(config, inputsOf({ labels, words: 80, width: WIDTH, vectors: 1 }));
    for (const weight of model.weights.trainable()) {
      if (/(^|\.)(embed|desc_embedding)\.weight$/.test(weight.name)) continue;
      const start = starts[system]!.find(([pattern]) => pattern.test(weight.name));
      assert.ok(start, `${weight.name} starts somehow`);
      assertDrawn(weight, start[1]);
    }
    model.weights.dispose();
  });
}

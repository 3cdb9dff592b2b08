/** Models of every system with small sizes and weights that leave no layer idle. */
import type { TrainConfig } from "../../model/config/config.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import type { ModelInputs } from "../../model/inputs.ts";
import { assignValues } from "../../model/layers/weights.ts";
import type { Model } from "../../model/model.ts";
import { createModel } from "../../model/zoo/systems.ts";
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import { createRandom } from "../../pipeline/random.ts";
import { inputsOf } from "./inputs.ts";

/** A configured model and what it is made of. */
export interface SmallSystem {
  readonly config: TrainConfig;
  readonly inputs: ModelInputs;
  /** The caller owns it. */
  readonly model: Model;
}

/** Sizes of each system's layers. */
export const smallSizes: { readonly [system: string]: readonly string[] } = {
  "marn": ["model.hidden=4"],
  "mt-ram": ["model.hidden=4"],
  "cnn": ["model.filters=6"],
  "bigru": ["model.hidden=4"],
  "caml": ["model.filters=5"],
  "dr-caml": ["model.filters=5"],
  "multi-res-cnn": ["model.kernels=3,5", "model.filters=4"],
  "laat": ["model.hidden=4", "model.attention=3"],
  "joint-laat": ["model.hidden=4", "model.attention=3", "model.projection=3"],
  "fusion": ["model.kernels=3,5", "model.filters=4", "model.heads=2", "model.feedForward=6"],
};

/** Documents of several lengths, the longest as long as they read. */
export const smallDocuments: readonly (readonly number[])[] = [
  [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  [29, 1, 2],
  [17],
  [2, 2, 5, 5, 1, 20, 21],
];

/** Tokens of their vocabulary. */
export const SMALL_VOCABULARY = 30;

/** A system on `maxTokens` tokens a document; statistics and zeros at the start are moved, too. */
export function createSmallSystem(
  name: string,
  { set = [], maxTokens = 12 }: { set?: readonly string[]; maxTokens?: number } = {},
): SmallSystem {
  const config = resolveConfig({
    model: name,
    set: [...smallSizes[name] ?? [], ...set, `maxTokens=${maxTokens}`],
  });
  const inputs = inputsOf({
    labels: { icd: ["428.0", "428.1", "V45.81", "038.9", "038.0"], ccs: ["1", "2", "3"] },
    title: (label) => [2 + label],
    words: SMALL_VOCABULARY,
    width: 8,
    vectors: 3,
  });
  const model = createModel(config, inputs);
  const random = createRandom(5, `small ${name}`);
  for (const weight of model.weights.all().filter(({ variable }) => variable.rank === 1)) {
    const values = Float32Array.from(weight.variable.dataSync(), (value) => {
      return value + 0.3 * random.uniform();
    });
    assignValues(weight, values);
  }
  return { config, inputs, model };
}

/** A model's weights on the host, as a checkpoint has them. */
export function hostWeights(model: Model): Map<string, TensorData> {
  return new Map(
    model.weights.all().map(({ name, variable }) => [name, {
      dtype: "F32",
      shape: variable.shape,
      data: variable.dataSync() as Float32Array,
    }]),
  );
}

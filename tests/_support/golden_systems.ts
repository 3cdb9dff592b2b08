/** The compared systems as tests/interop/zoo.py builds them, and what PyTorch computes for them. */
import type { TrainConfig } from "../../model/config/config.ts";
import { base, resolveConfig } from "../../model/config/presets.ts";
import { assignValues } from "../../model/layers/weights.ts";
import type { Model } from "../../model/model.ts";
import type { BertInputs } from "../../model/zoo/mdbert/bert.ts";
import { createModel, type SystemConfig, systemNamed } from "../../model/zoo/systems.ts";
import { mix32 } from "../../pipeline/random.ts";
import type { Task } from "../../pipeline/schema.ts";
import { inputsOf } from "./inputs.ts";

/** What PyTorch computes for one system. */
interface Golden {
  logits: number[];
  loss: number;
  shapes: Record<string, number[]>;
  frozen: Record<string, number[]>;
  gradients: Record<string, number[]>;
  buffers: Record<string, number[]>;
}

/** Made by tests/interop/zoo.py. */
export const golden: {
  tokens: number[][];
  targets: Record<Task, number[][]>;
  titles: number[][];
  pieces: Record<string, number[]>;
  systems: Record<string, Golden>;
} = JSON.parse(
  await Deno.readTextFile(new URL("../../fixtures/golden/zoo.json", import.meta.url)),
);

const VOCABULARY = 30;
const WIDTH = 8;
/** The codes of each label set. */
export const codes = { icd: ["428.0", "428.1", "V45.81", "038.9", "038.0"], ccs: ["1", "2", "3"] };

/** The sizes of tests/interop/zoo.py. */
const small: { readonly [name: string]: Partial<SystemConfig> } = {
  "marn": { hidden: 4 },
  "cnn": { filters: 6 },
  "bigru": { hidden: 4 },
  "caml": { filters: 5 },
  "dr-caml": { filters: 5 },
  "multi-res-cnn": { kernels: "3,5", filters: 4 },
  "mt-ram": { hidden: 4 },
  "laat": { hidden: 4, attention: 3 },
  "joint-laat": { hidden: 4, attention: 3, projection: 3 },
  "fusion": { kernels: "3,5", filters: 4, heads: 2, feedForward: 6 },
  "mdbert": { sentencePieces: 6, sentences: 6, documentLayers: 1 },
};

const inputs = inputsOf({
  labels: codes,
  title: (label) => golden.titles[label] ?? [],
  words: VOCABULARY,
  width: WIDTH,
});

const bert: BertInputs = {
  config: {
    vocab_size: 20,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 12,
    max_position_embeddings: 10,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    initializer_range: 0.02,
    hidden_dropout_prob: 0,
  },
  wordPieces: Array.from({ length: VOCABULARY }, (_, v) => Int32Array.from(golden.pieces[v]!)),
  cls: 1,
  sep: 2,
};

/** The same value from (name, index) as tests/interop/zoo.py computes. */
function hashed(name: string, size: number, low: number, high: number): Float32Array {
  let state = 0x9e3779b9;
  for (const letter of name) state = mix32(state ^ letter.charCodeAt(0));
  return Float32Array.from({ length: size }, (_, i) => {
    return low + (high - low) * (mix32(state ^ mix32(i + 1)) / 2 ** 32);
  });
}

const wordTables = ["embed.weight", "word_rep.embed.weight", "desc_embedding.weight"];
const isNormWeight = (name: string, shape: readonly number[]) =>
  shape.length === 1 && name.endsWith(".weight");

/** A system in the sizes and with the weights of tests/interop/zoo.py. */
export function goldenModel(name: string): Model {
  const config = configOf(name);
  const model = createModel(config, inputs, name === "mdbert" ? bert : undefined);
  for (const weight of model.weights.all()) {
    const { shape, size } = weight.variable;
    if (weight.name.includes("running_")) continue;
    const [low, high] = isNormWeight(weight.name, shape) ? [0.5, 1.5] : [-0.5, 0.5];
    const values = hashed(weight.name, size, low!, high!);
    if (wordTables.includes(weight.name) || !weight.trainable) values.fill(0, 0, WIDTH);
    assignValues(weight, values);
  }
  return model;
}

function configOf(name: string): TrainConfig {
  const config = resolveConfig({ model: name });
  const quiet = { embeddingDropout: 0, dropout: 0, featureDropout: 0 };
  const known = Object.entries(quiet).filter(([key]) => key in systemNamed(name).options);
  const model = { ...config.model, ...Object.fromEntries(known), ...small[name] } as SystemConfig;
  return { ...config, loss: { ...base.loss, name: "bce" }, model };
}

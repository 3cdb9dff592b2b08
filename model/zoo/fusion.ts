/**
 * Fusion (Luo et al. 2021, model `FlowHidden`): MultiResCNN's channels with soft pooling by two and
 * group norm, one transformer layer over their concatenation, then label attention.
 *
 * Differs from the release:
 * - Network: heads are split channel by channel and scaled by 1/√(width of a head); its plain reshape
 *   without a transpose lets a head see one part of the document alone, under another scale. The
 *   position table is computed, not stored. The unused bias of `U` is left out.
 * - Vectors, initialisation: as there.
 * - Masking: padding is masked everywhere; there, nowhere.
 * - Batches: documents of similar length together, in an order drawn for each epoch.
 * - Monitor, epochs: as there on all codes; on the top 50, P@5 and at most 200 as a reimplementation has
 *   them (dalgu90/icd-coding-benchmark), whose last batch is dropped and ours is not.
 * - Kept: the best epoch on dev.
 * - Data: its README's top-50 row, which the paper quotes, was trained on more documents.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, uniform, xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { dropout, dropoutSeeds } from "../layers/dropout.ts";
import { createLinear } from "../layers/linear.ts";
import { createLayerNorm, NORM_EPSILON } from "../layers/norm.ts";
import { derivePositions, type Mode, type Positions } from "../layers/positions.ts";
import { createResidualConv } from "../layers/residual_conv.ts";
import { selfAttention } from "../layers/self_attention.ts";
import { createSoftPool } from "../layers/soft_pool.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model, TokenBatch } from "../model.ts";
import { Weights, type WeightScope } from "../layers/weights.ts";
import type { System, SystemSettings } from "../system.ts";
import { camlNames, type Encoder, noBlocks, withBlocks } from "./blocks.ts";
import { camlTraining } from "./caml.ts";
import type { Features } from "./heads.ts";
import { multiFilter, type MultiFilterOptions, multiFilterSchemas } from "./multi_res_cnn.ts";
import { count, parseCounts } from "./option_schemas.ts";
import { createEmbed, embedSchemas } from "./embed.ts";

/** Options of Fusion. */
export interface FusionOptions extends MultiFilterOptions {
  /** Heads of the transformer layer. */
  readonly heads: number;
  /** Channels inside its feed-forward part. */
  readonly feedForward: number;
}

/** MultiResCNN's channels, pooled; one transformer layer; label attention. */
export const fusion: System<FusionOptions> = {
  name: "fusion",
  title: "Fusion",
  schemas: {
    kernels: multiFilterSchemas.kernels,
    filters: multiFilterSchemas.filters,
    heads: count,
    feedForward: count,
    featureDropout: multiFilterSchemas.featureDropout,
    ...embedSchemas,
  },
  options: { ...multiFilter, heads: 4, feedForward: 1024 },
  misfit(options) {
    const width = widthOf(options);
    const expected = `a divisor of ${width}, the channels of all kernels together`;
    return width % options.heads === 0 ? undefined : { option: "heads", expected };
  },
  training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
  presets: { "mimic3-full": { epochs: 30 } },
  revision: 2, // biases of convolutions start at PyTorch's default
  create: createFusion,
};

/** Channels of all kernels together. */
function widthOf({ kernels, filters }: FusionOptions): number {
  return parseCounts(kernels).length * filters;
}

function createFusion(settings: SystemSettings<FusionOptions>, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createEncoder(weights, settings.model, inputs);
  const names = camlNames("output_layer", noBlocks);
  return withBlocks({ weights, encoder, names }, { ...settings, model: noBlocks }, inputs);
}

function createEncoder(weights: Weights, config: FusionOptions, inputs: ModelInputs): Encoder {
  const embed = createEmbed(weights.scope("word_rep.embed"), config, inputs);
  const size = inputs.embeddingSize;
  const kernels = parseCounts(config.kernels);
  const channels = kernels.map((kernel) =>
    createChannel(weights.scope(`conv.channel-${kernel}`), size, kernel, config.filters)
  );
  const width = widthOf(config);
  const transform = createTransformer(weights.scope("transfer.encoder_layers.0"), width, config);
  return {
    width,
    encode: (batch, mode) => {
      const x = embed(batch, mode);
      const pooled = channels.map((channel) => channel(x, batch, mode));
      const { positions } = pooled[0]!;
      const joined = tf.concat(pooled.map(({ values }) => values), 2); // [B, ⌈T/2⌉, D]
      const places = tf.tensor2d(positionCodes(positions.width, width), [positions.width, width]);
      const mixed = tf.tanh(transform(tf.add(joined, places), positions));
      const values = mode.training
        ? dropout(mixed, config.featureDropout, dropoutSeeds(mode, "dropout features"))
        : mixed;
      return { values: tf.mul(values, tf.expandDims(positions.mask, 2)), positions };
    },
    tokensPerPosition: 2,
  };
}

function createChannel(
  scope: WeightScope,
  size: number,
  kernel: number,
  filters: number,
): (x: Tensor, batch: TokenBatch, mode: Mode) => Features {
  const convolve = createConv(scope.scope("baseconv"), size, size, {
    kernel,
    bias: true,
    initializer: xavierUniform,
  });
  const pool = createSoftPool(scope.scope("basevonb-pool-0"), size);
  const residual = createResidualConv(scope.scope("resconv-0"), size, filters, {
    kernel,
    norm: "group",
  });
  return (x, batch, mode) => {
    const halves = derivePositions(batch, (length) => Math.ceil(length / 2));
    const pooled = pool(tf.tanh(convolve(x, batch)), halves);
    return { values: residual(pooled, halves, mode), positions: halves };
  };
}

/** One post-norm encoder layer under the release's names; no dropout inside. */
function createTransformer(
  scope: WeightScope,
  width: number,
  { heads, feedForward }: FusionOptions,
): (x: Tensor, positions: Positions) => Tensor {
  const attention = scope.scope("attention");
  const inner = scope.scope("feed_forward");
  const linear = (name: string) => createLinear(attention.scope(`linear_${name}`), width, width);
  const query = linear("q");
  const key = linear("k");
  const value = linear("v");
  const final = linear("final");
  const norm = createLayerNorm(attention.scope("layer_norm"), width, NORM_EPSILON);
  const widen = createPointwise(inner.scope("w1"), width, feedForward);
  const narrow = createPointwise(inner.scope("w2"), feedForward, width);
  const innerNorm = createLayerNorm(inner.scope("layer_norm"), width, NORM_EPSILON);
  return (x, { mask }) => {
    const mixed = final(selfAttention(query(x), key(x), value(x), mask, heads));
    const middle = norm(tf.add(x, mixed));
    return innerNorm(tf.add(middle, narrow(tf.relu(widen(middle)))));
  };
}

/** A convolution with one tap: `weight` [outputs, inputs, 1] and `bias`. */
function createPointwise(
  scope: WeightScope,
  inputs: number,
  outputs: number,
): (x: Tensor) => Tensor {
  const weight = scope.parameter("weight", [outputs, inputs, 1], fanInUniform);
  const bias = scope.parameter("bias", [outputs], uniform(1 / Math.sqrt(inputs)));
  return (x) => {
    const rows = tf.reshape(x, [-1, inputs]);
    const y = tf.matMul(rows, tf.reshape(weight, [outputs, inputs]), false, true);
    return tf.reshape(tf.add(y, bias), [...x.shape.slice(0, -1), outputs]);
  };
}

/** Position codes [positions, width] (Vaswani et al. 2017): sines in even channels, cosines in odd. */
export function positionCodes(positions: number, width: number): Float32Array {
  const values = new Float32Array(positions * width);
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < width; i++) {
      const angle = p / 10000 ** ((2 * Math.floor(i / 2)) / width);
      values[p * width + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return values;
}

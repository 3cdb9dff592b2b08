/**
 * MultiResCNN (Li and Yu 2020): six parallel convolutions of different widths, each followed by a
 * residual block, then label attention over their concatenation.
 *
 * Differs from the release: padding is masked in convolutions, batch norm and attention; the unused
 * bias of `U` is left out.
 *
 * @module
 */
import { deriveSeed } from "../../pipeline/random.ts";
import type { SystemSettings } from "../config/config.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { dropout } from "../layers/dropout.ts";
import { createResidualConv } from "../layers/residual_conv.ts";
import type { Model, ModelInputs, TokenBatch } from "../model.ts";
import type { Mode } from "../layers/positions.ts";
import { type MultiResCnnConfig, parseCounts } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { camlNames, type Encoder, withBlocks } from "./blocks.ts";
import { createWords } from "./embed.ts";

/** MultiResCNN as configured, with fresh weights. */
export function createMultiResCnn(
  settings: SystemSettings<MultiResCnnConfig>,
  inputs: ModelInputs,
): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createEncoder(weights, settings.model, inputs);
  const names = camlNames("output_layer", settings.model);
  return withBlocks({ name: "multi-res-cnn", weights, encoder, names }, settings, inputs);
}

function createEncoder(weights: Weights, config: MultiResCnnConfig, inputs: ModelInputs): Encoder {
  const words = createWords(weights, "word_rep.embed", config, inputs);
  const size = inputs.embeddings.length / inputs.vocabularySize;
  const channels = parseCounts(config.kernels).map((kernel) => {
    const scope = weights.scope(`conv.channel-${kernel}`);
    const convolve = createConv(scope.scope("baseconv"), size, size, {
      kernel,
      bias: true,
      initializer: xavierUniform,
      biasInitializer: fanInUniform,
    });
    const residual = createResidualConv(scope.scope("resconv-0"), size, config.filters, {
      kernel,
      norm: "batch",
    });
    return (x: Tensor, batch: TokenBatch, mode: Mode) => {
      const features = residual(tf.tanh(convolve(x, batch)), batch, mode);
      if (!mode.training) return features;
      const seed = deriveSeed(mode.seed, "dropout channel", kernel);
      return dropout(features, config.featureDropout, seed);
    };
  });
  return {
    width: channels.length * config.filters,
    encode: (batch, mode) => {
      const x = words(batch, mode);
      const values = tf.concat(channels.map((channel) => channel(x, batch, mode)), 2);
      return { values, positions: batch };
    },
  };
}

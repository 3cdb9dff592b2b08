/**
 * MultiResCNN (Li and Yu 2020): six parallel convolutions of different widths, each followed by a
 * residual block, then label attention over their concatenation.
 *
 * Differs from the release:
 * - Vectors, initialisation: as there; word vectors are trained, as its README's commands ask. The unused
 *   bias of `U` is left out.
 * - Masking: padding is masked in convolutions, batch norm and attention; there, nowhere.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, documents
 *   are shuffled. A batch of more than `microTokens` is computed in parts, each with its own statistics
 *   in batch norm.
 * - Monitor, epochs, kept: as there.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { dropout, dropoutSeeds } from "../layers/dropout.ts";
import { createResidualConv } from "../layers/residual_conv.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model, TokenBatch } from "../model.ts";
import type { Mode } from "../layers/positions.ts";
import { Weights } from "../layers/weights.ts";
import type { OptionSchemas, System, SystemSettings } from "../system.ts";
import {
  type BlockOptions,
  blockSchemas,
  camlNames,
  type Encoder,
  noBlocks,
  ramMisfit,
  withBlocks,
} from "./blocks.ts";
import { camlTraining, camlWords } from "./caml.ts";
import { count, oddCounts, parseCounts, rate } from "./option_schemas.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";

/** Options of the parallel convolutions. */
export interface MultiFilterOptions extends EmbedOptions {
  /** Taps of the parallel convolutions, odd and distinct, as in "3,5,9". */
  readonly kernels: string;
  /** Channels that each of them ends in. */
  readonly filters: number;
  /** Share of the features dropped in training. */
  readonly featureDropout: number;
}

/** Schemas of what {@linkcode MultiFilterOptions} adds to word vectors. */
export const multiFilterSchemas: OptionSchemas<
  Omit<MultiFilterOptions, keyof EmbedOptions>
> = { kernels: oddCounts, filters: count, featureDropout: rate };

/** The release's six convolutions, over word vectors as CAML has them. */
export const multiFilter: MultiFilterOptions = {
  kernels: "3,5,9,15,19,25",
  filters: 50,
  featureDropout: 0.2,
  ...camlWords,
};

/** Options of MultiResCNN. */
export interface MultiResCnnOptions extends MultiFilterOptions, BlockOptions {}

/** Parallel convolutions of several widths, each with a residual block; label attention. */
export const multiResCnn: System<MultiResCnnOptions> = {
  name: "multi-res-cnn",
  title: "MultiResCNN",
  base: "multi-res-cnn",
  schemas: { ...multiFilterSchemas, ...embedSchemas, ...blockSchemas },
  options: { ...multiFilter, ...noBlocks },
  misfit: (model) => ramMisfit(model, "filters", parseCounts(model.kernels).length),
  training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 500 },
  revision: 2, // biases of convolutions start at PyTorch's default
  create: createMultiResCnn,
};

function createMultiResCnn(
  settings: SystemSettings<MultiResCnnOptions>,
  inputs: ModelInputs,
): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createEncoder(weights, settings.model, inputs);
  const names = camlNames("output_layer", settings.model);
  return withBlocks({ weights, encoder, names }, settings, inputs);
}

function createEncoder(weights: Weights, config: MultiResCnnOptions, inputs: ModelInputs): Encoder {
  const embed = createEmbed(weights.scope("word_rep.embed"), config, inputs);
  const size = inputs.embeddingSize;
  const channels = parseCounts(config.kernels).map((kernel) => {
    const scope = weights.scope(`conv.channel-${kernel}`);
    const convolve = createConv(scope.scope("baseconv"), size, size, {
      kernel,
      bias: true,
      initializer: xavierUniform,
    });
    const residual = createResidualConv(scope.scope("resconv-0"), size, config.filters, {
      kernel,
      norm: "batch",
    });
    return (x: Tensor, batch: TokenBatch, mode: Mode) => {
      const features = residual(tf.tanh(convolve(x, batch)), batch, mode);
      if (!mode.training) return features;
      const seeds = dropoutSeeds(mode, "dropout channel", kernel);
      return dropout(features, config.featureDropout, seeds);
    };
  });
  return {
    width: channels.length * config.filters,
    encode: (batch, mode) => {
      const x = embed(batch, mode);
      const values = tf.concat(channels.map((channel) => channel(x, batch, mode)), 2);
      return { values, positions: batch };
    },
  };
}

/**
 * CAML, convolutional attention for multi-label classification (Mullenbach et al. 2018, `ConvAttnPool`
 * of caml-mimic): one convolution, tanh, label attention.
 *
 * Differs from the release:
 * - Vectors, initialisation: as there. The unused bias of `U` is left out.
 * - Masking: attention sees a document's own positions (kernel 10 with 5 zeros on each side makes one
 *   more than it has tokens) and never its padding.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, sorted by
 *   length and never shuffled.
 * - Monitor: P@5 on the top 50; there, P@8, which is never computed, so that nothing ends training
 *   early and no epoch is best.
 * - Epochs, kept: as there, at most 200 and the best one on dev.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { derivePositions } from "../layers/positions.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model } from "../model.ts";
import { Weights } from "../layers/weights.ts";
import type { Assignments, System, SystemSettings } from "../system.ts";
import {
  type BlockOptions,
  blockSchemas,
  camlNames,
  type Encoder,
  noBlocks,
  ramMisfit,
  withBlocks,
} from "./blocks.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";
import { count } from "./option_schemas.ts";

/** Word vectors as caml-mimic has them: each divided by its length, and trained. */
export const camlWords: EmbedOptions = {
  embeddingDropout: 0.2,
  trainEmbedding: true,
  unitEmbedding: true,
};

/** The training that all systems share which grew out of caml-mimic. */
export const camlTraining: Assignments = {
  "loss.name": "bce",
  "optimizer.clipNorm": 0,
  batchSize: 16,
  maxTokens: 2500,
};

/** Options of the encoder, which DR-CAML has, too. */
export interface CamlEncoderOptions extends EmbedOptions {
  /** Channels that the convolution makes. */
  readonly filters: number;
  /** Taps of the convolution. */
  readonly kernel: number;
}

/** Options of CAML, and of the paper's blocks, which Figure 8 puts on it. */
export interface CamlOptions extends CamlEncoderOptions, BlockOptions {}

/** One convolution, tanh, label attention. */
export const caml: System<CamlOptions> = {
  name: "caml",
  title: "CAML",
  base: "caml",
  schemas: { filters: count, kernel: count, ...embedSchemas, ...blockSchemas },
  options: { filters: 50, kernel: 10, ...camlWords, ...noBlocks },
  misfit: (model) => ramMisfit(model, "filters", 1),
  training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
  revision: 2, // biases of convolutions start at PyTorch's default
  create: createCaml,
};

function createCaml(settings: SystemSettings<CamlOptions>, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createCamlEncoder(weights, settings.model, inputs);
  return withBlocks({ weights, encoder, names: camlNames("", settings.model) }, settings, inputs);
}

/** Word vectors, their dropout, the convolution and tanh: tokens [B, T] to features [B, P, filters]. */
export function createCamlEncoder(
  weights: Weights,
  { filters, kernel, ...embedding }: CamlEncoderOptions,
  inputs: ModelInputs,
): Encoder {
  const embed = createEmbed(weights.scope("embed"), embedding, inputs);
  const padding = Math.floor(kernel / 2);
  const convolve = createConv(weights.scope("conv"), inputs.embeddingSize, filters, {
    kernel,
    padding,
    bias: true,
    initializer: xavierUniform,
  });
  return {
    width: filters,
    encode: (batch, mode) => {
      const positions = derivePositions(batch, (length) => length + 2 * padding - kernel + 1);
      return { values: tf.tanh(convolve(embed(batch, mode), batch, positions)), positions };
    },
  };
}

/**
 * CAML, convolutional attention for multi-label classification (Mullenbach et al. 2018, `ConvAttnPool`
 * of caml-mimic): one convolution, tanh, label attention.
 *
 * Differs from the release: attention sees a document's own positions (kernel 10 with 5 zeros on each
 * side makes one more than it has tokens) and never its padding; on the top 50 early stopping watches
 * P@5 (there, a P@8 that is never computed); batches are shuffled; the unused bias of `U` is left out.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { tf } from "../engine/tf.ts";
import { fanInUniform, xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { derivePositions } from "../layers/positions.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { CamlConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { camlNames, type Encoder, withBlocks } from "./blocks.ts";
import { createWords } from "./embed.ts";

/** CAML as configured, with fresh weights. */
export function createCaml(settings: SystemSettings<CamlConfig>, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createCamlEncoder(weights, settings.model, inputs);
  const names = camlNames("", settings.model);
  return withBlocks({ name: "caml", weights, encoder, names }, settings, inputs);
}

/** Word vectors, their dropout, the convolution and tanh. */
export function createCamlEncoder(
  weights: Weights,
  { filters, kernel, ...embedding }: Omit<CamlConfig, "name" | "mtl" | "ram" | "dropout">,
  inputs: ModelInputs,
): Encoder {
  const words = createWords(weights, "embed", embedding, inputs);
  const padding = Math.floor(kernel / 2);
  const convolve = createConv(
    weights.scope("conv"),
    inputs.embeddings.length / inputs.vocabularySize,
    filters,
    { kernel, padding, bias: true, initializer: xavierUniform, biasInitializer: fanInUniform },
  );
  return {
    width: filters,
    encode: (batch, mode) => {
      const positions = derivePositions(batch, (length) => length + 2 * padding - kernel + 1);
      return { values: tf.tanh(convolve(words(batch, mode), batch, positions)), positions };
    },
  };
}

/**
 * MT-RAM (Sun et al. 2021, VRCMF/MT-RAM), MARN's predecessor: the same network trained with plain
 * binary cross-entropy, under the names and the first values of its release.
 *
 * Differs from the release: bidirectional and with its RAM, which its README's command leaves out and
 * then trains a smaller network without a word; padding is masked; the unused biases of `U` and
 * `U_ccs` are left out.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { fanInUniform, uniform } from "../layers/initializers.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { MtRamConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { camlNames, withBlocks } from "./blocks.ts";
import { createBiGruEncoder } from "./marn.ts";

/** Names of a RAM block's layers, and PyTorch's default start of its convolutions. */
const ramLayers = {
  conv1: "0",
  bn1: "1",
  conv2: "3",
  bn2: "4",
  initializer: fanInUniform,
};

/** MT-RAM as configured, with fresh weights. */
export function createMtRam(settings: SystemSettings<MtRamConfig>, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createBiGruEncoder(weights, settings.model, inputs, {
    words: "word_rep.embed",
    gru: "encoder",
    initializer: uniform(1 / Math.sqrt(settings.model.hidden)),
  });
  const names = camlNames("output_layer", settings.model, ramLayers);
  return withBlocks({ name: "mt-ram", weights, encoder, names }, settings, inputs);
}

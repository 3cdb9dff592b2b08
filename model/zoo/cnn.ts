/**
 * CNN (Mullenbach et al. 2018, `VanillaConv` of caml-mimic): one convolution, tanh, and the largest
 * value of each filter over the document.
 *
 * Differs from the release: a document's windows end with the document (there, they run through its
 * padding), batches are shuffled (there, sorted by length once), and a document shorter than the
 * kernel is one window.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { tf } from "../engine/tf.ts";
import { fanInUniform, xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { createLinear } from "../layers/linear.ts";
import { maxPool } from "../layers/max_pool.ts";
import { derivePositions } from "../layers/positions.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { CnnConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { createSingleTask } from "./single_task.ts";
import { createWords } from "./embed.ts";

/** The network as configured, with fresh weights. */
export function createCnn(settings: SystemSettings<CnnConfig>, inputs: ModelInputs): Model {
  const { model: { filters, kernel, ...embedding }, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const words = createWords(weights, "embed", embedding, inputs);
  const width = inputs.embeddings.length / inputs.vocabularySize;
  const convolve = createConv(weights.scope("conv"), width, filters, {
    kernel,
    padding: 0,
    bias: true,
    initializer: xavierUniform,
    biasInitializer: fanInUniform,
  });
  const classify = createLinear(weights.scope("fc"), filters, inputs.labels[target], {
    initializer: xavierUniform,
  });
  return createSingleTask({
    name: "cnn",
    weights,
    target,
    loss,
    logits: (batch, mode) => {
      const windows = derivePositions(batch, (length) => Math.max(1, length - kernel + 1));
      const width = Math.max(kernel, batch.width);
      const x = tf.pad(words(batch, mode), [[0, 0], [0, width - batch.width], [0, 0]]);
      const features = tf.tanh(convolve(x, { ...batch, width }, windows)); // [B, P, filters]
      return classify(maxPool(features, windows.mask));
    },
  });
}

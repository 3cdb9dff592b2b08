/**
 * CNN (Mullenbach et al. 2018, `VanillaConv` of caml-mimic): one convolution, tanh, and the largest
 * value of each filter over the document.
 *
 * Differs from the release:
 * - Vectors, initialisation: as there.
 * - Masking: a document's windows end with the document; there, they run through its padding. A
 *   document shorter than the kernel is one window.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, sorted by
 *   length and never shuffled.
 * - Monitor, epochs, kept: as there. On the top 50 that is micro-F1, and epochs in which nothing is
 *   predicted do not count.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { createLinear } from "../layers/linear.ts";
import { maxPool } from "../layers/max_pool.ts";
import { derivePositions } from "../layers/positions.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model } from "../model.ts";
import { Weights } from "../layers/weights.ts";
import type { System, SystemSettings } from "../system.ts";
import { camlTraining, camlWords } from "./caml.ts";
import { count } from "./option_schemas.ts";
import { createSingleTask } from "./single_task.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";

/** Options of the CNN: its word vectors, its filters and their width. */
export interface CnnOptions extends EmbedOptions {
  /** Channels that the convolution makes. */
  readonly filters: number;
  /** Taps of the convolution. */
  readonly kernel: number;
}

/** One convolution, tanh, the largest value of each filter, a linear classifier. */
export const cnn: System<CnnOptions> = {
  name: "cnn",
  title: "CNN",
  schemas: { filters: count, kernel: count, ...embedSchemas },
  options: { filters: 500, kernel: 4, ...camlWords },
  training: { ...camlTraining, "optimizer.learningRate": 3e-3, epochs: 100 },
  presets: { "mimic3-50": { monitor: "micro_f1_caml", patience: 3 } },
  revision: 2, // biases of convolutions start at PyTorch's default
  create: createCnn,
};

function createCnn(settings: SystemSettings<CnnOptions>, inputs: ModelInputs): Model {
  const { model: { filters, kernel, ...embedding }, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const embed = createEmbed(weights.scope("embed"), embedding, inputs);
  const convolve = createConv(weights.scope("conv"), inputs.embeddingSize, filters, {
    kernel,
    padding: 0,
    bias: true,
    initializer: xavierUniform,
  });
  const classify = createLinear(weights.scope("fc"), filters, inputs.labels[target].length, {
    initializer: xavierUniform,
  });
  return createSingleTask({
    weights,
    target,
    loss,
    logits: (batch, mode) => {
      const windows = derivePositions(batch, (length) => Math.max(1, length - kernel + 1));
      const width = Math.max(kernel, batch.width);
      const x = tf.pad(embed(batch, mode), [[0, 0], [0, width - batch.width], [0, 0]]);
      const features = tf.tanh(convolve(x, { ...batch, width }, windows)); // [B, P, filters]
      return classify(maxPool(features, windows.mask));
    },
  });
}

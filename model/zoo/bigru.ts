/**
 * BiGRU (Mullenbach et al. 2018, `VanillaRNN` of caml-mimic): a bidirectional GRU whose two final
 * states are classified. The paper's Tables 1 and 2 compare with it; the BiGRU base of its Figure 8,
 * which has label attention, is MARN without its blocks.
 *
 * Differs from the release:
 * - Network: it is bidirectional on both label sets; the release's top-50 script leaves that flag out.
 * - Vectors, initialisation: as there. No dropout is applied, as there.
 * - Masking: each document has its own length; there, the forward state runs through padding and the
 *   backward one starts on it.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, sorted by
 *   length and never shuffled.
 * - Monitor, epochs, kept: as there. On the top 50 that is micro-F1, and epochs in which nothing is
 *   predicted do not count.
 *
 * @module
 */
import { createGru, finalStates } from "../layers/recurrence/recurrent.ts";
import { createLinear } from "../layers/linear.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model } from "../model.ts";
import { Weights } from "../layers/weights.ts";
import type { System, SystemSettings } from "../system.ts";
import { camlTraining, camlWords } from "./caml.ts";
import { count } from "./option_schemas.ts";
import { createSingleTask } from "./single_task.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";

/** Options of the BiGRU: its word vectors and its width. */
export interface BiGruOptions extends EmbedOptions {
  /** Units of each GRU direction. */
  readonly hidden: number;
}

/** A bidirectional GRU whose two final states are classified: no label attention. */
export const biGru: System<BiGruOptions> = {
  name: "bigru",
  title: "BiGRU",
  schemas: { hidden: count, ...embedSchemas },
  options: { hidden: 256, ...camlWords, embeddingDropout: 0 },
  training: { ...camlTraining, "optimizer.learningRate": 3e-3, epochs: 100 },
  presets: { "mimic3-50": { monitor: "micro_f1_caml", patience: 3, epochs: 200 } },
  create: createBiGru,
};

function createBiGru(settings: SystemSettings<BiGruOptions>, inputs: ModelInputs): Model {
  const { model: { hidden, ...embedding }, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const embed = createEmbed(weights.scope("embed"), embedding, inputs);
  const gru = createGru(weights.scope("rnn"), inputs.embeddingSize, hidden, {
    bidirectional: true,
    frozenInput: !embedding.trainEmbedding,
  });
  const classify = createLinear(weights.scope("final"), 2 * hidden, inputs.labels[target].length);
  return createSingleTask({
    weights,
    target,
    loss,
    logits: (batch, mode) => classify(finalStates(gru(embed(batch, mode), batch), batch)),
  });
}

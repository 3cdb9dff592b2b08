/**
 * BiGRU (Mullenbach et al. 2018, `VanillaRNN` of caml-mimic): a bidirectional GRU whose two final
 * states are classified. The paper's Tables 1 and 2 compare with it; the BiGRU base of its Figure 8,
 * which has label attention, is MARN without its blocks.
 *
 * Differs from the release: each document has its own length (there, the forward state runs through
 * padding and the backward one starts on it), it is bidirectional on both label sets (the release's
 * top-50 script leaves that flag out), and batches are shuffled.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { uniform } from "../layers/initializers.ts";
import { createGru, finalStates } from "../layers/recurrence/recurrent.ts";
import { createLinear } from "../layers/linear.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { BiGruConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { createSingleTask } from "./single_task.ts";
import { createWords } from "./embed.ts";

/** The network as configured, with fresh weights. */
export function createBiGru(settings: SystemSettings<BiGruConfig>, inputs: ModelInputs): Model {
  const { model: { hidden, ...embedding }, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const words = createWords(weights, "embed", embedding, inputs);
  const start = uniform(1 / Math.sqrt(hidden));
  const gru = createGru(
    weights.scope("rnn"),
    inputs.embeddings.length / inputs.vocabularySize,
    hidden,
    {
      bidirectional: true,
      initializer: start,
      biasInitializer: start,
      frozenInput: !embedding.trainEmbedding,
    },
  );
  const classify = createLinear(weights.scope("final"), 2 * hidden, inputs.labels[target]);
  return createSingleTask({
    name: "bigru",
    weights,
    target,
    loss,
    logits: (batch, mode) => classify(finalStates(gru(words(batch, mode), batch), batch)),
  });
}

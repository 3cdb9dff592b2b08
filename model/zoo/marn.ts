/**
 * MARN, the multitask balanced and recalibrated network (paper §3), from the bottom up:
 *
 * - §3.1 word vectors and a bidirectional GRU: {@linkcode createBiGruEncoder};
 * - §3.2 the recalibrated aggregation module over its states: `layers/recalibrate.ts`;
 * - §3.3 a label attention and classifier for each of the two label sets: `layers/label_attention.ts`;
 * - §3.4 both tasks' focal losses, weighted and added: `loss.ts`.
 *
 * The last three are blocks that go over any base encoder: `blocks.ts` puts them together. Without
 * them, and with plain BCE, this is the paper's BiGRU base.
 *
 * Legend: `B` documents, `T` tokens, `H` hidden units a direction. Features are zero on padding.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { createGru } from "../layers/recurrence/recurrent.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { MarnConfig, MtRamConfig } from "../config/systems.ts";
import { type Initializer, Weights } from "../layers/weights.ts";
import { type Encoder, marnNames, withBlocks } from "./blocks.ts";
import { createWords } from "./embed.ts";

/** MARN as configured, with fresh weights. */
export function createMarn(settings: SystemSettings<MarnConfig>, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createBiGruEncoder(weights, settings.model, inputs, {
    words: "word_embedding",
    gru: "gru",
  });
  return withBlocks({ name: "marn", weights, encoder, names: marnNames }, settings, inputs);
}

/** Where the encoder's weights stand, and how the GRU's start if not Xavier-uniform and zero. */
export interface BiGruNames {
  /** Scope of the word vectors. */
  readonly words: string;
  /** Scope of the GRU. */
  readonly gru: string;
  /** First values of all of the GRU's weights. */
  readonly initializer?: Initializer;
}

/** §3.1 Input layer and base encoder: word vectors, dropout, BiGRU (eqs. 1–3), to [B, T, 2H]. */
export function createBiGruEncoder(
  weights: Weights,
  config: Omit<MarnConfig | MtRamConfig, "name">,
  inputs: ModelInputs,
  { words, gru, initializer }: BiGruNames,
): Encoder {
  const embed = createWords(weights, words, config, inputs);
  const wordWidth = inputs.embeddings.length / inputs.vocabularySize; // 100
  const states = createGru(weights.scope(gru), wordWidth, config.hidden, {
    bidirectional: true,
    frozenInput: !config.trainEmbedding,
    ...(initializer && { initializer, biasInitializer: initializer }),
  });
  return {
    width: 2 * config.hidden,
    encode: (batch, mode) => ({ values: states(embed(batch, mode), batch), positions: batch }),
  };
}

/**
 * MARN, the multitask balanced and recalibrated network (paper §3). Start reading here.
 *
 * Each of its parts has a file: the GRU in `layers/recurrence/`, the recalibrated aggregation module in
 * `layers/recalibrate.ts`, label attention in `layers/label_attention.ts`, one label attention for each
 * task in `heads.ts`, the focal loss in `loss.ts`. Without its blocks, and with plain cross-entropy,
 * this is the paper's BiGRU base.
 *
 * Differs from the release (VRCMF/MARN):
 * - Vectors: as there, each word vector is divided by its length and frozen. The presets for small
 *   cohorts read them as word2vec left them, which tables call "MARN, raw vectors".
 * - Masking: padding is masked in the GRU, the convolutions, batch norm and attention; there, nowhere.
 * - Initialisation: as there, PyTorch's defaults, and Xavier-uniform for the label layers. The biases of
 *   the queries, which are never used there, are left out.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, documents
 *   are shuffled. A batch of more than `microTokens` is computed in parts, each with its own statistics
 *   in batch norm.
 * - Monitor: P@5 or P@8 of ICD codes, as §4.2 says; there, macro-F1 unless told otherwise.
 * - Epochs: at most 100, as patience ends them in §4.2; its README says 50.
 * - Kept: the best epoch on dev; there, the last one where patience never ran out.
 * - Loss: as there, α weighs positives and negatives alike and entries are averaged. Eq. 16 is
 *   `focal-balanced`.
 * - Optimizer: Adam; there, AdamW without decay, which is the same.
 *
 * Legend: `B` documents, `T` tokens, `E` values of a word vector, `H` hidden units a direction, `L`
 * labels of a task. Features are zero on padding.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import type { ModelInputs } from "../inputs.ts";
import { inference, type Mode } from "../layers/positions.ts";
import { createGru } from "../layers/recurrence/recurrent.ts";
import { Weights } from "../layers/weights.ts";
import type { Model, TokenBatch } from "../model.ts";
import type { Assignments, OptionSchemas, System, SystemSettings } from "../system.ts";
import {
  type BlockNames,
  type BlockOptions,
  blockSchemas,
  createRecalibration,
  tasksOf,
} from "./blocks.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";
import { createHeads } from "./heads.ts";
import { evenCount } from "./option_schemas.ts";

/** Options of MARN. */
export interface MarnOptions extends EmbedOptions, BlockOptions {
  /** Units of each GRU direction, H: even, for the RAM quarters twice of them. */
  readonly hidden: number;
}

/** Schemas of {@linkcode MarnOptions}. */
export const marnSchemas: OptionSchemas<MarnOptions> = {
  hidden: evenCount,
  ...embedSchemas,
  ...blockSchemas,
};

/** As word2vec left them: on some hundreds of documents MARN learns several times faster from these. */
const rawVectors: Assignments = { "model.unitEmbedding": false };

/** BiGRU, RAM, label attention for each task, focal losses, weighted. */
export const marn: System<MarnOptions> = {
  name: "marn",
  title: "MARN",
  base: "bigru", // the BiGRU with label attention: MARN without its blocks
  schemas: marnSchemas,
  options: {
    hidden: 300,
    embeddingDropout: 0.2,
    trainEmbedding: false,
    unitEmbedding: true,
    mtl: true,
    ram: true,
    ramUp: "deconvolution",
    dropout: 0.2,
  },
  presets: { codiesp: rawVectors, demo: rawVectors, small: rawVectors },
  revision: 2, // GRU and convolutions start at PyTorch's defaults
  create: (settings, inputs) => createNetwork(settings, inputs, marnNames),
};

/** Names of the network's scopes of weights, by which MARN and MT-RAM differ. */
export interface NetworkNames extends BlockNames {
  readonly words: string;
  readonly gru: string;
}

/** The scopes of MARN's weights. */
export const marnNames: NetworkNames = {
  words: "word_embedding",
  gru: "gru",
  ram: "ram",
  head: (task) => ({ scope: task }),
};

/** The network of §3, with fresh weights under the given names. */
export function createNetwork(
  { model, target, loss }: SystemSettings<MarnOptions>,
  inputs: ModelInputs,
  names: NetworkNames,
): Model {
  const { hidden } = model; // H
  const tasks = tasksOf({ model, target });
  const weights = new Weights(inputs.seed);
  const embed = createEmbed(weights.scope(names.words), model, inputs);
  const gru = createGru(weights.scope(names.gru), inputs.embeddingSize, hidden, {
    bidirectional: true,
    frozenInput: !model.trainEmbedding,
  });
  const ram = createRecalibration(weights, 2 * hidden, model, names);
  const heads = createHeads(weights, { tasks, width: 2 * hidden, names: names.head, loss }, inputs);

  const encode = (batch: TokenBatch, mode: Mode) => {
    const x = embed(batch, mode); //              [B, T, E]   §3.1, word vectors and their dropout
    const h = gru(x, batch); //                   [B, T, 2H]  §3.1, eqs. 1–3
    const o = ram ? ram(h, batch, mode) : h; //   [B, T, 2H]  §3.2, eqs. 4–11
    return { values: o, positions: batch };
  };

  return {
    tasks,
    weights,
    // [B, L] of each task: §3.3, eqs. 12–15
    logits: (batch, mode) => tf.tidy(() => heads.logits(encode(batch, mode))),
    // the tasks' focal losses, weighted and added: §3.4, eqs. 16–17
    loss: (batch, targets, mode) => tf.tidy(() => heads.loss(encode(batch, mode), targets)),
    // [B, labels, T]: A of eq. 12
    attention: (batch, task, labels) =>
      tf.tidy(() => heads.attention(encode(batch, inference), task, labels)),
    labelVectors: heads.labelVectors,
  };
}

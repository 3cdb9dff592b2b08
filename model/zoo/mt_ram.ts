/**
 * MT-RAM (Sun et al. 2021, VRCMF/MT-RAM), MARN's predecessor: the same network trained with plain
 * binary cross-entropy, under the names and the first values of its release.
 *
 * Differs from the release:
 * - Network: it is bidirectional and has its RAM. The command in the release's README leaves both out,
 *   and so trains a smaller network.
 * - Vectors, initialisation: as there.
 * - Masking: padding is masked everywhere; there, nowhere. The unused biases of `U` and `U_ccs` are left
 *   out.
 * - Batches: documents of similar length together, in an order drawn for each epoch.
 * - Monitor, epochs: as there, CAML's macro-F1 and at most 50; on all codes, which its README does not
 *   train, the values of its options' help.
 * - Labels: a document whose codes have no category stays, and such codes are listed; there, it is skipped,
 *   and a procedure without a category is dropped unsaid.
 * - Kept: the best epoch on dev; MARN's release, which grew out of it, tests the last one where patience
 *   never ran out.
 *
 * @module
 */
import type { RamLayers } from "../layers/recalibrate.ts";
import type { System } from "../system.ts";
import { camlNames } from "./blocks.ts";
import { createNetwork, marn, type MarnOptions, marnSchemas, type NetworkNames } from "./marn.ts";

/** Names of a RAM block's layers. */
const ramLayers: RamLayers = { conv1: "0", bn1: "1", conv2: "3", bn2: "4" };

/** MARN's network trained with plain cross-entropy. */
export const mtRam: System<MarnOptions> = {
  name: "mt-ram",
  title: "MT-RAM",
  schemas: marnSchemas,
  options: marn.options,
  training: {
    "loss.name": "bce",
    "optimizer.learningRate": 8e-3,
    batchSize: 16,
    maxTokens: 2500,
    epochs: 50,
    monitor: "macro_f1_caml",
  },
  presets: { "mimic3-full": { batchSize: 32, epochs: 100 } },
  create: (settings, inputs) => createNetwork(settings, inputs, mtRamNames(settings.model)),
};

/** The names of its release. */
export function mtRamNames(model: Pick<MarnOptions, "mtl">): NetworkNames {
  return {
    words: "word_rep.embed",
    gru: "encoder",
    ...camlNames("output_layer", model, ramLayers),
  };
}

/**
 * What a run will cost, measured: one training step of it on documents of median length.
 *
 * @module
 */
import { checkpointFolder, readBertCheckpoint } from "../../model/bert_checkpoint.ts";
import type { TrainConfig } from "../../model/config.ts";
import { tf } from "../../model/engine/tf.ts";
import { batchGradients } from "../../model/gradients.ts";
import { modelInputs } from "../../model/inputs.ts";
import { splitBatch } from "../../model/micro_batches.ts";
import { createOptimizer } from "../../model/optimizer.ts";
import { createModel } from "../../model/zoo/index.ts";
import { collate, type Documents, planBatches, readSplit } from "../../pipeline/batches.ts";
import { type Dataset, readEmbeddings } from "../../pipeline/dataset.ts";

/** Seconds of all epochs of a run on this machine, early stopping and dev scoring aside. */
export async function estimateSeconds(config: TrainConfig, dataset: Dataset): Promise<number> {
  using documents = await readSplit(dataset, "train");
  const { icd, ccs, vocabulary } = dataset;
  const folder = checkpointFolder(config);
  const bert = folder ? await readBertCheckpoint(folder, vocabulary) : undefined;
  const lists = { labels: { icd, ccs }, vocabulary };
  const inputs = modelInputs(lists, await readEmbeddings(dataset), config.seed, bert);
  const model = createModel(config, inputs);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const plan = planBatches(documents.lengths, { ...config, epoch: 0, shuffle: true });
  const parts = medianParts(plan, documents, config);
  const step = () => {
    const mode = { training: true, seed: 1 };
    const { loss, byName } = batchGradients(model, parts, inputs.labels, mode);
    const norm = optimizer.update(byName);
    norm.dataSync(); // waits for the device
    tf.dispose([loss, norm, ...byName.values()]);
  };
  try {
    step();
    const begun = performance.now();
    step();
    return (performance.now() - begun) / 1000 * plan.length * config.epochs;
  } finally {
    optimizer.dispose();
    model.weights.dispose();
  }
}

/** The batch whose longest document is the median over batches, as the trainer computes it. */
function medianParts(plan: readonly Int32Array[], documents: Documents, config: TrainConfig) {
  const width = (rows: Int32Array) => Math.max(...rows.map((row) => documents.lengths[row]!));
  const ordered = plan.toSorted((a, b) => width(a) - width(b));
  const rows = ordered[Math.floor(ordered.length / 2)]!;
  return splitBatch(rows, documents.lengths, config.maxTokens, config.microTokens)
    .map((part) => collate(documents, part, config.maxTokens));
}

/**
 * What a peer compares its own with: MARN's logits, loss and gradients, the weights and the batch that
 * they are of. Without dropout, whose draws differ.
 *
 * @module
 */
import { join } from "node:path";
import { tf } from "../../../model/engine/tf.ts";
import { disposeTokens, feedTokens, multiHot } from "../../../model/feed.ts";
import { batchGradients } from "../../../model/train/step.ts";
import { encodeSafetensors, type TensorData } from "../../../pipeline/files/safetensors.ts";
import { createWorkloadBatch, createWorkloadModel, type Workload } from "../workload.ts";

/**
 * Everything by name: weights under their own, `gradient.<weight>`, and `check.tokens`, `lengths`,
 * `icd`, `ccs`, `logits` and `loss`.
 */
export function computeCheck(workload: Workload): Map<string, TensorData> {
  const { model } = createWorkloadModel(workload, { quiet: true });
  const batch = createWorkloadBatch(workload), { labels, documents } = workload;
  const mode = { training: true, seed: 1 };
  const named = new Map<string, TensorData>();
  const add = (name: string, shape: readonly number[], data: Float32Array) =>
    named.set(name, { dtype: "F32", shape: [...shape], data });
  for (const { name, variable } of model.weights.all()) {
    add(name, variable.shape, variable.dataSync() as Float32Array);
  }
  const { loss, byName } = batchGradients(model, [batch], labels, mode);
  add("check.loss", [1], loss.dataSync() as Float32Array);
  for (const [name, gradient] of byName) {
    add(`gradient.${name}`, gradient.shape, gradient.dataSync() as Float32Array);
  }
  const tokens = feedTokens(batch);
  tf.tidy(() => {
    const outputs = model.forward(tokens, mode);
    const logits = tf.concat(model.tasks.map((task) => outputs[task]!), 1);
    add("check.logits", logits.shape, logits.dataSync() as Float32Array);
  });
  for (const task of ["icd", "ccs"] as const) {
    add(`check.${task}`, [documents, labels[task]], multiHot(batch.labels[task], labels[task]));
  }
  named.set("check.tokens", {
    dtype: "I32",
    shape: [documents, workload.tokens],
    data: batch.tokens,
  });
  named.set("check.lengths", { dtype: "I32", shape: [documents], data: batch.lengths });
  disposeTokens(tokens);
  tf.dispose([loss, ...byName.values()]);
  model.weights.dispose();
  return named;
}

/** Leaves {@linkcode computeCheck} in `folder` as `check.safetensors`. */
export async function writeCheck(workload: Workload, folder: string): Promise<void> {
  await Deno.writeFile(
    join(folder, "check.safetensors"),
    encodeSafetensors(computeCheck(workload)),
  );
}

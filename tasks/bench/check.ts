/**
 * Whether the peer computes what we do.
 *
 * @module
 */
import { join } from "node:path";
import { openEngine } from "../cli/engine.ts";
import { tf } from "../../model/engine/tf.ts";
import { disposeTokens, feedTokens, multiHot } from "../../model/feed.ts";
import { batchGradients } from "../../model/train/step.ts";
import { IntegrityError } from "../../pipeline/errors.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/files/safetensors.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { answer, type Work } from "./process.ts";
import type { Column, ResultRow, ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { createWorkloadBatch, createWorkloadModel, type Workload } from "./workload.ts";

/** How far two results may be apart, as a share of the largest value of each tensor. */
const TOLERANCE = 1e-3;

/** How far apart both sides' results are, as a share of the largest value of each tensor. */
export interface Differences {
  /** Of both tasks together. */
  readonly logits: number;
  readonly loss: number;
  /** Of the weight whose gradient differs most. */
  readonly gradient: number;
  /** That weight's name. */
  readonly weight: string;
  /** How many weights were compared. */
  readonly weights: number;
}

const columns: readonly Column[] = [
  { key: "batch", head: "batch", unit: "text" },
  { key: "same", head: "same result", unit: "text" },
  { key: "logitsText", head: "logits differ by", unit: "text" },
  { key: "lossText", head: "loss", unit: "text" },
  { key: "gradientText", head: "gradients", unit: "text" },
  { key: "weight", head: "most at", unit: "text" },
];

/** Logits, loss and every weight's gradient in PyTorch from our weights, with and without padding. */
export const checkTopic: Topic = { name: "check", measure: measureCheck, needsPeer: true };

const peer = { name: "check", script: import.meta.resolve("./peers/check.py") };

async function measureCheck(session: BenchSession): Promise<ResultTable[]> {
  if (!session.hasPeer) return [];
  const rows: ResultRow[] = [];
  for (const mixed of [false, true]) {
    const batch = mixed ? "mixed lengths" : "equal lengths";
    const workload = { ...session.request.workload, documents: 4, tokens: 50, mixed };
    await session.ours(`${batch}, our gradients`, checkWork, { workload });
    const found = await session.theirs<Differences>(`${batch}, PyTorch's`, peer, { workload });
    if (!found) continue;
    const same = isSame(found.more);
    if (!same) session.fail(new IntegrityError(describe(batch, found.more)));
    rows.push({ batch, same: same ? "yes" : "NO", ...textsOf(found.more), ...found.more });
  }
  return [{ title: "The same as PyTorch computes", columns, rows }];
}

/** Whether no difference is more than a thousandth; one that is no number is not the same. */
export function isSame({ logits, loss, gradient }: Differences): boolean {
  return [logits, loss, gradient].every((difference) => difference <= TOLERANCE);
}

function textsOf({ logits, loss, gradient }: Differences): ResultRow {
  const text = (value: number) => value.toExponential(1);
  return { logitsText: text(logits), lossText: text(loss), gradientText: text(gradient) };
}

function describe(batch: string, { logits, loss, gradient, weight }: Differences): string {
  return `comparing a step with PyTorch's (${batch}): logits differ by ${logits}, the loss by ${loss}, ` +
    `the gradient of ${weight} by ${gradient} of its largest value; expected at most ${TOLERANCE}`;
}

/** Leaves what {@linkcode computeCheck} gives for the peer, as `check.safetensors`. */
const checkWork: Work<null> = {
  name: "check",
  script: import.meta.url,
  async run({ workload, folder }) {
    await openEngine("auto");
    const tensors = encodeSafetensors(computeCheck(workload));
    await Deno.writeFile(join(folder, "check.safetensors"), tensors);
    return { seconds: [], more: null };
  },
};

/**
 * MARN's logits, loss and gradients, with the weights and the batch that they are of: weights under
 * their own names, `gradient.<weight>`, and `check.tokens`, `lengths`, `icd`, `ccs`, `logits` and
 * `loss`. Without dropout, whose draws differ.
 */
function computeCheck(workload: Workload): Map<string, TensorData> {
  const { model } = createWorkloadModel(workload, { quiet: true });
  const { labels, documents } = workload;
  const batch = createWorkloadBatch(workload);
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
    const outputs = model.logits(tokens, mode);
    const logits = tf.concat(model.tasks.map((task) => outputs[task]!), 1);
    add("check.logits", logits.shape, logits.dataSync() as Float32Array);
  });
  for (const task of TASKS) {
    add(`check.${task}`, [documents, labels[task]], multiHot(batch.labels[task], labels[task]));
  }
  const { tokens: ids, lengths, width } = batch;
  named.set("check.tokens", { dtype: "I32", shape: [documents, width], data: ids });
  named.set("check.lengths", { dtype: "I32", shape: [documents], data: lengths });
  disposeTokens(tokens);
  tf.dispose([loss, ...byName.values()]);
  model.weights.dispose();
  return named;
}

if (import.meta.main) await answer([checkWork]);

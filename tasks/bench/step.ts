/**
 * MARN's training step: at the paper's size, with lengths that differ, and with the full label sets.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import { openEngine } from "../cli/engine.ts";
import type { Model } from "../../model/model.ts";
import { createOptimizer } from "../../model/train/optimizer.ts";
import { trainStep } from "../../model/train/step.ts";
import type { Batch } from "../../pipeline/dataset/documents.ts";
import { deriveSeed } from "../../pipeline/random.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import { formatWhole } from "../cli/format.ts";
import { answer, type Pair, type PeerMore, type PeerWork, type Work } from "./process.ts";
import { measureModel, type ModelWork, type Rates, timeModel } from "./rates.ts";
import { compare, comparisonTable, type ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { measureParts } from "./step_parts.ts";
import { createWorkloadBatch, createWorkloadModel, type Workload } from "./workload.ts";

const peerOf = (name: string): PeerWork => ({
  name,
  script: import.meta.resolve("./peers/step.py"),
});

/** A step at the paper's size, and its parts; bfloat16 PyTorch beside it. */
export const stepTopic: Topic = {
  name: "step",
  async measure(session) {
    const { workload } = session.request;
    const { tables, pair } = await measureModel(session, stepOf("training step", workload));
    const half = await measureVariant(session, {
      title: "training step, bfloat16 there",
      theirs: peerOf("bfloat16"),
      workload,
    }, pair);
    return [...tables, half, await measureParts(session)];
  },
};

/** A step whose documents have different lengths; PyTorch's packed sequences beside it. */
export const mixedTopic: Topic = {
  name: "mixed",
  async measure(session) {
    const workload = { ...session.request.workload, mixed: true };
    const title = "training step, lengths of 30 to 100%";
    const { tables, pair } = await measureModel(session, stepOf(title, workload));
    const packed = await measureVariant(session, {
      title: `${title}, packed there`,
      theirs: peerOf("packed"),
      workload,
    }, pair);
    return [...tables, packed];
  },
};

/** A step with the full label sets. */
export const fullTopic: Topic = {
  name: "full",
  async measure(session) {
    const labels = session.quick ? { icd: 600, ccs: 60 } : { icd: 8921, ccs: 295 };
    const workload = { ...session.request.workload, labels };
    const title = `training step, ${formatWhole(labels.icd)} + ${labels.ccs} labels`;
    const { tables } = await measureModel(session, stepOf(title, workload));
    return tables;
  },
};

function stepOf(title: string, workload: Workload): ModelWork {
  return { title, ours: stepWork, theirs: peerOf("step"), workload, passes: 3 };
}

/** One run of the peer's other way to a step, on the threads that it chose for the step itself. */
async function measureVariant(
  session: BenchSession,
  { title, theirs, workload }: Pick<ModelWork, "title" | "theirs" | "workload">,
  pair: Pair,
): Promise<ResultTable> {
  const choice = pair.theirs[0]?.more.choice;
  if (!choice) return comparisonTable([]);
  const changes = { workload, choice, runs: 1 };
  const result = await session.theirs<PeerMore>(title, theirs, changes);
  if (!result) return comparisonTable([]);
  return comparisonTable([compare(title, { ours: pair.ours.slice(-1), theirs: [result] })]);
}

/** Training steps: gradients, clipping, update, and the loss read back. */
export const stepWork: Work<Rates> = {
  name: "step",
  script: import.meta.url,
  async run({ workload, runs }) {
    await openEngine("auto");
    const { model, config } = createWorkloadModel(workload);
    const train = trainerOf(model, config, workload.labels);
    const batch = createWorkloadBatch(workload);
    return await timeModel(workload, runs, () => train([batch]));
  },
};

/** Trains the model by one step a call, on a batch given in passes; every step has its own dropout. */
export function trainerOf(
  model: Model,
  { optimizer: options }: TrainConfig,
  labels: PerTask<number>,
): (passes: readonly Batch[]) => Promise<void> {
  const learner = { model, optimizer: createOptimizer(model.weights, options), labels };
  const { learningRate } = options;
  let step = 0;
  return async (passes) => {
    await trainStep(learner, passes, { seed: deriveSeed(1, "step", step++), learningRate });
  };
}

if (import.meta.main) await answer([stepWork]);

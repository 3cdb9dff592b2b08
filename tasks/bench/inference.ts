/**
 * MARN's inference at the paper's size.
 *
 * @module
 */
import { inference } from "../../model/layers/positions.ts";
import { openEngine } from "../cli/engine.ts";
import { tf } from "../../model/engine/tf.ts";
import { disposeTokens, feedTokens } from "../../model/feed.ts";
import { answer, type Work } from "./process.ts";
import { measureModel, type Rates, timeModel } from "./rates.ts";
import type { Topic } from "./session.ts";
import { createWorkloadBatch, createWorkloadModel } from "./workload.ts";

/** Forward passes, PyTorch's beside them. */
export const inferenceTopic: Topic = {
  name: "inference",
  async measure(session) {
    const { tables } = await measureModel(session, {
      title: "inference",
      ours: inferenceWork,
      theirs: { name: "inference", script: import.meta.resolve("./peers/inference.py") },
      workload: session.request.workload,
      passes: 1,
    });
    return tables;
  },
};

/** Tokens to the device, logits back. */
const inferenceWork: Work<Rates> = {
  name: "inference",
  script: import.meta.url,
  async run({ workload, runs }) {
    await openEngine("auto");
    const { model } = createWorkloadModel(workload);
    const batch = createWorkloadBatch(workload);
    return await timeModel(workload, runs, () => {
      const tokens = feedTokens(batch);
      tf.tidy(() => {
        const outputs = model.logits(tokens, inference);
        model.tasks.forEach((task) => outputs[task]!.dataSync());
      });
      disposeTokens(tokens);
    });
  },
};

if (import.meta.main) await answer([inferenceWork]);

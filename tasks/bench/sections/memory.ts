/**
 * One training step at the largest sizes, for its peak memory: no warm-up, as memory needs none.
 *
 * @module
 */
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { timeOnce } from "../measure.ts";
import type { SectionRequest } from "../request.ts";
import { createDocuments, createInputs, planParts } from "./systems.ts";
import { trainOnce } from "./step.ts";

/** How a step was computed. */
export interface MemoryFigures {
  /** Micro-batches of the step. */
  readonly parts: number;
}

/**
 * One step of MARN as `train` takes it, with the full label set's preset where there are more than 50
 * codes; all documents of one length.
 */
export async function timeLargeStep({ workload }: SectionRequest) {
  const { hidden, documents: batchSize, tokens, labels } = workload;
  const preset = labels.icd > 50 ? "mimic3-full" : "mimic3-50";
  const set = [`model.hidden=${hidden}`, `batchSize=${batchSize}`, `maxTokens=${tokens}`];
  const config = resolveConfig({ preset, set });
  // Cut after `tokens`, every document is as long.
  const documents: Documents = createDocuments({ ...workload, tokens: 2 * tokens });
  const model = createModel(config, createInputs(labels));
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const [parts] = planParts(documents, config);
  const seconds = await timeOnce(() => trainOnce({ model, optimizer, labels }, parts!, 0));
  const more: MemoryFigures = { parts: parts!.length };
  return { seconds: [seconds], more };
}

/**
 * The memory of the largest steps.
 *
 * @module
 */
import { resolveConfig } from "../../model/config/presets.ts";
import { openEngine } from "../cli/engine.ts";
import { createModel } from "../../model/zoo/systems.ts";
import { formatWhole } from "../cli/format.ts";
import { median, timeOnce } from "./measure.ts";
import { answer, type Work } from "./process.ts";
import type { ResultRow, ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { trainerOf } from "./step.ts";
import {
  collatePasses,
  createDocuments,
  createInputs,
  MIMIC_VOCABULARY,
  type Workload,
} from "./workload.ts";

/** One step each: a batch of the top 50, and one of the full label sets by micro-batches. */
export const memoryTopic: Topic = { name: "memory", measure: measureMemory, long: true };

async function measureMemory(session: BenchSession): Promise<ResultTable[]> {
  const rows: ResultRow[] = [];
  for (const workload of sizesOf(session)) {
    const { documents, tokens, labels } = workload;
    const step = `${documents} × ${formatWhole(tokens)} tokens, ` +
      `${formatWhole(labels.icd)} + ${labels.ccs} labels`;
    const result = await session.attempt(() =>
      session.ours(`memory of ${step}`, largeStepWork, { workload })
    );
    if (!result) continue;
    const { seconds, peak, more } = result;
    rows.push({ step, peak, parts: more.passes, seconds: median(seconds) });
  }
  return [{
    title: "Memory of one training step",
    columns: [
      { key: "step", head: "step", unit: "text" },
      { key: "peak", head: "peak memory", unit: "bytes" },
      { key: "parts", head: "micro-batches", unit: "count" },
      { key: "seconds", head: "seconds", unit: "seconds" },
    ],
    rows,
  }];
}

function sizesOf({ quick, request: { workload } }: BenchSession): Workload[] {
  if (quick) return [workload, { ...workload, documents: 6, labels: { icd: 100, ccs: 50 } }];
  return [
    { ...workload, documents: 16, tokens: 4000 },
    { ...workload, documents: 64, tokens: 4000, labels: { icd: 8921, ccs: 295 } },
  ];
}

/**
 * One step of MARN as `train` takes it, with the full label set's preset where there are more than 50
 * codes; all documents of one length. Without a warm-up, which memory does not need.
 */
const largeStepWork: Work<{ readonly passes: number }> = {
  name: "memory",
  script: import.meta.url,
  async run({ workload }) {
    await openEngine("auto");
    const { hidden, documents: batchSize, tokens, labels } = workload;
    const preset = labels.icd > 50 ? "mimic3-full" : "mimic3-50";
    const set = [`model.hidden=${hidden}`, `batchSize=${batchSize}`, `maxTokens=${tokens}`];
    const config = resolveConfig({ preset, set });
    // Cut after `tokens`, every document is as long.
    const documents = createDocuments({ ...workload, tokens: 2 * tokens });
    const model = createModel(config, createInputs(labels, MIMIC_VOCABULARY));
    const train = trainerOf(model, config, labels);
    const [passes] = collatePasses(documents, config);
    const seconds = await timeOnce(() => train(passes!));
    return { seconds: [seconds], more: { passes: passes!.length } };
  },
};

if (import.meta.main) await answer([largeStepWork]);

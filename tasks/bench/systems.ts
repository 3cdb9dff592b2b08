/**
 * Every system as its authors trained it: size, speed, memory.
 *
 * @module
 */
import { resolveConfig } from "../../model/config/presets.ts";
import { openEngine } from "../cli/engine.ts";
import { scoreDocuments } from "../../model/scoring.ts";
import { createModel, systems } from "../../model/zoo/systems.ts";
import { formatWhole } from "../cli/format.ts";
import { spreadOf, timeOnce, timeRuns } from "./measure.ts";
import { answer, type Work } from "./process.ts";
import type { ResultRow, ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { trainerOf } from "./step.ts";
import { collatePasses, createDocuments, createInputs, MIMIC_VOCABULARY } from "./workload.ts";

/** Trained parameters, seconds for 1,000 documents and peak memory of training, each in a process. */
export const systemsTopic: Topic = { name: "systems", measure: measureSystems, long: true };

async function measureSystems(session: BenchSession): Promise<ResultTable[]> {
  const { workload } = session.request;
  const { tokens, labels } = workload;
  const documents = session.quick ? 4 : 32;
  const rows: ResultRow[] = [];
  for (const { name: system } of systems) {
    const changes = { system, workload: { ...workload, documents } };
    const result = await session.attempt(() => session.ours(system, systemWork, changes));
    if (!result) continue;
    const { seconds, peak, more } = result;
    const each = (passes: readonly number[]) => spreadOf(passes.map((s) => 1000 * s / documents));
    rows.push({
      system,
      parameters: more.parameters,
      batch: more.batchSize,
      training: each(seconds),
      inference: each(more.inference),
      peak,
    });
  }
  const size = `${labels.icd} + ${labels.ccs} labels, documents of ${formatWhole(tokens)}`;
  return [{
    title: `Systems, ${size} tokens: seconds for 1,000 documents`,
    columns: [
      { key: "system", head: "--model", unit: "text" },
      { key: "parameters", head: "trained parameters", unit: "count" },
      { key: "batch", head: "batch", unit: "count" },
      { key: "training", head: "training", unit: "seconds" },
      { key: "inference", head: "inference", unit: "seconds" },
      { key: "peak", head: "peak memory", unit: "bytes" },
    ],
    rows,
  }];
}

/** What one system takes. */
interface SystemFigures {
  /** Trained ones. */
  readonly parameters: number;
  /** Documents of a batch. */
  readonly batchSize: number;
  /** Seconds of every inference pass over the documents. */
  readonly inference: readonly number[];
}

/** Training passes over documents of `workload.tokens` tokens on average, then inference passes. */
export const systemWork: Work<SystemFigures> = {
  name: "system",
  script: import.meta.url,
  async run({ system, workload, runs }) {
    await openEngine("auto");
    const config = resolveConfig({ model: system! });
    const model = createModel(config, createInputs(workload.labels, MIMIC_VOCABULARY));
    const documents = createDocuments(workload);
    const train = trainerOf(model, config, workload.labels);
    const batches = collatePasses(documents, config);
    await train(batches[0]!); // not counted
    const seconds: number[] = [];
    while (seconds.length < runs) {
      seconds.push(
        await timeOnce(async () => {
          for (const passes of batches) await train(passes);
        }),
      );
    }
    const inference = await timeRuns(runs, async () => {
      await scoreDocuments(model, documents, config);
    });
    const parameters = model.weights.parameterCount();
    return { seconds, more: { parameters, batchSize: config.batchSize, inference } };
  },
};

if (import.meta.main) await answer([systemWork]);

/**
 * Every system as its authors trained it: size, speed, memory.
 *
 * @module
 */
import { systems } from "../../../model/config/system_presets.ts";
import type { SystemConfig } from "../../../model/config/systems.ts";
import { spreadOf } from "../measure.ts";
import type { ResultTable } from "../results.ts";
import type { SystemFigures } from "../sections/systems.ts";
import type { Session } from "../session.ts";

/** Trained parameters, seconds for 1,000 documents and peak memory of training, each in a process. */
export async function measureSystems(session: Session): Promise<ResultTable[]> {
  const { workload } = session.request, rows = [];
  const documents = session.quick ? 4 : 32;
  for (const system of Object.keys(systems) as SystemConfig["name"][]) {
    const changes = { system, workload: { ...workload, documents } };
    const result = await session.attempt(() =>
      session.ours<SystemFigures>(system, "system", changes)
    );
    if (!result) continue;
    const { seconds, peak, more } = result;
    const each = (passes: readonly number[]) =>
      spreadOf(passes.map((s) => 1000 * s / more.documents));
    rows.push({
      ...{ system, parameters: more.parameters, batch: more.batchSize },
      ...{ training: each(seconds), inference: each(more.inference), peak },
    });
  }
  const { tokens, labels } = workload;
  const size = `${labels.icd} + ${labels.ccs} labels, documents of ${
    tokens.toLocaleString("en-US")
  }`;
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

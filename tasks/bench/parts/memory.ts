/**
 * The memory of the largest steps.
 *
 * @module
 */
import { median } from "../measure.ts";
import type { ResultTable } from "../results.ts";
import type { MemoryFigures } from "../sections/memory.ts";
import type { Session } from "../session.ts";
import type { Workload } from "../workload.ts";

/** One step each: a batch of the top 50, and one of the full label sets by micro-batches. */
export async function measureMemory(session: Session): Promise<ResultTable[]> {
  const rows = [];
  for (const workload of sizes(session)) {
    const { documents, tokens, labels } = workload;
    const count = (n: number) => n.toLocaleString("en-US");
    const step = `${documents} × ${count(tokens)} tokens, ${
      count(labels.icd)
    } + ${labels.ccs} labels`;
    const result = await session.attempt(() =>
      session.ours<MemoryFigures>(`memory of ${step}`, "memory", { workload })
    );
    if (!result) continue;
    const { peak, more: { parts } } = result;
    rows.push({ step, peak, parts, seconds: median(result.seconds) });
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

function sizes({ quick, request: { workload } }: Session): Workload[] {
  const full = { icd: 8921, ccs: 295 };
  if (quick) return [workload, { ...workload, documents: 6, labels: { icd: 100, ccs: 50 } }];
  return [
    { ...workload, documents: 16, tokens: 4000 },
    { ...workload, documents: 64, tokens: 4000, labels: full },
  ];
}

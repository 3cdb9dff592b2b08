/**
 * Whether cost is linear in tokens.
 *
 * @module
 */
import { spreadOf } from "./measure.ts";
import type { ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { stepWork } from "./step.ts";
import { workloadTokens } from "./workload.ts";

/** A step of documents of growing length: seconds a token stay what they are. */
export const linearTopic: Topic = { name: "linear", measure: measureLinear };

async function measureLinear(session: BenchSession): Promise<ResultTable[]> {
  const rows = [];
  for (const tokens of session.quick ? [20, 40] : [500, 1000, 2000, 4000]) {
    const workload = { ...session.request.workload, tokens };
    const result = await session.attempt(() =>
      session.ours(`step of ${tokens} tokens`, stepWork, { workload })
    );
    if (!result) continue;
    const { seconds, peak } = result;
    const all = workloadTokens(workload);
    rows.push({
      tokens,
      seconds: spreadOf(seconds),
      each: spreadOf(seconds.map((s) => 1e6 * s / all)),
      peak,
    });
  }
  const { documents } = session.request.workload;
  return [{
    title: `A training step of ${documents} documents by their length`,
    columns: [
      { key: "tokens", head: "tokens", unit: "count" },
      { key: "seconds", head: "step", unit: "seconds" },
      { key: "each", head: "µs a token", unit: "count" },
      { key: "peak", head: "peak memory", unit: "bytes" },
    ],
    rows,
  }];
}

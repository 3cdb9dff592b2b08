/**
 * Runs the benchmark: topic after topic, in a folder of its own.
 *
 * @module
 */
import type { WorkRequest } from "./process.ts";
import { type BenchReport, describeMachine } from "./report.ts";
import { joinTables, type ResultTable } from "./results.ts";
import { BenchSession, type SessionOptions, type Topic } from "./session.ts";
import { startWork } from "./start.ts";

/** How the benchmark runs. */
export interface BenchOptions extends Omit<SessionOptions, "request"> {
  /** Rows of NOTEEVENTS that `prepare` reads, where sizes are not small. */
  readonly rows: number;
}

/** What was measured, and the exit code of what first failed; 0 where nothing did. */
export interface BenchOutcome {
  readonly report: BenchReport;
  readonly exitCode: number;
}

/** Measures the topics; one that fails leaves the others alone, and an interrupt ends with what is there. */
export async function runBench(
  topics: readonly Topic[],
  options: BenchOptions,
): Promise<BenchOutcome> {
  const folder = await Deno.makeTempDir({ prefix: "marn-bench-" });
  try {
    const session = new BenchSession({ ...options, request: requestOf(options, folder) });
    const { more: { engine } } = await session.ours("engine", startWork);
    const tables: ResultTable[] = [];
    for (const topic of topics) tables.push(...await measureTopic(topic, session, options));
    const { failures } = session;
    return {
      report: {
        machine: describeMachine(engine),
        tables: joinTables(tables),
        failures: failures.map(({ message }) => message),
      },
      exitCode: failures[0]?.exitCode ?? 0,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureTopic(
  topic: Topic,
  session: BenchSession,
  { interrupt }: BenchOptions,
): Promise<ResultTable[]> {
  if (interrupt.aborted) return [];
  try {
    return await session.attempt(() => topic.measure(session)) ?? [];
  } catch (error) {
    if (interrupt.aborted) return [];
    throw error;
  }
}

/** The paper's sizes, or small ones. */
function requestOf({ quick, rows }: BenchOptions, folder: string): WorkRequest {
  const labels = { icd: 50, ccs: 38 };
  return {
    runs: quick ? 1 : 3,
    budget: 90,
    workload: quick
      ? { documents: 4, tokens: 60, mixed: false, hidden: 32, labels }
      : { documents: 16, tokens: 1000, mixed: false, hidden: 300, labels },
    folder,
    rows: quick ? 8000 : rows,
    matrix: quick ? { documents: 100, labels: 200 } : { documents: 3372, labels: 8921 },
  };
}

/**
 * How long the engine takes to start.
 *
 * @module
 */
import { compare, comparisonTable } from "../compare.ts";
import type { ResultTable } from "../results.ts";
import type { Session } from "../session.ts";

/** Loading TensorFlow and the kernels, from nothing to the first tensor's readiness. */
export async function measureStart(session: Session): Promise<ResultTable[]> {
  const result = await session.ours("engine start", "start");
  return [comparisonTable([compare("engine start", { ours: [result], theirs: [] })])];
}

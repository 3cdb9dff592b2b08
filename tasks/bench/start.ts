/**
 * How long the engine takes to start.
 *
 * @module
 */
import { openEngine } from "../cli/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import { answer, type Work } from "./process.ts";
import { compare, comparisonTable } from "./results.ts";
import type { Topic } from "./session.ts";

/** Loading TensorFlow and the kernels, from nothing to the first tensor's readiness. */
export const startTopic: Topic = {
  name: "start",
  async measure(session) {
    const result = await session.ours("engine start", startWork);
    return [comparisonTable([compare("engine start", { ours: [result], theirs: [] })])];
  },
};

/** Starts the engine, and finds what it calls itself. */
export const startWork: Work<{ readonly engine: string }> = {
  name: "start",
  script: import.meta.url,
  async run() {
    const start = performance.now();
    const engine = await openEngine("auto");
    const seconds = (performance.now() - start) / 1000;
    return { seconds: [seconds], more: { engine: describeEngine(engine) } };
  },
};

if (import.meta.main) await answer([startWork]);

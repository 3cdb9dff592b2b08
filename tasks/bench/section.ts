/**
 * One section of the benchmark, in a process of its own so that its peak memory is its own: prints one
 * line of JSON. `deno task bench` starts it with a name and a {@linkcode SectionRequest}.
 *
 * @module
 */
import { startEngine } from "../../model/engine/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import { showInstall } from "../cli/install_progress.ts";
import { peakMemory } from "./measure.ts";
import type { SectionRequest, SectionResult } from "./request.ts";
import { writeCheck } from "./sections/check.ts";
import { timeLargeStep } from "./sections/memory.ts";
import { timeMetrics } from "./sections/metrics.ts";
import { makeFixture, timePrepare, timeWordVectors } from "./sections/pipeline.ts";
import { timeInference, timeStep } from "./sections/step.ts";
import { timeParts } from "./sections/step_parts.ts";
import { timeSystem } from "./sections/systems.ts";

/** What a section finds; its peak memory is the process's, unless it looked earlier. */
type Found = Pick<SectionResult, "seconds"> & Partial<SectionResult>;

const sections = {
  start: async (): Promise<Found> => {
    const start = performance.now();
    const engine = await startEngine({ progress: showInstall() });
    const seconds = (performance.now() - start) / 1000;
    return { seconds: [seconds], more: { engine: describeEngine(engine) } };
  },
  step: onEngine(({ workload, runs }) => timeStep(workload, runs)),
  inference: onEngine(({ workload, runs }) => timeInference(workload, runs)),
  parts: onEngine(async ({ workload, runs }) => {
    return { seconds: [], more: { parts: await timeParts(workload, runs) } };
  }),
  check: onEngine(async ({ workload, folder }) => {
    await writeCheck(workload, folder);
    return { seconds: [] };
  }),
  system: onEngine(timeSystem),
  memory: onEngine(timeLargeStep),
  fixture: makeFixture,
  prepare: timePrepare,
  word2vec: timeWordVectors,
  metrics: timeMetrics,
};

/** The sections' names. */
export type SectionName = keyof typeof sections;

if (import.meta.main) {
  const [name, request] = Deno.args;
  const found: Found = await sections[name as SectionName](JSON.parse(request!));
  const result: SectionResult = { peak: peakMemory(), more: null, ...found };
  console.log(JSON.stringify(result));
  Deno.exit(0); // workers of the sections above may still be parked
}

function onEngine(measure: (request: SectionRequest) => Promise<Found>) {
  return async (request: SectionRequest): Promise<Found> => {
    await startEngine({ progress: showInstall() });
    return await measure(request);
  };
}

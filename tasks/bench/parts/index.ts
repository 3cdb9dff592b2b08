/**
 * The parts of the benchmark by name.
 *
 * @module
 */
import type { ResultTable } from "../results.ts";
import type { Session } from "../session.ts";
import { measureCheck } from "./check.ts";
import { measureLinear } from "./linear.ts";
import { measureMemory } from "./memory.ts";
import { measureMetrics } from "./metrics.ts";
import { measureFull, measureInference, measureMixed, measureStep } from "./model.ts";
import { measurePrepare, measureWord2vec } from "./pipeline.ts";
import { measureStart } from "./start.ts";
import { measureSystems } from "./systems.ts";

/** What each part measures; without a peer, `check` measures nothing. */
export const parts = {
  start: measureStart,
  check: measureCheck,
  step: measureStep,
  mixed: measureMixed,
  full: measureFull,
  inference: measureInference,
  linear: measureLinear,
  prepare: measurePrepare,
  word2vec: measureWord2vec,
  metrics: measureMetrics,
  systems: measureSystems,
  memory: measureMemory,
} satisfies { readonly [name: string]: (session: Session) => Promise<ResultTable[]> };

/** A part's name. */
export type PartName = keyof typeof parts;

/** All names, in the order of measuring. */
export const partNames = Object.keys(parts) as PartName[];

/** Parts that take long and are measured only when asked for. */
export const longParts: readonly PartName[] = ["systems", "memory"];

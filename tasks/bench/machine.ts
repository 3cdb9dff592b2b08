/**
 * What the benchmark ran on.
 *
 * @module
 */
import { cpus, totalmem } from "node:os";

/** A machine. */
export interface Machine {
  /** The processor's name. */
  readonly model: string;
  /** Processors that the system shows. */
  readonly processors: number;
  /** Memory in bytes. */
  readonly memory: number;
  /** What computes, as far as the benchmark asked. */
  readonly engine: string;
}

/** This machine, with the engine's own description. */
export function describeMachine(engine: string): Machine {
  const processors = cpus();
  return {
    model: processors[0]?.model.trim() ?? "unknown",
    processors: processors.length,
    memory: totalmem(),
    engine,
  };
}

/**
 * What a process of the benchmark is told, and what it answers: a section of ours in TypeScript
 * (`section.ts`) or a peer's in Python (`tests/peers/bench.py`).
 *
 * @module
 */
import type { SystemConfig } from "../../model/config/systems.ts";
import type { Workload } from "./workload.ts";

/** What a section is told. */
export interface SectionRequest {
  /** Timed runs. */
  readonly runs: number;
  /** Seconds of timed runs after which a peer ends, however many are left. */
  readonly budget: number;
  /** Of the model's sections. */
  readonly workload: Workload;
  /** A folder to exchange files in. */
  readonly folder: string;
  /** Rows of the notes' fixture. */
  readonly rows: number;
  /** Documents and labels of the score matrix. */
  readonly matrix: { readonly documents: number; readonly labels: number };
  /** Of the systems' section. */
  readonly system?: SystemConfig["name"];
  /** How a peer computes, where an earlier repetition chose. */
  readonly choice?: unknown;
}

/** What a section prints, as one line of JSON; times in seconds, memory in bytes. */
export interface SectionResult<More = unknown> {
  /** Of every timed run. */
  readonly seconds: readonly number[];
  /** Largest memory of the process. */
  readonly peak: number;
  /** Whatever else it found. */
  readonly more: More;
}

/** What every timed section of a peer tells beside its times. */
export interface PeerMore {
  /** What computed: library, version, mode, threads. */
  readonly by: string;
  /** How, for later repetitions. */
  readonly choice?: unknown;
}

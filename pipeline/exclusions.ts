/**
 * Counts for the manifest: what a stage read, kept, and left out for which reason.
 *
 * @module
 */
import type { Stage } from "./schema.ts";

/** Counts what a stage excludes and notes, by reason; reasons that never occur are left out. */
export class StageCounter {
  readonly #excluded = new Map<string, number>();
  readonly #noted = new Map<string, number>();

  /** Counts `count` left out for `reason`. */
  exclude(reason: string, count = 1): void {
    if (count > 0) this.#excluded.set(reason, (this.#excluded.get(reason) ?? 0) + count);
  }

  /** Counts `count` kept ones of which something is worth saying. */
  note(what: string, count = 1): void {
    if (count > 0) this.#noted.set(what, (this.#noted.get(what) ?? 0) + count);
  }

  /** The stage, reasons in alphabetical order. */
  stage(stage: string, read: number): Stage {
    const sorted = (counts: Map<string, number>) => Object.fromEntries([...counts].sort());
    const excluded = sorted(this.#excluded);
    const kept = read - Object.values(excluded).reduce((sum, n) => sum + n, 0);
    return { stage, read, kept, excluded, noted: sorted(this.#noted) };
  }
}

/**
 * Counts for the manifest: what a stage read, kept, and left out for which reason.
 *
 * @module
 */
import type { Stage } from "./manifest.ts";

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

  /** Counts what a stage counted. */
  add({ excluded, noted }: Pick<Stage, "excluded" | "noted">): void {
    for (const [reason, count] of Object.entries(excluded)) this.exclude(reason, count);
    for (const [what, count] of Object.entries(noted)) this.note(what, count);
  }

  /**
   * The stage, reasons in alphabetical order.
   *
   * @param read how many came in, counted where they come in.
   * @param kept how many went on, counted where they go on.
   * @throws {RangeError} where `read` is not `kept` plus all that was left out: something is lost, or
   * counted twice.
   */
  stage(stage: string, read: number, kept: number): Stage {
    const sorted = (counts: Map<string, number>) => Object.fromEntries([...counts].sort());
    const excluded = this.#excluded.values().reduce((sum, count) => sum + count, 0);
    if (read !== kept + excluded) {
      throw new RangeError(
        `counting ${stage}: ${read} read, ${kept} kept, ${excluded} left out; ` +
          "expected what is read to be kept or left out",
      );
    }
    return { stage, read, kept, excluded: sorted(this.#excluded), noted: sorted(this.#noted) };
  }
}

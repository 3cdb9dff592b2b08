/**
 * How fast notes are coded, and how long the rest of them takes, where these are many.
 *
 * @module
 */
import { formatWhole } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import { showProgress } from "../cli/progress.ts";
import type { Bulk } from "./bulk.ts";

/** Hears of notes that were coded. Disposing it gives the terminal back. */
export interface Pace extends Disposable {
  /** So many more notes were coded. */
  add(notes: number): void;
  /** All notes were coded. */
  end(): void;
}

/** Shows the pace at which notes go to a file; shows nothing where their codes are printed. */
export function showPace({ range: { from, to }, lines }: Bulk): Pace {
  if (!lines) return { add: () => {}, end: () => {}, [Symbol.dispose]: () => {} };
  if (lines.done > 0) say(`going on behind the ${formatWhole(lines.done)} notes that were coded`);
  const progress = showProgress();
  const meter = progress.stage("predict", to - from, "documents");
  let coded = 0;
  return {
    add: (notes) => meter.reach(coded += notes),
    end: () => meter.end(`${formatWhole(coded)} notes`),
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

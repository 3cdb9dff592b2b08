/**
 * What reports, tables and figures say of the data behind them: that it is restricted, or made up.
 *
 * @module
 */
import type { ManifestOptions } from "../../pipeline/manifest.ts";

/** What is said of made-up notes, in Markdown. */
export const SYNTHETIC_NOTE =
  "**The notes are synthetic**: these figures say nothing about clinical text.";

/** From what it was made, and what that means: a sentence. */
export function restrictedNote({ source }: Pick<ManifestOptions, "source">): string {
  const data = source === "mimic3" ? "MIMIC-III" : "a corpus declared restricted";
  return `Made from ${data}: weights, vocabulary, predictions and what is computed from them are ` +
    "restricted by its data use agreement.";
}

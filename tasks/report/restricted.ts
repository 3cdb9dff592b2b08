/**
 * What reports, tables and figures say of restricted data.
 *
 * @module
 */
import type { ManifestOptions } from "../../pipeline/manifest.ts";

/** From what it was made, and what that means: a sentence. */
export function restrictedNote({ source }: Pick<ManifestOptions, "source">): string {
  const data = source === "mimic3" ? "MIMIC-III" : "a corpus declared restricted";
  return `Made from ${data}: weights, vocabulary, predictions and what is computed from them are ` +
    "restricted by its data use agreement.";
}

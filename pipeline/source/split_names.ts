/**
 * What tables call splits.
 *
 * @module
 */
import { type Split, SPLITS } from "../schema.ts";

/** What splits are called, in small letters → what they are called here. */
export const SPLIT_NAMES: ReadonlyMap<string, Split> = new Map<string, Split>([
  ...SPLITS.map((split) => [split, split] as const),
  ["training", "train"],
  ["val", "dev"],
  ["valid", "dev"],
  ["validation", "dev"],
  ["development", "dev"],
  ["testing", "test"],
]);

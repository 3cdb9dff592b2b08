/**
 * Parts of an input, for as many machines: the notes of a patient are all in one part, by a hash of the
 * patient's id that depends on nothing else.
 *
 * @module
 */
import { deriveSeed } from "../random.ts";

/** One of several parts. */
export interface InputPart {
  /** From 1 to `of`. */
  readonly number: number;
  /** How many parts there are. */
  readonly of: number;
}

/**
 * Whether the notes of a patient are in a part; of what is no patient's, the empty text stands for the
 * patient, so that it is in one part, too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const parts = [1, 2, 3].map((number) => ({ number, of: 3 }));
 * assert.equal(parts.filter((part) => isInPart(part, "10006")).length, 1);
 * ```
 */
export function isInPart({ number, of }: InputPart, patient: string): boolean {
  return deriveSeed(0, `part of patient ${patient}`) % of === number - 1;
}

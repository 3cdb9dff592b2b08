/**
 * Kinds of values that options have, as schemas.
 *
 * @module
 */
import * as v from "valibot";

/** No layer has more channels, taps or heads. */
const LARGEST = 65_536;

/** 1, 2, 3, … */
export const count: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1),
  v.maxValue(LARGEST),
);

/** 2, 4, 6, … */
export const evenCount: v.GenericSchema<unknown, number> = v.pipe(count, v.multipleOf(2));

/** From 0 to below 1: a share that is never all, such as what dropout drops. */
export const rate: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.minValue(0),
  v.ltValue(1),
);

/** From 0 on: how much there is of something that 0 turns off. */
export const strength: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(0),
);

/** Whole numbers joined by commas, as in "3,5,9". */
export const counts: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,3}(,[1-9]\d{0,3})*$/, "whole numbers below 10000 such as 3,5,9"),
);

/** Odd whole numbers, each once, joined by commas: with an even number of taps nothing is central. */
export const oddCounts: v.GenericSchema<unknown, string> = v.pipe(
  counts,
  v.check((text) => {
    const numbers = parseCounts(text);
    return numbers.every((number) => number % 2 === 1) && new Set(numbers).size === numbers.length;
  }, "odd numbers, each once, such as 3,5,9"),
);

/** The numbers of a list such as "3,5,9". */
export function parseCounts(text: string): number[] {
  return text.split(",").map(Number);
}

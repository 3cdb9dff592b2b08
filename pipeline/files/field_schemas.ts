/**
 * Kinds of values that the files of ours have, as schemas.
 *
 * @module
 */
import * as v from "valibot";

/** 0, 1, 2, … */
export const natural: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
);

/** 1, 2, 3, … */
export const positive: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1),
);

/** A SHA-256, hexadecimal. */
export const digest: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/),
);

/** From 0 to 1, both ends with it: a share of something, or a probability. */
export const fraction: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.minValue(0),
  v.maxValue(1),
);

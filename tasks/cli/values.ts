/**
 * Values of options: each function reads one from its text, and refuses what is none.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import { type Split, SPLITS } from "../../pipeline/schema.ts";
import type { InputPart } from "../../pipeline/source/part.ts";
import { parseDecimal } from "../../pipeline/text/decimal.ts";

/** A whole number. */
export function integer(text: string): number {
  const number = parseDecimal(text);
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError("expected a whole number");
  return number;
}

/** A whole number that counts something. */
export function naturalNumber(text: string): number {
  const number = integer(text);
  if (number < 0) throw new InvalidArgumentError("expected 0 or more");
  return number;
}

/** More of them say nothing more, and would not fit into memory. */
const MOST_RESAMPLES = 100_000;

/** A number of bootstrap resamples. */
export function resamples(text: string): number {
  const number = naturalNumber(text);
  if (number <= MOST_RESAMPLES) return number;
  throw new InvalidArgumentError(`expected at most ${MOST_RESAMPLES}`);
}

/** How often errors are planted at most: more say nothing more. */
const MOST_PLANTINGS = 1000;

/** How often errors are planted. */
export function plantings(text: string): number {
  const number = positiveNumber(text);
  if (number <= MOST_PLANTINGS) return number;
  throw new InvalidArgumentError(`expected at most ${MOST_PLANTINGS}`);
}

/** A number of things of which there must be one. */
export function positiveNumber(text: string): number {
  const number = parseDecimal(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a whole number from 1");
}

/** Any finite number. */
export function decimal(text: string): number {
  const number = parseDecimal(text);
  if (Number.isFinite(number)) return number;
  throw new InvalidArgumentError("expected a number");
}

/** A probability, or a share of something. */
export function probability(text: string): number {
  const number = parseDecimal(text);
  if (number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError("expected a number from 0 to 1");
}

/** A share of something that is neither nothing nor all. */
export function share(text: string): number {
  const number = parseDecimal(text);
  if (number > 0 && number < 1) return number;
  throw new InvalidArgumentError("expected a number between 0 and 1");
}

/** Minutes; `Infinity` is never. */
export function minutes(text: string): number {
  const number = text === "Infinity" ? Infinity : parseDecimal(text);
  if (number >= 0) return number;
  throw new InvalidArgumentError("expected a number from 0");
}

/** A factor that lengthens or shortens something, by ten at most. */
export function scale(text: string): number {
  const number = parseDecimal(text);
  if (number > 0 && number <= 10) return number;
  throw new InvalidArgumentError("expected a number above 0, at most 10");
}

/** Bytes: `800MB`, `2GB`. */
export function byteSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(MB|GB)$/i.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("expected a size such as 800MB or 2GB");
  return Number(number) * (unit!.toUpperCase() === "GB" ? 1e9 : 1e6);
}

/** Splits, joined by commas. */
export function splitNames(text: string): readonly Split[] {
  return text.split(",").map((name) => {
    const split = SPLITS.find((split) => split === name);
    if (split !== undefined) return split;
    throw new InvalidArgumentError("expected some of train, dev and test, joined by commas");
  });
}

/** Relative sizes of the splits: `80,10,10`; there must be something to train on. */
export function splitShares(text: string): Readonly<Record<Split, number>> {
  const [train, dev, test, ...more] = text.split(",").map(parseDecimal);
  const valid = more.length === 0 && train! > 0 &&
    [train, dev, test].every((size) => Number.isSafeInteger(size) && size! >= 0);
  if (!valid) throw new InvalidArgumentError("expected three whole numbers such as 80,10,10");
  return { train: train!, dev: dev!, test: test! };
}

/** Gathers the values of an option that may be repeated. */
export function collect(text: string, values: readonly string[] = []): readonly string[] {
  return [...values, text];
}

/** One of several parts: `1/4` to `4/4`. */
export function inputPart(text: string): InputPart {
  const [, number, of] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (number !== undefined && number >= 1 && number <= of!) return { number, of: of! };
  throw new InvalidArgumentError("expected one of several parts, such as 1/4 to 4/4");
}

/** The head of an audit log: `12:` and its last line's digest. */
export function auditHead(text: string): { readonly entries: number; readonly sha256: string } {
  const [, entries, sha256] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sha256 === undefined) {
    throw new InvalidArgumentError("expected NUMBER:SHA256, as audit prints it");
  }
  return { entries: Number(entries), sha256 };
}

/**
 * A code, and the number that a source gives it.
 *
 * @module
 */
import { compareCodeUnits } from "../order.ts";
import type { CodeKind } from "../schema.ts";

/** A distinct code of a source. */
export interface Code {
  /** Codes of different kinds are different codes, though they be written alike. */
  readonly kind: CodeKind;
  /** The code as it is written out, with its point. */
  readonly code: string;
  /** What it means in words; may be empty. */
  readonly title: string;
}

/** Words for a code, written as the one who asks knows it; empty where there are none. */
export type TitleOf = (kind: CodeKind, code: string) => string;

/** Codes by number, and the number of each. */
export interface NumberedCodes {
  /** The codes; a code's place is its number. */
  readonly codes: readonly Code[];
  /** {@linkcode codeKey} → number. */
  readonly numberOf: ReadonlyMap<string, number>;
}

/** What tells a code from all others. */
export function codeKey({ kind, code }: Pick<Code, "kind" | "code">): string {
  return `${code} ${kind}`;
}

/** Numbers codes in an order that does not depend on the one in which they were found. */
export function numberCodes(distinct: Iterable<Code>): NumberedCodes {
  const byKey = new Map(Array.from(distinct, (code) => [codeKey(code), code]));
  const keys = [...byKey.keys()].sort(compareCodeUnits);
  return {
    codes: keys.map((key) => byKey.get(key)!),
    numberOf: new Map(keys.map((key, number) => [key, number])),
  };
}

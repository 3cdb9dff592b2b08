/**
 * ICD-9 codes that a spreadsheet or a data frame took for numbers: 0389 became 389, or 389.0.
 *
 * @module
 */
import type { Icd9Kind } from "./icd9.ts";

/** What became of a table's codes. */
export interface LostZeros {
  /** Code as it stands there → the only one that it can have been. */
  readonly restored: ReadonlyMap<string, string>;
  /** Codes of which several can have become the same number. */
  readonly ambiguous: ReadonlySet<string>;
  /** Rows whose code can be none as it stands there. */
  readonly rows: number;
  /** One of these codes, and what it was where that is certain. */
  readonly example: readonly [written: string, code: string | undefined];
}

/** Characters of the longest code, and of a category. */
const LENGTHS: { readonly [kind in Icd9Kind]: readonly [code: number, category: number] } = {
  diagnosis: [5, 3],
  procedure: [4, 2],
};

/**
 * Tells whether a table's codes were numbers once: none begins with 0, and some are known only with
 * zeros in front; or some are floats.
 *
 * @param counts code as it stands in the table → how many rows have it.
 * @param isKnown whether a code without its point is one.
 * @returns undefined where nothing is lost.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const known = new Set(["0389", "4280", "0845", "00845"]);
 * const counts = new Map([["389", 2], ["4280", 3], ["845", 1]]);
 * const lost = findLostZeros("diagnosis", counts, (code) => known.has(code));
 * assert.deepEqual([...lost!.restored], [["389", "0389"]]);
 * assert.deepEqual([...lost!.ambiguous], ["845"]);
 * ```
 */
export function findLostZeros(
  kind: Icd9Kind,
  counts: ReadonlyMap<string, number>,
  isKnown: (code: string) => boolean,
): LostZeros | undefined {
  const [longest, category] = LENGTHS[kind];
  const codes = [...counts.keys()];
  const tooLong = new RegExp(`^\\d{${category + 1},${longest}}\\.0$`); // for a code with its point
  const floats = codes.some((code) => tooLong.test(code));
  if (!floats && codes.some((code) => code.startsWith("0"))) return undefined;
  const restored = new Map<string, string>();
  const ambiguous = new Set<string>();
  const lost: string[] = [];
  for (const code of codes) {
    const digits = floats ? code.replace(/\.0$/, "") : code;
    if (!/^\d+$/.test(digits)) continue;
    const padded = Array.from(
      { length: longest - digits.length + 1 },
      (_, i) => "0".repeat(i) + digits,
    );
    const fitting = padded.filter(isKnown);
    if (digits !== code || fitting.length > 0 && !fitting.includes(digits)) lost.push(code);
    if (fitting.length > 1) ambiguous.add(code);
    else if ((fitting[0] ?? digits) !== code) restored.set(code, fitting[0] ?? digits);
  }
  const [first] = lost;
  if (first === undefined) return undefined;
  const rows = lost.reduce((sum, code) => sum + counts.get(code)!, 0);
  return { restored, ambiguous, rows, example: [first, restored.get(first)] };
}

/**
 * Codes by their first three characters: ICD-10's categories, and ICD-9's of most diagnoses.
 *
 * @module
 */
import type { Label } from "../schema.ts";
import { withoutPoint } from "./icd9.ts";

/**
 * The category of each of L codes, [L], as numbers from 0: codes of one kind that begin with the same
 * three characters, points left out, share one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const code = (code: string) => ({ code, kind: "diagnosis" as const });
 * assert.deepEqual([...threeCharacters([code("428.0"), code("427.31"), code("4281")])], [0, 1, 0]);
 * ```
 */
export function threeCharacters(labels: readonly Pick<Label, "code" | "kind">[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(labels, ({ code, kind }) => {
    const key = `${kind} ${withoutPoint(code).slice(0, 3).toUpperCase()}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/**
 * Codes as CAML's preprocessing reads them: procedures as integers. A leading zero is lost, so that 00.66
 * and 06.6 become one code (REFERENCE: 73 pairs of MIMIC-III's dictionary do).
 *
 * @module
 */
import type { Code } from "./code.ts";
import { withoutPoint } from "./icd9.ts";

/**
 * Groups of two or more codes that are one code when procedures are read as integers, in the order of
 * the codes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const procedures = ["00.66", "06.6", "66.0"].map((code) => ({ kind: "procedure", code } as const));
 * assert.deepEqual(
 *   collisions(procedures).map((group) => group.map(({ code }) => code)),
 *   [["00.66", "06.6"]],
 * );
 * ```
 */
export function collisions<C extends Pick<Code, "kind" | "code">>(codes: readonly C[]): C[][] {
  const procedures = codes.filter(({ kind }) => kind === "procedure");
  const groups = Map.groupBy(procedures, ({ code }) => Number(withoutPoint(code)));
  return [...groups.values()].filter(({ length }) => length > 1);
}

/**
 * ICD-9-CM codes, written with their point and without.
 *
 * @module
 */

/** The two books of ICD-9-CM: volumes 1 and 2, and volume 3. */
export type Icd9Kind = "diagnosis" | "procedure";

const SHAPES: { readonly [kind in Icd9Kind]: RegExp } = {
  diagnosis: /^(?:\d{3}|V\d{2}|E\d{3})\d{0,2}$/,
  procedure: /^\d{2,4}$/,
};

/**
 * Writes an ICD-9 code with its point: after the third character of a diagnosis, the fourth of an E
 * code, the second of a procedure. Blanks, a point and lower case are put right; nothing is padded.
 *
 * @returns undefined for what cannot be a code of that kind.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(formatIcd9("diagnosis", "4280"), "428.0");
 * assert.equal(formatIcd9("diagnosis", "E8798"), "E879.8");
 * assert.equal(formatIcd9("procedure", "0066"), "00.66");
 * assert.equal(formatIcd9("procedure", "E8798"), undefined);
 * ```
 */
export function formatIcd9(kind: Icd9Kind, raw: string): string | undefined {
  const written = raw.trim().toUpperCase();
  const code = written.replace(".", "");
  if (!SHAPES[kind].test(code)) return undefined;
  const category = kind === "procedure" ? 2 : code.startsWith("E") ? 4 : 3;
  const pointed = code.length > category
    ? `${code.slice(0, category)}.${code.slice(category)}`
    : code;
  return written.includes(".") && written !== pointed ? undefined : pointed;
}

/** A code as the tables of categories and titles hold it. */
export function withoutPoint(code: string): string {
  return code.replaceAll(".", "");
}

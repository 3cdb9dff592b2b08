/**
 * One code in several spellings: with its point and without, in capitals and in small letters, with
 * ICD-10's dagger or asterisk, in the wide characters of East Asia, with a letter of Cyrillic or Greek
 * that looks like its own, with dashes for hyphens.
 *
 * @module
 */
import { compareCodeUnits } from "../order.ts";
import type { CodeKind } from "../schema.ts";
import { isIcd } from "./plausible.ts";

/** Letters of Cyrillic and Greek → those of Latin that look the same. */
const LATIN = new Map(
  Array.from(
    "АВСЕНІКМОРТХΑΒΕΖΗΙΚΜΝΟΡΤΧ",
    (letter, at) => [letter, "ABCEHIKMOPTXABEZHIKMNOPTX"[at]!],
  ),
);

/** A code without what tells spellings of it apart: case, blanks, points, marks. */
export function foldCode(code: string): string {
  return plainSpelling(code).replaceAll(".", "");
}

/** Without all that but the point. */
function plainSpelling(code: string): string {
  const plain = code.normalize("NFKC").toUpperCase().replace(/\s/g, "").replace(/[·∙⋅]/g, ".")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/^\p{L}(?=\d)/u, (letter) => LATIN.get(letter) ?? letter)
    .replace(/^([A-Z]\d[A-Z\d]),(?=\d{1,4}$)/, "$1.");
  const whole = plain.replace(/\.?-+$/, ""); // `I10.-` stands for whatever is below I10
  return isIcd(whole) ? whole.replace(/[*†‡+!]$/, "") : plain;
}

/** Whether a code has no mark and no foreign character, whatever its case and blanks. */
function isPlain(code: string): boolean {
  return plainSpelling(code) === code.toUpperCase().replace(/\s/g, "");
}

/** Characters of a diagnosis's category, which has no point of its own. */
const CATEGORY = 3;

/** A code of a letter and digits, as ICD has them. */
const LETTERED = /^[a-z]\d/i;

/**
 * Finds the spellings of one code among those of a kind.
 *
 * Spellings that differ in case alone are one code. One without a point is the one with a point where
 * only one place of the point is known for it, and where it is too long to be a category that has no
 * point of its own. The most frequent plain spelling stands for all; where ICD's letters are written both
 * large and small, they are written large.
 *
 * @param counts spelling → how often it occurs.
 * @returns spelling → the one that stands for it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const counts = new Map([["428.0", 9], ["4280", 2], ["101", 1], ["10.1", 1]]);
 * const spelled = unifySpellings(counts, "code");
 * assert.equal(spelled.get("4280"), "428.0");
 * assert.equal(spelled.get("101"), "101");
 * ```
 */
export function unifySpellings(
  counts: ReadonlyMap<string, number>,
  kind: CodeKind,
): Map<string, string> {
  const lettered = [...counts.keys()].filter((code) => LETTERED.test(code));
  const mixed = lettered.some((code) => /^[a-z]/.test(code)) &&
    lettered.some((code) => /^[A-Z]/.test(code));
  const written = new Map<string, string>();
  for (const spellings of Map.groupBy(counts.keys(), foldCode).values()) {
    for (const group of sameCode(spellings, kind)) {
      const [first] = group.sort((a, b) =>
        Number(isPlain(b)) - Number(isPlain(a)) || counts.get(b)! - counts.get(a)! ||
        compareCodeUnits(a, b)
      );
      const capitals = mixed && LETTERED.test(first!);
      for (const code of group) written.set(code, capitals ? first!.toUpperCase() : first!);
    }
  }
  return written;
}

/** Parts spellings that differ in points and case into those that mean one code each. */
function sameCode(spellings: readonly string[], kind: CodeKind): string[][] {
  const byPoint = Map.groupBy(spellings, plainSpelling);
  const plain = [...byPoint.keys()].find((code) => !code.includes("."));
  const pointed = [...byPoint.keys()].filter((code) => code.includes("."));
  const [only] = pointed;
  const joined = plain !== undefined && pointed.length === 1 && isOneCode(plain, only!, kind);
  if (!joined) return [...byPoint.values()];
  return [[...byPoint.get(plain)!, ...byPoint.get(only!)!]];
}

/** Whether a code without a point is this one, and can be no other code. */
function isOneCode(plain: string, pointed: string, kind: CodeKind): boolean {
  const place = pointed.indexOf(".");
  if (place !== pointed.lastIndexOf(".")) return false;
  if (kind === "procedure") return place === 2;
  const isDiagnosis = place === 3 || /^E\d{3}\.\d$/.test(pointed);
  return plain.length > CATEGORY && (isDiagnosis || kind === "code" && place === 2);
}

/**
 * Whether a table's first record names its columns, or is data already.
 *
 * @module
 */
import { foldName } from "./column_names.ts";

/** Characters of the longest name of a column. */
const LONGEST = 60;

/** A name: it begins with a letter, is of few words, and is no sentence. */
const NAME = /^[\p{L}_$#"'(][\p{L}\p{M}\p{N} _.:/()#%$"'-]*$/u;
const MOST_WORDS = 5;
/** The end of a sentence. */
const SENTENCE = /[.!?](?:\s|$)/;

/** A code of ICD or its like: a letter and two digits or more, seven characters of PCS, a number. */
const DATA = /^\p{L}\d[\p{L}\d](?:\.?[\p{L}\d]+)?$|^(?=.*\d.*\d)[A-HJ-NP-Z\d]{7}$|\d{3}/iu;

/**
 * Whether the first of some records may be a header: every field is a name (or empty), no two are
 * the same, and none stands again in its column below.
 *
 * @param known names of columns, folded: where the first record has one, it is a header.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.ok(mayBeHeader([["case", "icd"], ["n1", "428.0"]], new Set()));
 * assert.ok(!mayBeHeader([["n1", "428.0"], ["n2", "401.9"]], new Set()));
 * ```
 */
export function mayBeHeader(
  records: readonly (readonly string[])[],
  known: ReadonlySet<string>,
): boolean {
  const [first = [], ...rest] = records;
  if (first.some((field) => known.has(foldName(field)))) return true;
  const filled = first.filter((field) => field !== "");
  return filled.length > 0 && new Set(filled).size === filled.length &&
    filled.every(isName) &&
    !first.some((field, at) => field !== "" && rest.some((record) => record[at] === field));
}

function isName(field: string): boolean {
  return field.length <= LONGEST && NAME.test(field) && !DATA.test(field) &&
    !SENTENCE.test(field) && field.split(/\s+/).length <= MOST_WORDS;
}

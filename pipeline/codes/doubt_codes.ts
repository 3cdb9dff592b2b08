/**
 * What looks wrong about a corpus's codes as a whole: words among them, numbers that lost their zeros,
 * codes of which none stands twice.
 *
 * @module
 */
import type { Code } from "./code.ts";

/** Distinct codes under which a whole says little. */
const FEW = 30;
/** Share of codes up to which those that are unlike the rest are strangers among them. */
const STRANGE = 1 / 3;

/**
 * What looks wrong, a line each; no code is shown that may be a word of a note.
 *
 * @param pairs how many pairs of a document and a code there are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const codes = ["I10", "E11.9", "I50.9", "TBD"].map((code) => ({ code, kind: "code", title: "" } as const));
 * assert.match(doubtCodes(codes, 9).join(), /^1 of 4 codes has no digit/);
 * ```
 */
export function doubtCodes(codes: readonly Pick<Code, "code" | "kind">[], pairs: number): string[] {
  const count = (is: (code: string, kind: Code["kind"]) => boolean) =>
    codes.filter(({ code, kind }) => is(code, kind)).length;
  const words = count((code) => !/\d/.test(code));
  const pointed = count((code) => /^\d{2,3}\.\d+$/.test(code));
  const zeros = count((code) => /^\d{2,3}\.\d*0$/.test(code));
  const short = count((code, kind) => kind === "diagnosis" && /^\d{1,2}(?:\.\d+)?$/.test(code));
  const doubts: string[] = [];
  if (words > 0 && words <= STRANGE * codes.length) {
    doubts.push(
      `${words} of ${codes.length} codes ${
        words > 1 ? "have" : "has"
      } no digit, as words such as TBD ` +
        "have none; leave out what is no code",
    );
  }
  if (pointed >= FEW && zeros === 0) {
    doubts.push(
      `none of ${pointed} codes such as 428.1 ends in 0: a spreadsheet or a data frame drops it, so that ` +
        "250.00 and 250 are one; read the column of codes as text",
    );
  }
  if (short > 0) {
    doubts.push(
      `${short} of ${codes.length} codes of diagnoses are numbers of fewer than three digits: zeros are ` +
        "lost; read the column of codes as text",
    );
  }
  if (codes.length >= FEW && codes.length === pairs) {
    doubts.push(
      `each of ${codes.length} codes is in one document alone; check that their column holds codes`,
    );
  }
  return doubts;
}

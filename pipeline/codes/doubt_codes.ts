/**
 * What looks wrong about a corpus's codes as a whole: words among them, numbers that lost their zeros,
 * codes of which none stands twice.
 *
 * @module
 */
import type { Code } from "./code.ts";
import { isIcd } from "./plausible.ts";

/** Distinct codes under which a whole says little. */
const FEW = 30;
/** Share of codes up to which those that are unlike the rest are strangers among them. */
const STRANGE = 1 / 3;

/** ICD-9's diagnoses have three digits before the point, PCS's procedures seven characters. */
const SHORT_DIAGNOSIS = /^\d{1,2}\.\d+$/;
const SHORT_PCS = /^\d{5,6}$/;
const PCS_LENGTH = 7;

/** A code of ICD and what somebody put behind it: `I10(Y)`, `I10:Y`, German `I10.90G`. */
const TAIL = /^([^():;=/|~^<\\-]+)[():;=/|~^<\\-](.+)$/;
const CERTAINTY = /^[A-Z]\d\d(?:\.\d{1,2})?[AGVZ]$/i;
/** Share of codes from which on they have a form of their own. */
const SOME = 0.05;

/** Whether something stands behind a code that is none: `E10-E14` is a block of two. */
function hasTail(code: string): boolean {
  const [, head = "", tail = ""] = TAIL.exec(code) ?? [];
  return CERTAINTY.test(code) || /^[A-Z]|\./i.test(head) && isIcd(head) && !isIcd(tail);
}

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
  const pcs = count((code, kind) => kind === "procedure" && code.length === PCS_LENGTH);
  const short = count((code, kind) =>
    kind === "diagnosis" && SHORT_DIAGNOSIS.test(code) ||
    kind === "procedure" && pcs > codes.length / 4 && SHORT_PCS.test(code)
  );
  const tails = count(hasTail);
  const doubts: string[] = [];
  if (words > 0 && words <= STRANGE * codes.length) {
    doubts.push(
      `${words} of ${codes.length} codes ${words > 1 ? "have" : "has"} no digit, as words such ` +
        "as TBD have none; leave out what is no code",
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
      `${short} of ${codes.length} codes are numbers of fewer digits than codes of their kind have: zeros ` +
        "are lost; read the column of codes as text",
    );
  }
  if (tails > SOME * codes.length) {
    doubts.push(
      `${tails} of ${codes.length} codes have something behind them, as I10:Y and I10(Y) have, and are ` +
        "codes of their own; leave it out where it is no part of the code",
    );
  }
  if (codes.length >= FEW && codes.length === pairs) {
    doubts.push(
      `each of ${codes.length} codes is in one document alone; check that their column holds codes`,
    );
  }
  return doubts;
}

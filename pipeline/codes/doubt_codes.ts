/**
 * What looks wrong about a corpus's codes as a whole: words among them, numbers that lost their zeros,
 * something behind them, codes of which none stands twice, or each in every document.
 *
 * @module
 */
import type { Code } from "./code.ts";
import { isIcd } from "./plausible.ts";

/** A code as it is judged. */
type Judged = Pick<Code, "code" | "kind">;

/** Codes under which a whole says little. */
const FEW = 30;
/** Codes and documents from which on it is no chance that each has all. */
const ALL = 5;
/** Share of codes up to which those that are unlike the rest are strangers among them. */
const STRANGE = 1 / 3;
/** Share of codes from which on a form is one that somebody gave them. */
const SOME = 0.05;

/** ICD-9's diagnoses have three digits before the point, PCS's procedures seven characters. */
const SHORT_DIAGNOSIS = /^\d{1,2}\.\d+$/;
const SHORT_PCS = /^\d{5,6}$/;
const PCS_LENGTH = 7;

/** The few codes of PCS that have no digit end in what says nothing. */
const LETTERS_OF_PCS = /^[A-HJ-NP-Z]{4}ZZZ$/i;

/** A code and what somebody put behind it: `I10(Y)`, `I10:Y`, Germany's `I10.90G`. */
const TAIL = /^([^():;=/|~^<\\-]+)[():;=/|~^<\\-](.+)$/;
const CERTAINTY = /^[A-Z]\d\d(?:\.\d{1,2})?[AGVZ]$/i;

/**
 * What looks wrong, a line each; no code is shown that may be a word of a note.
 *
 * @param counts pairs of a document and a code, and documents that have codes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const codes = ["I10", "E11.9", "I50.9", "TBD"].map((code) => ({ code, kind: "code" } as const));
 * assert.match(doubtCodes(codes, { pairs: 9, documents: 5 }).join(), /^codes without a digit: 1 of 4/);
 * ```
 */
export function doubtCodes(
  codes: readonly Judged[],
  counts: { readonly pairs: number; readonly documents: number },
): string[] {
  return [...doubtForms(codes), ...doubtNumbers(codes), ...doubtPairs(codes.length, counts)];
}

function doubtForms(codes: readonly Judged[]): string[] {
  const words = count(codes, ({ code }) => !/\d/.test(code) && !LETTERS_OF_PCS.test(code));
  const tails = count(codes, hasTail);
  return [
    ...words > 0 && words <= STRANGE * codes.length
      ? [`codes without a digit: ${words} of ${codes.length}; leave out words such as TBD`]
      : [],
    ...tails > SOME * codes.length
      ? [
        `codes with something behind them, as I10:Y and I10(Y) have: ${tails} of ${codes.length}, which ` +
        "are codes of their own; leave it out where it is no part of the code",
      ]
      : [],
  ];
}

/** Whether something stands behind a code that is no code itself: `E10-E14` is a block. */
function hasTail({ code }: Judged): boolean {
  const [, head = "", tail = ""] = TAIL.exec(code) ?? [];
  return CERTAINTY.test(code) || /^[A-Z]|\./i.test(head) && isIcd(head) && !isIcd(tail);
}

function doubtNumbers(codes: readonly Judged[]): string[] {
  const pointed = count(codes, ({ code }) => /^\d{2,3}\.\d+$/.test(code));
  const zeros = count(codes, ({ code }) => /^\d{2,3}\.\d*0$/.test(code));
  const pcs = count(codes, ({ code, kind }) => kind === "procedure" && code.length === PCS_LENGTH);
  const short = count(
    codes,
    ({ code, kind }) =>
      kind === "diagnosis" && SHORT_DIAGNOSIS.test(code) ||
      kind === "procedure" && pcs > codes.length / 4 && SHORT_PCS.test(code),
  );
  return [
    ...pointed >= FEW && zeros === 0
      ? [
        `none of ${pointed} codes such as 428.1 ends in 0: a spreadsheet or a data frame drops it, so ` +
        "that 250.00 and 250 are one; read the column of codes as text",
      ]
      : [],
    ...short > 0
      ? [
        `numbers of fewer digits than codes of their kind have: ${short} of ${codes.length} codes; zeros ` +
        "are lost: read the column of codes as text",
      ]
      : [],
  ];
}

function doubtPairs(
  codes: number,
  { pairs, documents }: { readonly pairs: number; readonly documents: number },
): string[] {
  if (codes >= FEW && pairs === codes) {
    return [`each of ${codes} codes is in one document alone; check that their column holds codes`];
  }
  if (codes < ALL || documents < ALL || pairs < codes * documents) return [];
  return [
    `each of ${documents} documents has all ${codes} codes; check that the table of labels has a row for a ` +
    "code that a note has, and none for others",
  ];
}

function count(codes: readonly Judged[], is: (code: Judged) => boolean): number {
  return codes.filter(is).length;
}

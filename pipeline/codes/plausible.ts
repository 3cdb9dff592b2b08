/**
 * What ids, codes, categories and their titles look like. A cell that is none of them is most likely
 * the text of a note in the wrong column: it goes nowhere, neither into a message nor into a dataset.
 *
 * @module
 */

const LONGEST_ID = 64;
const LONGEST_CODE = 40;
const LONGEST_CATEGORY = 60;
/** ICD's own titles have up to 230 characters. */
const LONGEST_TITLE = 300;

/** Codes as ICD writes them; the last characters tell ICD-10's pairs of aetiology and manifestation. */
const ICD =
  /^(?:[A-Z]\d[A-Z\d](?:\.?[A-Z\d]{1,4})?|\d{2,3}\.\d{1,2}|\d{3,5}|[VE]\d{2,3}(?:\.?\d{1,2})?)[*†‡+!]?$/i;
/** Procedures of ICD-10. */
const PCS = /^(?=.*\d)[A-HJ-NP-Z\d]{7}$/i;

const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
/** Those of Dutch, French, German, Italian, Portuguese and Spanish that English has not. */
const OTHER_MONTHS =
  "ene|gen|f[eé]v|m[aä]r|mrz|mrt|abr|avr|mai|mag|mei|jui|giu|lug|ago|ao[uû]|set|okt|" +
  "out|ott|dez|d[eé]c|dic";
/** What a spreadsheet makes of a code that it takes for a date or for a number: `5-Jan`, `8.00E+03`. */
const REWRITTEN = new RegExp(
  [
    String.raw`\d{1,4}([-/])\d{1,2}\1\d{1,4}`,
    String.raw`\d{1,2}\.\d{1,2}\.\d{4}`,
    String.raw`\d{1,2}-(?:${MONTHS}|${OTHER_MONTHS})(?:-\d{2,4})?`,
    String.raw`(?:${MONTHS})-\d{2,4}`,
    String.raw`\d{4}-\d{2}-\d{2}T\d{2}:.*`,
    String.raw`\d{1,2}:\d{2}:\d{2}`,
    String.raw`\d(?:[.,]\d+)?E\+\d+`,
  ].map((form) => `^${form}$`).join("|"),
  "i",
);

/** Whether a cell is written as ICD writes its codes, which have no blank and no slash inside. */
export function isIcd(cell: string): boolean {
  return ICD.test(cell) || PCS.test(cell);
}

/** Whether a cell may be a document's or a patient's id: short, of four words at most. */
export function isId(cell: string): boolean {
  return cell.length <= LONGEST_ID && hasWords(cell, 4);
}

/** Whether a cell may be a code: short, one word, no list, no object and nothing that was rewritten. */
export function isCode(cell: string): boolean {
  return cell.length <= LONGEST_CODE && hasWords(cell, 1) && !/[[\]{}"]/.test(cell) &&
    !isHalf(cell) && !REWRITTEN.test(cell);
}

/** Whether a bracket of a cell is in another cell: the cell is a part of something. */
function isHalf(cell: string): boolean {
  return cell.split("(").length !== cell.split(")").length;
}

/** Whether a cell may be a category's number or name: short, of eight words at most, no sentence. */
export function isCategory(cell: string): boolean {
  return cell.length <= LONGEST_CATEGORY && hasWords(cell, 8) && !/[.!?;](?:\s|$)/.test(cell);
}

/** Whether a cell may be words for a code or a category: one line, not longer than ICD's. */
export function isTitle(cell: string): boolean {
  return cell.length <= LONGEST_TITLE && !/[\n\r\t\v\f]/.test(cell);
}

/** Whether a text without outer blanks is one line of 1 to `most` words. */
function hasWords(text: string, most: number): boolean {
  return !/[\n\r\t\v\f]/.test(text) && text.split(/\s+/).length <= most && text.trim() === text &&
    text !== "";
}

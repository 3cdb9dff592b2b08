/**
 * What a cell of codes holds: one code, several in a list, or nothing. A list is told by its form
 * whatever stands between its codes; it is split only where the user says at what.
 *
 * @module
 */
import { isMissing } from "./missing.ts";
import { isCode, isIcd } from "./plausible.ts";

/** A cell of codes. */
export interface CodeCell {
  /** As they are written; of a list that is not to be split, none. */
  readonly codes: readonly string[];
  /** What `--code-separator` would split it at, where it is a list and was not split. */
  readonly list: string | undefined;
}

/** Words of `--code-separator` → what they stand for. */
const WORDS: { readonly [word: string]: RegExp } = { space: /\s+/, tab: /\t/, newline: /\r?\n/ };

/** What may stand between any codes, in the order in which it is looked for. */
const SEPARATORS = [";", "|", "\n", "\t", ","];
/** What may stand between codes that are written as ICD writes them; elsewhere it is a part of one. */
const SIGN = /[^\p{L}\p{M}\p{N}\s.*†‡!–-]/u;
/** A code of ICD whose point is a comma. */
const DECIMAL_COMMA = /^[A-Z]\d[A-Z\d],\d{1,4}$/i;

/** The value of `--code-separator` for lists as JSON and Python write them. */
export const LIST = "list";

/**
 * Reads a cell of codes.
 *
 * @param separator characters, or `space`, `tab`, `newline` or `list`; undefined: one code a cell.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(readCodeCell("428.0;401.9", ";").codes, ["428.0", "401.9"]);
 * assert.deepEqual(readCodeCell("['428.0', nan]", LIST).codes, ["428.0"]);
 * assert.equal(readCodeCell("428.0 401.9").list, "space");
 * ```
 */
export function readCodeCell(cell: string, separator?: string): CodeCell {
  const text = unwrap(cell);
  if (isMissing(text)) return { codes: [], list: undefined };
  const items = bracketed(text);
  if (items?.length === 0) return { codes: [], list: undefined };
  if (separator === undefined) {
    const list = items ? LIST : separatorOf(text);
    return list === undefined ? single(text) : { codes: [], list };
  }
  const cells = (items ?? split(text, separator)).map((item) => single(unwrap(item)));
  const list = cells.flatMap(({ codes }) => codes).map(separatorOf).find((list) => list);
  return list === undefined
    ? { codes: cells.flatMap(({ codes }) => codes), list: undefined }
    : { codes: [], list };
}

/** A cell as a spreadsheet keeps text from becoming a number: `="0389"`, `'0389`, `"0389"`. */
export function unwrap(cell: string): string {
  const text = cell.trim();
  return /^="([^"]*)"$/.exec(text)?.[1] ?? /^"([^"]+)"$/.exec(text)?.[1] ??
    /^'([^']+)'?$/.exec(text)?.[1] ?? text;
}

/** Separators that nothing stands behind, or before. */
const STRAY = /^[;,|.\s]+|[;,|.\s]+$/g;

function single(text: string): CodeCell {
  const code = joinBlanks(text).replace(STRAY, "");
  return { codes: isMissing(code) ? [] : [code], list: undefined };
}

/** A code that was written with blanks inside: `N44 .8`. */
function joinBlanks(text: string): string {
  if (!/\s/.test(text)) return text;
  const joined = text.replace(/\s+/g, "");
  return isIcd(joined) ? joined : text;
}

/** The items of a list of JSON, Python, numpy, R, Spark or PostgreSQL; undefined where the text is none. */
function bracketed(text: string): string[] | undefined {
  const inner = /^(?:\[(.*)\]|[a-z]*\((.*)\)|\{(.*)\})$/is.exec(text)?.slice(1)
    .find((part) => part !== undefined)?.trim();
  if (inner === undefined || /[[\]{}():]/.test(inner)) return undefined;
  if (inner === "") return [];
  const quoted = [...inner.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, a, b]) => a ?? b!);
  const rest = inner.replace(/'[^']*'|"[^"]*"/g, " ").split(/[\s,;]+/).filter(Boolean);
  if (quoted.length > 0) return [...quoted, ...rest];
  return inner.split(/[,;]/.test(inner) ? /[,;]/ : /\s+/).filter((item) => item.trim() !== "");
}

function split(text: string, separator: string): string[] {
  const parts = separator === LIST ? [text] : text.split(WORDS[separator] ?? separator);
  return parts.filter((part) => part.trim() !== "");
}

/** What separates the codes of a list that has no brackets; undefined where the text is none. */
function separatorOf(text: string): string | undefined {
  const isList = (separator: string, is: (part: string) => boolean) => {
    const parts = split(text, separator).map((part) => unwrap(part));
    return parts.length > 1 && parts.every((part) => isMissing(part) || is(part));
  };
  if (isIcd(text.replace(/\s+/g, "")) && !isList("space", isIcd)) return undefined;
  if (DECIMAL_COMMA.test(text) && !isList(",", isIcd)) return undefined;
  const found = SEPARATORS.find((separator) =>
    isList(separator, (part) => isCode(joinBlanks(part)))
  );
  const name = found === "\n" ? "newline" : found === "\t" ? "tab" : found;
  const [sign = "space"] = /<br ?\/?>/i.exec(text) ?? SIGN.exec(text) ?? [];
  return name ?? ["space", sign].find((separator) => isList(separator, isIcd));
}

/**
 * The guards of a source text: the statements that refuse something with an error that a user sees.
 *
 * @module
 */

/** A statement that can be taken out. */
export interface Guard {
  /** From 1. */
  readonly line: number;
  /** Place of its first character, and of the one behind its last. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Errors of defects of the program, and what is only passed on. */
const NO_GUARD = /^throw (?:new (?:\w*\.)?(?:TypeError|RangeError|Error|SyntaxError)\b|\w+;$)/;

/** Finds every `throw` of what a user sees, and every call of a function that does nothing but throw. */
export function findGuards(source: string): Guard[] {
  const code = blank(source);
  const thrown = [...code.matchAll(/\bthrow\b/g)].map(({ index }) => index);
  const calls = neverNames(code).flatMap((name) =>
    [...code.matchAll(new RegExp(`(?<=[\\n;{})] *)(?:return )?${name}\\(`, "g"))].map(({ index }) =>
      index
    )
  );
  return [...thrown, ...calls].sort((a, b) => a - b).map((start) => {
    const end = endOfStatement(code, start);
    const line = source.slice(0, start).split("\n").length;
    return { line, start, end, text: source.slice(start, end) };
  }).filter(({ text }) => text.endsWith(";") && !NO_GUARD.test(text));
}

/** The source without a guard: where it refused, it goes on. */
export function withoutGuard(source: string, { start, end }: Guard): string {
  return `${source.slice(0, start)}void 0;${source.slice(end)}`;
}

/** The source in which each guard refuses only if the expression that `allowed` makes for it is true. */
export function withSwitches(source: string, allowed: (guard: Guard) => string): string {
  return findGuards(source).reduceRight((text, guard) => {
    const { start, end, text: own } = guard;
    return `${text.slice(0, start)}{ if (${allowed(guard)}) ${own} }${text.slice(end)}`;
  }, source);
}

/** Names of functions that never return. */
function neverNames(code: string): string[] {
  const functions = code.matchAll(/\bfunction (\w+)(?:<[^>]*>)?\([^)]*\): never\b/g);
  const constants = code.matchAll(/\bconst (\w+) = \([^)]*\): never =>/g);
  return [...functions, ...constants].map(([, name]) => name!);
}

/** Where the statement at `start` ends: behind its semicolon; the text's end where there is none. */
function endOfStatement(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if ("([{".includes(code[at]!)) depth++;
    else if (")]}".includes(code[at]!) && --depth < 0) return at;
    else if (code[at] === ";" && depth === 0) return at + 1;
  }
  return code.length;
}

/** What is no code: comments, strings, patterns; the one that begins at a place, if any. */
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y;
const PATTERN = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`$\\])*/y;

/** The source with blanks in place of strings, templates, patterns and comments, of the same length. */
function blank(source: string): string {
  const out: string[] = [];
  const templates: number[] = []; // depth of braces at which the code in each open template ends
  let depth = 0;
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (!text) return false;
    out.push(text.replace(/[^\n]/g, " "));
    at += text.length;
    return true;
  };
  const text = () => {
    skip(TEMPLATE_TEXT);
    if (source[at] === "`") return put(" ", 1);
    templates.push(depth);
    put("  ", 2);
  };
  const put = (letters: string, length = letters.length) => {
    out.push(letters);
    at += length;
  };
  while (at < source.length) {
    const letter = source[at]!;
    if (letter === "/" && (skip(COMMENT) || (startsPattern(out) && skip(PATTERN)))) continue;
    if (skip(STRING)) continue;
    if (letter === "`") {
      put(" ");
      text();
    } else if (letter === "}" && depth === templates.at(-1)) {
      templates.pop();
      put(" ");
      text();
    } else {
      if (letter === "{") depth++;
      if (letter === "}") depth--;
      put(letter);
    }
  }
  return out.join("");
}

/** Whether a slash behind this code begins a pattern, and does not divide. */
function startsPattern(out: readonly string[]): boolean {
  const before = out.slice(-40).join("").trimEnd();
  return /(?:^|[(,=:[!&|?{};>]|\breturn)$/.test(before);
}

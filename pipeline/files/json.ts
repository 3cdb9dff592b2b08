/**
 * JSON read strictly: where `JSON.parse` keeps the last of equal keys and says nothing, this refuses
 * both.
 *
 * @module
 */

import { shown } from "../errors.ts";

/** Deeper nesting than any file of this program has. */
const MAX_DEPTH = 64;

/**
 * The value of a JSON text in which every object has each key once.
 *
 * @throws {SyntaxError} saying what is wrong and in which line, without a word of the text but a key.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseJson('{"seed": 1}'), { seed: 1 });
 * assert.throws(() => parseJson('{"seed": 1,\n"seed": 2}'), /the key seed twice \(line 2\)/);
 * ```
 */
export function parseJson(text: string): unknown {
  requireDistinctKeys(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = /\(line (\d+)/.exec((error as Error).message)?.[1];
    throw new SyntaxError(line === undefined ? "no JSON" : `no JSON (line ${line})`);
  }
}

/**
 * Refuses a text one of whose objects has a key twice. One that is no JSON at all may pass.
 *
 * @throws {SyntaxError} as {@linkcode parseJson}.
 */
export function requireDistinctKeys(text: string): void {
  const keys: (Set<string> | undefined)[] = []; // of each object around the place, none of an array
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (isKey) addKey(keys.at(-1), text, at, end);
        isKey = false;
        at = end;
        break;
      }
      case "{":
        keys.push(new Set());
        isKey = true;
        break;
      case "[":
        keys.push(undefined);
        isKey = false;
        break;
      case "}":
      case "]":
        keys.pop();
        isKey = false;
        break;
      case ",":
        isKey = keys.at(-1) !== undefined;
        break;
    }
    if (keys.length > MAX_DEPTH) {
      throw new SyntaxError(`more than ${MAX_DEPTH} levels${lineOf(text, at)}`);
    }
  }
}

/** Index of the quote that closes the string that opens at `start`, or of the text's end. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let first = at; // of the backslashes before the quote
    while (first - 1 > start && text[first - 1] === "\\") first--;
    if ((at - first) % 2 === 0) return at;
  }
  return text.length;
}

function addKey(keys: Set<string> | undefined, text: string, start: number, end: number): void {
  const quoted = text.slice(start, end + 1);
  const key = quoted.includes("\\") ? unescape(quoted) : quoted.slice(1, -1);
  if (key === undefined || !keys) return;
  if (keys.has(key)) throw new SyntaxError(`the key ${shown(key)} twice${lineOf(text, start)}`);
  keys.add(key);
}

/** `"\u0061"` and `"a"` are one key. */
function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

function lineOf(text: string, at: number): string {
  return ` (line ${text.slice(0, at).split("\n").length})`;
}

/**
 * A list of the codes that are to be the labels.
 *
 * @module
 */
import { isCode } from "../codes/plausible.ts";
import { DataError, shown, stripControls } from "../errors.ts";
import { readText } from "../files/read.ts";

/**
 * Reads a file with a code a line, written as the labels are, with its point; no header.
 *
 * @throws {DataError} where there is no such file, no code in it, a line that can be no code, or a code
 * twice.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function readCodeList(path: string): Promise<string[]> {
  return parseCodeList(await readText(path, (found) => wrong(path, found)), path);
}

/**
 * Parses a list of codes, empty lines passed over.
 *
 * @param where path for messages, which never show a line that can be no code.
 * @throws {DataError} as {@linkcode readCodeList} does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseCodeList("401.9\n38.93\n", "codes.csv"), ["401.9", "38.93"]);
 * ```
 */
export function parseCodeList(text: string, where: string): string[] {
  const lines = new Map<string, number>();
  text.split(/\r\n?|\n/).forEach((line, at) => {
    const code = stripControls(line).trim();
    if (code === "") return;
    if (!isCode(code)) throw wrong(where, `line ${at + 1} is ${shown(code)}`);
    const first = lines.get(code);
    if (first !== undefined) {
      throw wrong(where, `lines ${first} and ${at + 1} are both ${shown(code)}`);
    }
    lines.set(code, at + 1);
  });
  if (lines.size === 0) throw wrong(where, "no code in it");
  return [...lines.keys()];
}

function wrong(where: string, found: string): DataError {
  return new DataError(
    `reading ${where}: ${found}; expected a code a line, each once, and no header; see --top-codes`,
  );
}

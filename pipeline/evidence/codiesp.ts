/**
 * Annotations as CodiEsp's `trainX.tsv` has them: a line a passage, of an id, a kind, a code, the words
 * marked, and the stretches they are of, `start end` in code points, joined by semicolons. There is no
 * header.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { Annotation, Stretch } from "./annotation.ts";

const FIELDS = 5;

/**
 * The annotations of a file.
 *
 * @param name of the file, for messages.
 * @throws {DataError} where a line is none, naming the line and quoting nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const [passage] = parseCodiesp("n1\tDIAGNOSTICO\tn44.8\tdolor leve\t3 8;20 24\n", "x.tsv");
 * assert.deepEqual(passage, {
 *   document: "n1",
 *   code: "n44.8",
 *   stretches: [{ start: 3, end: 8 }, { start: 20, end: 24 }],
 *   where: "x.tsv, line 1",
 * });
 * ```
 */
export function parseCodiesp(text: string, name: string): Annotation[] {
  return text.split(/\r?\n/).flatMap((line, at) =>
    line.trim() === "" ? [] : [parseLine(line, `${name}, line ${at + 1}`)]
  );
}

function parseLine(line: string, where: string): Annotation {
  const fields = line.split("\t").map((field) => field.trim());
  const [document, , code, , places] = fields;
  const stretches = places?.split(";").map(parseStretch) ?? [];
  if (fields.length !== FIELDS || !document || !code || !stretches.every((one) => one)) {
    throw new DataError(
      `reading ${where}: it is no annotation; expected id, kind, code, words and "start end;start end", ` +
        "joined by tabs; see docs/evidence.md",
    );
  }
  return { document, code, stretches: stretches as Stretch[], where };
}

function parseStretch(text: string): Stretch | undefined {
  const [, start, end] = /^(\d{1,9}) (\d{1,9})$/.exec(text.trim()) ?? [];
  if (start === undefined || Number(start) > Number(end)) return undefined;
  return { start: Number(start), end: Number(end) };
}

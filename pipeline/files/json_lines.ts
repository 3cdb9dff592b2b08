/**
 * JSON of one object a line.
 *
 * @module
 */

/**
 * The members of a line's object, as text: numbers as they are written, whatever their size; lists and
 * objects as JSON; null as null.
 *
 * @returns undefined where the line is no object. The parser's own message would quote the line.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const line = '{"id": 9007199254740993, "codes": ["I10", 428.0], "split": null}';
 * assert.deepEqual([...parseJsonLine(line)!], [
 *   ["id", "9007199254740993"],
 *   ["codes", '["I10","428.0"]'],
 *   ["split", null],
 * ]);
 * ```
 */
export function parseJsonLine(line: string): ReadonlyMap<string, string | null> | undefined {
  const value = parseJsonObject(line);
  return value && new Map(Object.entries(value).map(([key, member]) => [key, asText(member)]));
}

/** A line's object, its numbers as text; undefined where the line is none. */
export function parseJsonObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line, asWritten);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers as they are written. */
function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? context?.source ?? String(value) : value;
}

function asText(member: unknown): string | null {
  if (member === null) return null;
  return typeof member === "string" ? member : JSON.stringify(member);
}

/** The lines of text that comes in pieces, without their ends. */
export async function* readLines(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const part of parts) {
    const lines = part.split(/\r?\n/);
    rest.push(lines.shift()!);
    if (lines.length === 0) continue;
    yield rest.join("");
    rest = [lines.pop()!];
    yield* lines;
  }
  const last = rest.join("");
  if (last !== "") yield last;
}

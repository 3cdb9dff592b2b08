/**
 * A table of JSON lines: an object a line, whose members are the columns.
 *
 * @module
 */
import { DataError, firstLine, ReportedError, shown } from "../errors.ts";
import { requireDistinctKeys } from "../files/json.ts";
import { parseJsonLine, readLines } from "../files/json_lines.ts";
import { brokenGzip } from "./dialect.ts";
import type { CellRow } from "./records.ts";
import { type StoredFile, textPieces } from "./stored_text.ts";

/** What a table names its columns, and how it starts. */
export interface KeySurvey {
  /** Names as they are written, in the order in which they are met. */
  readonly keys: readonly string[];
  /** The first records. */
  readonly records: readonly CellRow[];
}

const RECORDS = 20;
/** More names than that are no columns: they stand for something that varies. */
const MOST_KEYS = 10_000;

/** Whether a text, of which the start is at hand, is JSON and no table of fields. */
export function isJson(start: string): boolean {
  return /^\ufeff?\s*(?:\{\s*["}]|\[\s*[[{\]])/.test(start);
}

/**
 * Reads a table of JSON lines for the names of its columns.
 *
 * @throws {DataError} where it is JSON of another form, naming the line.
 */
export async function surveyJsonLines(
  path: string,
  { location, gzip }: Pick<StoredFile, "location" | "gzip">,
): Promise<KeySurvey> {
  const keys = new Set<string>();
  const first: ReadonlyMap<string, string | null>[] = [];
  for await (const members of readMembers(path, location, gzip)) {
    for (const key of members.keys()) keys.add(key);
    if (keys.size > MOST_KEYS) {
      throw new DataError(
        `reading ${path}: its objects have more than ${MOST_KEYS} different members; expected ` +
          "the same ones in each; write ids and codes as values",
      );
    }
    if (first.length < RECORDS) first.push(members);
  }
  if (first.length === 1 && [...first[0]!.values()].every((member) => /^[{[]/.test(member ?? ""))) {
    throw new DataError(
      `reading ${path}: it is one object of columns; expected an object for each row; write it as ` +
        "such, in pandas with to_json(orient='records', lines=True)",
    );
  }
  const names = [...keys];
  return { keys: names, records: first.map((members) => cellsOf(members, names)) };
}

/** The records of a table of JSON lines. */
export async function* readJsonLines(
  path: string,
  { location, gzip }: Pick<StoredFile, "location" | "gzip">,
  keys: readonly string[],
): AsyncGenerator<CellRow[]> {
  for await (const members of readMembers(path, location, gzip)) yield [cellsOf(members, keys)];
}

function cellsOf(members: ReadonlyMap<string, string | null>, keys: readonly string[]): CellRow {
  return keys.map((key) => members.get(key) ?? "");
}

async function* readMembers(
  path: string,
  location: string,
  gzip: boolean,
): AsyncGenerator<ReadonlyMap<string, string | null>> {
  let line = 0;
  const text = decode(path, textPieces(location, gzip));
  for await (const written of readLines(text)) {
    line++;
    if (written.trim() === "") continue;
    requireOneMeaning(path, line, written);
    const members = parseJsonLine(written) ?? parseJsonLine(withNulls(written));
    if (!members) {
      throw new DataError(
        `reading ${path}, line ${line}: it is no JSON object, but ${shown(written.trim())}; ` +
          "expected an object on each line; convert a list with jq -c '.[]'",
      );
    }
    yield members;
  }
}

/** Refuses a line of which parsers keep a part alone. */
function requireOneMeaning(path: string, line: number, written: string): void {
  try {
    requireDistinctKeys(written);
  } catch (error) {
    const found = firstLine(error).replace(/ \(line \d+\)$/, "");
    throw new DataError(
      `reading ${path}, line ${line}: it has ${found}; expected each key once, and few levels; write the ` +
        "line again",
    );
  }
}

/** Python's and JavaScript's words for no number, which JSON lacks, as null; strings stay as they are. */
function withNulls(line: string): string {
  return line.replace(
    /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g,
    (part) => part.startsWith('"') ? part : "null",
  );
}

async function* decode(path: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof ReportedError) throw error;
    if (!(error instanceof TypeError)) throw brokenGzip(path);
    throw new DataError(
      `reading ${path}: it is not UTF-8; expected UTF-8 text; convert it with iconv`,
    );
  }
}

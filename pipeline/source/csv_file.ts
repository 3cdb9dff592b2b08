/**
 * One input table as it lies on disk: compression, delimiter and columns, all read from its first
 * bytes and never guessed from its name.
 *
 * @module
 */
import { basename } from "node:path";
import { DataError, stripControls } from "../errors.ts";
import { readAt } from "../files/read.ts";
import type { ColumnExpectation, Columns } from "./columns.ts";
import { ColumnsError, lookedFor } from "./columns_error.ts";
import { findColumns } from "./find_columns.ts";

/** An input table that was opened and whose header was read. */
export interface CsvFile extends Columns {
  /** As it was given, for messages. */
  readonly path: string;
  /** Where it lies: absolute, links followed. All readers open this, so that they read one file. */
  readonly location: string;
  /** Base name, as the manifest has it. */
  readonly name: string;
  /** Size as stored, in bytes. */
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970; null where the system does not say. */
  readonly modified: number | null;
  /** Whether its bytes are a gzip stream. */
  readonly gzip: boolean;
  readonly delimiter: "," | "\t";
}

/** What a table must look like. */
export interface CsvExpectation extends ColumnExpectation {
  /** The only delimiter that is right; without it, tab or comma as the first line has it. */
  readonly delimiter?: "," | "\t" | undefined;
}

/** Bytes of a file's start, as stored, of which one record is to be read. */
const SNIFFED = 1 << 20;
/** Characters of text, and records, by which columns are told. */
const LOOKED_AT = 1 << 16;
const RECORDS = 20;

/**
 * Reads a table's first records and finds its columns.
 *
 * @throws {DataError} where the file is missing, empty, has another delimiter or lacks columns.
 */
export async function openCsv(path: string, expected: CsvExpectation): Promise<CsvFile> {
  const fail = (found: string, remedy = ""): never => {
    throw new DataError(
      `reading the header of ${path}: ${found}; expected the columns ${lookedFor(expected)} ` +
        `separated by ${nameOf(expected.delimiter)}${remedy && `; ${remedy}`}`,
    );
  };
  const { text, ...stored } = await readStart(path).catch((error) =>
    fail(error instanceof Deno.errors.NotFound ? "no such file" : "it is no readable text or gzip")
  );
  const [line = ""] = text.split(/[\r\n]/, 1);
  if (line.trim() === "") fail("it is empty");
  const delimiter = expected.delimiter ?? (line.includes("\t") ? "\t" : ",");
  const file = { path, name: stripControls(basename(path)), ...stored, delimiter } as const;
  try {
    return { ...file, ...findColumns(firstRecords(text, delimiter), expected) };
  } catch (error) {
    if (error instanceof ColumnsError) return fail(error.found, error.remedy);
    throw error;
  }
}

/** The first records of a text whose end may be cut, quotes undone; blank lines are none. */
function firstRecords(text: string, delimiter: string): string[][] {
  const records: string[] = [];
  let record = "";
  let open = false; // inside quotes
  for (const line of text.split(/\r\n|\r|\n/)) {
    record += open ? `\n${line}` : line;
    if (line.split('"').length % 2 === 0) open = !open;
    if (open) continue;
    if (record.trim() !== "") records.push(record);
    record = "";
    if (records.length === RECORDS) break;
  }
  if (records.length === 0) records.push(record);
  return records.map((record) => splitRecord(record, delimiter));
}

/** Splits one CSV record into its fields, quotes undone. */
export function splitRecord(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') {
      if (quoted && line[i + 1] === '"') field += line[++i];
      else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
  }
  return [...fields, field];
}

function nameOf(delimiter: string | undefined): string {
  return delimiter === "," ? "commas" : delimiter === "\t" ? "tabs" : "commas or tabs";
}

/** How a file is stored, and how its text starts, without byte order mark. */
async function readStart(
  path: string,
): Promise<Pick<CsvFile, "location" | "bytes" | "modified" | "gzip"> & { readonly text: string }> {
  const location = await Deno.realPath(path);
  using file = await Deno.open(location, { read: true });
  const { size, mtime } = await file.stat();
  const head = new Uint8Array(Math.min(size, SNIFFED));
  readAt(file, 0, head);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const start = gzip ? await inflateStart(head) : head;
  const end = start.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = end < 0 ? start : start.subarray(0, end);
  new TextDecoder("utf-8", { fatal: true }).decode(line);
  const text = new TextDecoder().decode(start.subarray(0, Math.max(LOOKED_AT, line.length)));
  return { location, bytes: size, modified: mtime?.getTime() ?? null, gzip, text };
}

/** The first bytes of a gzip stream of which only the start is at hand. */
async function inflateStart(head: Uint8Array): Promise<Uint8Array> {
  const source = new Blob([head as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: number[] = [];
  while (parts.length < LOOKED_AT || (parts.length < SNIFFED && !parts.includes(0x0a))) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) parts.push(byte);
  }
  await reader.cancel().catch(() => {});
  return Uint8Array.from(parts);
}

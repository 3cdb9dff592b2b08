/**
 * One input table as it lies on disk: compression, delimiter and columns, all read from its first
 * bytes and never guessed from its name.
 *
 * @module
 */
import { basename } from "node:path";
import { DataError, shown, stripControls } from "../errors.ts";
import { readAt } from "../files/read.ts";

/** An input table that was opened and whose header was read. */
export interface CsvFile {
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
  /** Whether its first record names the columns. */
  readonly header: boolean;
  /** Column names in the file's order, in lower case; made up where there is no header. */
  readonly columns: readonly string[];
}

/** What a table must look like. */
export interface CsvExpectation {
  /** Columns that must be there, in lower case. */
  readonly required: readonly string[];
  /** The only delimiter that is right; without it, tab or comma as the first line has it. */
  readonly delimiter?: "," | "\t" | undefined;
  /** A table without a header is read by place: the names of its columns. */
  readonly headerless?: readonly string[] | undefined;
}

const SNIFFED = 1 << 20;

/**
 * Reads a table's first line and checks it against what is expected.
 *
 * @throws {DataError} where the file is missing, empty, has another delimiter or lacks columns.
 */
export async function openCsv(path: string, expected: CsvExpectation): Promise<CsvFile> {
  const fail = (found: string): never => {
    throw new DataError(
      `reading the header of ${path}: ${found}; expected the columns ` +
        `${expected.required.join(", ")} separated by ${nameOf(expected.delimiter)}`,
    );
  };
  const { line, ...stored } = await readStart(path).catch((error) =>
    fail(error instanceof Deno.errors.NotFound ? "no such file" : "it is no readable text or gzip")
  );
  if (line.trim() === "") fail("it is empty");
  const delimiter = expected.delimiter ?? (line.includes("\t") ? "\t" : ",");
  const fields = splitRecord(line, delimiter);
  const names = fields.map((field) => field.trim().toLowerCase());
  const file = { path, name: stripControls(basename(path)), ...stored, delimiter } as const;
  const missing = expected.required.filter((column) => !names.includes(column));
  if (missing.length === 0) {
    const twice = names.find((name, i) => name !== "" && names.indexOf(name) < i);
    if (twice !== undefined) fail(`two columns named ${shown(twice)}`);
    return { ...file, header: true, columns: names };
  }
  const { headerless } = expected;
  if (headerless && fields.length >= expected.required.length) {
    const columns = fields.map((_, i) => headerless[i] ?? `column ${i}`);
    return { ...file, header: false, columns };
  }
  return fail(`no column ${missing.join(", ")}; found ${describeHeader(names)}`);
}

/** The names of a header that is none of ours; of a line that may be data, no more than lengths. */
function describeHeader(names: readonly string[]): string {
  const isHeader = names.every((name) => /^[\p{L}_]/u.test(name) && shown(name) === name);
  if (isHeader) return `${names.length} column${names.length > 1 ? "s" : ""}: ${names.join(", ")}`;
  const lengths = names.slice(0, 20).map((name) => [...name].length).join(", ");
  return `a line that is no header, its fields of ${lengths} characters`;
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

/** How a file is stored, and its text up to the first line end, without byte order mark. */
async function readStart(
  path: string,
): Promise<Pick<CsvFile, "location" | "bytes" | "modified" | "gzip"> & { readonly line: string }> {
  const location = await Deno.realPath(path);
  using file = await Deno.open(location, { read: true });
  const { size, mtime } = await file.stat();
  const head = new Uint8Array(Math.min(size, SNIFFED));
  readAt(file, 0, head);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const text = gzip ? await inflateStart(head) : head;
  const end = text.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = new TextDecoder("utf-8", { fatal: true }).decode(
    end < 0 ? text : text.subarray(0, end),
  );
  return { location, bytes: size, modified: mtime?.getTime() ?? null, gzip, line };
}

/** The first bytes of a gzip stream of which only the start is at hand. */
async function inflateStart(head: Uint8Array): Promise<Uint8Array> {
  const source = new Blob([head as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: number[] = [];
  while (parts.length < SNIFFED && !parts.includes(0x0a)) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) parts.push(byte);
  }
  await reader.cancel().catch(() => {});
  return Uint8Array.from(parts);
}

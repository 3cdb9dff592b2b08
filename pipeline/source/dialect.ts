/**
 * How a table of text is to be read, found by reading it as its kind allows. It is read as it is where
 * all readers agree; otherwise only where one reading alone is possible.
 *
 * @module
 */
import { DataError, ReportedError } from "../errors.ts";
import { foldName, KNOWN_NAMES } from "./column_names.ts";
import { type CsvFindings, CsvScan, type Dialect } from "./csv_scan.ts";
import { guessEncoding, lineOf, type StoredFile, textPieces } from "./stored_text.ts";

/** A dialect, and whether DuckDB reads it as it lies on disk. */
export interface TableDialect extends Dialect {
  readonly plain: boolean;
}

/** Bytes of text by which a table is judged; what lies behind is judged while it is read. */
const SURVEYED = 64 << 20;

/** Bytes in which a first line that is blank ends. */
const LOOKED = 1 << 10;

/** Excel's first line, in quotes or not. */
const SEPARATOR_LINE = /^"?sep=([^\r\n"])"?[\r\n]/i;

/** Blank lines before the first that is none. */
const BLANK_START = /^(?:[ \t]*[\r\n]+)+/;

/** What separates fields, and is certain where names of columns stand between. */
const SEPARATORS = [",", ";", "|"];

/**
 * The separator of a table, and the text behind Excel's line that names it. Without such a line it is a
 * tab where the first line has one, else what parts that line into the most names of columns.
 *
 * @param text how the table starts, without byte order mark.
 */
export function findSeparator(text: string): Pick<Dialect, "delimiter" | "separatorLine"> & {
  readonly rest: string;
} {
  const [line, separator] = SEPARATOR_LINE.exec(text) ?? [];
  if (line !== undefined) {
    return {
      delimiter: separator!,
      separatorLine: true,
      rest: text.slice(line.length).trimStart(),
    };
  }
  const [first = ""] = text.replace(BLANK_START, "").split(/[\r\n]/, 1);
  const names = (separator: string) =>
    first.split(separator).filter((field) => KNOWN_NAMES.has(foldName(field))).length;
  const delimiter = first.includes("\t")
    ? "\t"
    : SEPARATORS.reduce((best, one) => names(one) > names(best) ? one : best);
  return { delimiter, separatorLine: false, rest: text };
}

/**
 * Reads a table to find its dialect. Quotes of a table of tabs are characters like any other where
 * every line then has its fields, and are not where they are only properly quoted fields.
 *
 * @throws {DataError} where it cannot be read in one way: the line, what is there, what to do.
 */
export async function surveyTable(
  path: string,
  stored: StoredFile,
  { delimiter, separatorLine }: Pick<Dialect, "delimiter" | "separatorLine">,
): Promise<TableDialect> {
  const quotings = delimiter === "\t" ? [true, false] : [true];
  const dialects = quotings.map((quoted) => ({ delimiter, quoted, separatorLine }));
  const scans = dialects.map((dialect) => new CsvScan(dialect));
  let seen = 0;
  try {
    for await (const piece of textPieces(stored.location, stored.gzip)) {
      for (const scan of scans) scan.update(piece);
      seen += piece.length;
      if (seen > SURVEYED) break;
    }
  } catch (error) {
    throw error instanceof ReportedError ? error : brokenGzip(path);
  }
  const faults = scans.map(({ fault }) => fault);
  const findings = scans.map((scan) => scan.finish());
  const isFaulty = (at: number) => (seen > SURVEYED ? faults[at] : findings[at]?.fault) !== null;
  const bare = findings.length > 1 && !isFaulty(1) && (isFaulty(0) || findings[0]!.spanning);
  const at = bare ? 1 : 0;
  if (seen <= SURVEYED) await checkFindings(path, stored, findings[at]!);
  const known = delimiter === "," || delimiter === "\t";
  const blank = BLANK_START.test(new TextDecoder().decode(stored.start.subarray(0, LOOKED)));
  const isOdd = bare || blank || separatorLine || stored.padded || findings[at]!.oddity !== null;
  const plain = known && !isOdd;
  return { ...dialects[at]!, plain };
}

/** The error of a gzip stream that is not whole. */
export function brokenGzip(path: string): DataError {
  return new DataError(
    `reading ${path}: its gzip stream is cut or damaged; expected a whole one; fetch the file again`,
  );
}

/**
 * Refuses a table that breaks the rules.
 *
 * @throws {DataError} with the line in the file.
 */
export async function checkFindings(
  path: string,
  { location, gzip }: Pick<StoredFile, "location" | "gzip">,
  { fault, invalidUtf8 }: Pick<CsvFindings, "fault" | "invalidUtf8">,
): Promise<void> {
  if (invalidUtf8 !== null) {
    const line = await lineOf(location, gzip, invalidUtf8);
    const encoding = await encodingAt(location, gzip, invalidUtf8);
    const remedy = encoding
      ? `most likely with iconv -f ${encoding} -t UTF-8`
      : "with iconv, from the encoding of its language, such as WINDOWS-1251, GB18030 or SHIFT_JIS";
    throw new DataError(
      `reading ${path}, line ${line}: byte ${invalidUtf8} is not UTF-8; expected UTF-8 text; ` +
        `convert it, ${remedy}`,
    );
  }
  if (fault === null) return;
  const { offset, kind, fields, expected } = fault;
  const found = kind === "fields"
    ? `${fields} fields instead of ${expected}`
    : kind === "quote"
    ? "text behind the quote that closes a field"
    : "a quoted field that opens here is not closed";
  const remedy = kind === "fields"
    ? 'write fields that hold separators or line ends in double quotes (")'
    : "double the quotes within a field, or fetch the whole file again";
  throw new DataError(
    `reading ${path}, line ${await lineOf(
      location,
      gzip,
      offset,
    )}: ${found}; expected CSV as RFC ` +
      `4180 has it; ${remedy}`,
  );
}

/**
 * Says where a table has what readers disagree on. One that is read as it lies was judged by its start,
 * and such a thing may come behind.
 */
export async function describeOddity(
  { path, location, gzip }: Pick<StoredFile, "location" | "gzip"> & { readonly path: string },
  offset: number,
): Promise<string> {
  return `line ${await lineOf(
    location,
    gzip,
    offset,
  )} of ${path} has a line end of another kind, or a ` +
    "blank or quote astray, which may be why";
}

/** The most likely encoding of the text around a byte. */
async function encodingAt(
  location: string,
  gzip: boolean,
  offset: number,
): Promise<string | undefined> {
  let at = 0;
  for await (const piece of textPieces(location, gzip)) {
    at += piece.length;
    if (at > offset) return guessEncoding(piece);
  }
  return guessEncoding(new Uint8Array());
}

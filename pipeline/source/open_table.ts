/**
 * Opens an input table: its compression, form, dialect and columns are read from its bytes and never
 * guessed from its name.
 *
 * @module
 */
import { basename } from "node:path";
import { DataError, stripControls } from "../errors.ts";
import type { Columns } from "./columns.ts";
import { ColumnsError, linesAbove, lookedFor } from "./columns_error.ts";
import type { CsvExpectation, CsvFile } from "./csv_file.ts";
import { findSeparator, surveyTable, type TableDialect } from "./dialect.ts";
import { findColumns, namesAll } from "./find_columns.ts";
import { isJson, surveyJsonLines } from "./json_table.ts";
import { isParquet, surveyParquet } from "./parquet_table.ts";
import { type CellRow, RecordCutter } from "./records.ts";
import { describeBinary, lookAt, type StoredFile } from "./stored_text.ts";

/** Bytes of a file's start in which its first record is to end. */
const SNIFFED = 1 << 20;
/** Records, and characters of text that is cut at a time, by which columns are told. */
const RECORDS = 20;
const PIECE = 1 << 12;

/** Tables whose records name their columns have no text between them. */
const UNDELIMITED: TableDialect = {
  delimiter: "\n",
  quoted: false,
  separatorLine: false,
  plain: false,
};

/**
 * Reads a table's first records and finds its columns.
 *
 * @throws {DataError} where the file is missing, empty, has another delimiter or lacks columns.
 */
export async function openCsv(path: string, expected: CsvExpectation): Promise<CsvFile> {
  const stored = await lookAt(path, SNIFFED);
  const { start, padded: _, ...rest } = stored;
  const file = { path, name: stripControls(basename(path)), ...rest };
  if (isParquet(start)) {
    const survey = await surveyParquet({ ...file, ...UNDELIMITED });
    return { ...file, ...UNDELIMITED, form: "parquet", ...ofKeys(path, survey, expected) };
  }
  const binary = describeBinary(start);
  if (binary) {
    throw new DataError(
      `reading ${path}: it is ${binary.is}; expected CSV, TSV or JSON lines in UTF-8, or Parquet; ` +
        binary.remedy,
    );
  }
  const text = new TextDecoder().decode(start);
  if (isJson(text)) {
    const survey = await surveyJsonLines(path, stored);
    return { ...file, ...UNDELIMITED, form: "json lines", ...ofKeys(path, survey, expected) };
  }
  const separator = findSeparator(text);
  const delimiter = separator.separatorLine
    ? separator.delimiter
    : expected.delimiter ?? separator.delimiter;
  const lines = separator.rest.split(/[\r\n]+/, RECORDS).filter((line) => line.trim() !== "");
  // Where it is another delimiter, all else that is wrong follows from that.
  if (lines[0]?.includes(delimiter) === false) findUndivided(path, lines, expected);
  const dialect = await surveyTable(path, stored, { ...separator, delimiter });
  if (text.trim() === "") throw badHeader(path, expected, new ColumnsError("it is empty", ""));
  const columns = find(path, firstRecords(stored, text, dialect), expected);
  return { ...file, ...dialect, form: "text", keys: [], ...columns };
}

/** Columns of a table that names them, whatever they are called. */
function ofKeys(
  path: string,
  { keys, records }: { readonly keys: readonly string[]; readonly records: readonly CellRow[] },
  expected: CsvExpectation,
): Columns & Pick<CsvFile, "keys"> {
  const named = { ...expected, headerless: undefined };
  return { ...find(path, [keys, ...records], named, ""), header: true, keys };
}

function find(
  path: string,
  records: readonly CellRow[],
  expected: CsvExpectation,
  separated = separatedBy(expected),
): Columns {
  try {
    return findColumns(records, expected);
  } catch (error) {
    if (!(error instanceof ColumnsError)) throw error;
    throw badHeader(path, expected, error, separated);
  }
}

/** Where the first line is one field and that is not enough, naming columns would not help. */
function findUndivided(path: string, lines: readonly string[], expected: CsvExpectation): void {
  try {
    findColumns(lines.map((line) => [line]), expected);
  } catch (error) {
    if (!(error instanceof ColumnsError)) throw error;
    const below = lines.slice(1).map((line) => line.split(findSeparator(line).delimiter));
    const reason = below.some((record) => namesAll(record, expected))
      ? linesAbove()
      : new ColumnsError(error.found, howToDivide(lines[0]!));
    throw badHeader(path, expected, reason);
  }
}

/** What to do with a line that neither a comma nor a tab divides. */
function howToDivide(line: string): string {
  if (/^\s*<(?:!doctype|html)/i.test(line)) return "it is a web page: fetch the file again";
  const [odd] = /[\u0085\u2028\u2029\v\f]/.exec(line) ?? [];
  if (odd) return `end its lines with LF instead of ${codePoint(odd)}`;
  const [sign] = /[;|^~:!#$%&@\\]/.exec(line) ?? [];
  const named = sign ? `, or name what does in a line before the first: sep=${sign}` : "";
  return `separate its fields so${named}`;
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

function badHeader(
  path: string,
  expected: CsvExpectation,
  { found, remedy }: ColumnsError,
  separated = separatedBy(expected),
): DataError {
  return new DataError(
    `reading the header of ${path}: ${found}; expected the columns ${lookedFor(expected)}` +
      separated + (remedy && `; ${remedy}`),
  );
}

/** The first records of a text whose end may be cut; at least one. */
function firstRecords({ start }: StoredFile, text: string, dialect: TableDialect): CellRow[] {
  const cutter = new RecordCutter(dialect);
  const records: CellRow[] = [];
  for (let at = 0; at < text.length && records.length < RECORDS; at += PIECE) {
    records.push(...cutter.cut(text.slice(at, at + PIECE)));
  }
  if (records.length === 0 || start.length < SNIFFED) records.push(...cutter.end());
  return records.slice(0, RECORDS);
}

function separatedBy({ delimiter }: CsvExpectation): string {
  const name = delimiter === "," ? "commas" : delimiter === "\t" ? "tabs" : "commas or tabs";
  return ` separated by ${name}`;
}

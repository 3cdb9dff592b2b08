/**
 * A corpus's labels: which note has which codes.
 *
 * @module
 */
import type { TitleOf } from "../codes/code.ts";
import { type CodeCell, LIST, readCodeCell } from "../codes/code_cell.ts";
import { DataError, shown, stripControls } from "../errors.ts";
import type { Stage } from "../manifest.ts";
import { StageCounter } from "../stage_counter.ts";
import { readLineEnds } from "../text/line_ends.ts";
import { EMPTY_ROW, HEADER_AGAIN, isHeader, readCell } from "./cells.ts";
import { foldName, SYSTEM_NAMES } from "./column_names.ts";
import type { KindFile } from "./corpus_tables.ts";
import type { CsvFile } from "./csv_file.ts";
import { from } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import { LabelCollector } from "./label_collector.ts";
import { isMarked } from "./one_hot.ts";
import type { Source } from "./source.ts";

/** How cells of codes are read. */
export interface LabelOptions {
  /** At what cells of several codes are split; see {@linkcode readCodeCell}. */
  readonly separator?: string | undefined;
  /** Whether a column is a code, and its cells are marks. */
  readonly oneHot?: boolean | undefined;
}

/** The codes of all documents, and what is to be said of them. */
export interface LabelsRead extends Pick<Source, "codes" | "assignments"> {
  readonly stage: Stage;
  readonly remarks: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads the distinct codes of each document.
 *
 * @throws {DataError} where a cell is no code, or several codes that are not to be split.
 */
export async function readAssignments(
  ingest: Ingest,
  files: readonly KindFile[],
  titleOf: TitleOf,
  options: LabelOptions,
): Promise<LabelsRead> {
  const counter = new StageCounter();
  const labels = new LabelCollector();
  let read = 0;
  let floats = 0;
  for (const { file, kind } of files) {
    const { rows, headers, decimals } = await readRows(ingest, file, options);
    read += headers;
    counter.exclude(HEADER_AGAIN, headers);
    floats += decimals;
    for (const { id, codes, system } of rows) {
      read += Math.max(1, codes.length);
      if (id === "" && codes.length === 0) counter.exclude(EMPTY_ROW);
      else if (id === "") counter.exclude("without an id", Math.max(1, codes.length));
      else if (codes.length === 0) counter.exclude("without a code");
      else codes.forEach((code) => labels.add(id, { kind, written: code, system }));
    }
  }
  const { codes, assignments, pairs, respelled, remarks, warnings } = labels.collect(titleOf);
  counter.exclude("duplicate of a code of the same document", labels.size - pairs);
  counter.note("in another spelling of their code", respelled);
  counter.note("numbers with decimals, read without", floats);
  return {
    codes,
    assignments,
    remarks,
    warnings: floats > 0 ? [lostZeros(floats), ...warnings] : warnings,
    stage: counter.stage("codes", read, pairs),
  };
}

/** An id, the system of its codes, and the cells of codes behind it. */
type Row = [id: string | null, system: string | null, ...cells: (string | null)[]];

/** A row of a table of labels. */
interface LabelRow {
  /** Empty where it has none. */
  readonly id: string;
  /** As they are written. */
  readonly codes: readonly string[];
  /** What the table says of the codes' system; empty where it says nothing. */
  readonly system: string;
}

/** The rows of a table of labels. */
interface LabelRows {
  readonly rows: readonly LabelRow[];
  /** How many further ones were the header again. */
  readonly headers: number;
  /** How many codes were numbers with decimals. */
  readonly decimals: number;
}

async function readRows(
  ingest: Ingest,
  file: CsvFile,
  { separator, oneHot }: LabelOptions,
): Promise<LabelRows> {
  const system = file.columns.findIndex((name) => SYSTEM_NAMES.has(foldName(name)));
  const [id] = file.places.get("id")!;
  const columns = [
    `c${id}`,
    system < 0 ? "NULL" : `c${system}`,
    ...file.places.get("code")!.map((place) => `c${place}`),
  ].join(", ");
  const all = await ingest.database.rows(`SELECT ${columns} FROM ${from(file)}`, [file]) as Row[];
  ingest.counted(file, all.length);
  const rows = all.filter(([id, , code = null]) => !isHeader(file, [["id", id], ["code", code]]));
  const written = oneHot ? markedCodes(file, rows) : splitCodes(file, separator, rows);
  const { codes, decimals } = withoutDecimals(written);
  return {
    rows: rows.map(([id, system], row) => ({
      id: readCell(file, "id", id),
      codes: codes[row]!,
      system: (system ?? "").trim(),
    })),
    headers: all.length - rows.length,
    decimals,
  };
}

/** No code has four digits before its point: where one has, a column of codes was one of numbers. */
const FLOAT = /^\d{4,}\.0+$/;

/** Codes without the decimals of numbers, where they were numbers, and how many had them. */
function withoutDecimals(
  codes: readonly (readonly string[])[],
): { readonly codes: readonly (readonly string[])[]; readonly decimals: number } {
  if (!codes.some((row) => row.some((code) => FLOAT.test(code)))) return { codes, decimals: 0 };
  const plain = codes.map((row) => row.map((code) => code.replace(/^(\d+)\.0+$/, "$1")));
  const changed = plain.map((row, at) => row.filter((code, place) => code !== codes[at]![place]));
  return { codes: plain, decimals: changed.flat().length };
}

function lostZeros(floats: number): string {
  return `${floats} codes are numbers with decimals, as 4019.0 is, and read without; where they began ` +
    "with zeros these are lost: read the column of codes as text";
}

/** A cell that holds several codes. */
interface CellOfSeveral {
  /** What would split it, as a value of `--code-separator`. */
  readonly separator: string;
  /** Whether it may be one code of ICD-9 whose point is a comma. */
  readonly mayBeDecimal: boolean;
}

/**
 * The codes of each row's cells; lists are refused where it is not said at what to split them. What
 * JSON and Parquet have as a list is split as one.
 */
function splitCodes(
  file: CsvFile,
  separator = file.form === "text" ? undefined : LIST,
  rows: readonly Row[],
) {
  const lists: CellOfSeveral[] = [];
  const known = new Map<string, CodeCell>(); // most cells stand many times
  const read = (cell: string) => {
    const { codes, list } = readCodeCell(readLineEnds(stripControls(cell)), separator);
    const checked = codes.map((code) => readCell(file, "code", code)).filter(Boolean);
    const found = { codes: checked, list };
    known.set(cell, found);
    return found;
  };
  const codes = rows.map(([, , ...cells]) =>
    cells.flatMap((cell) => {
      const text = cell ?? "";
      const { codes, list } = known.get(text) ?? read(text);
      if (list !== undefined) {
        lists.push({ separator: list, mayBeDecimal: DECIMAL_COMMA.test(text) });
      }
      return codes;
    })
  );
  if (lists.length > 0) throw severalCodes(file, lists, rows.length);
  if (areMarksAlone(codes)) throw marksAlone(file);
  return codes;
}

/** Whether codes are marks, of both kinds, and nothing else. */
function areMarksAlone(codes: readonly (readonly string[])[]): boolean {
  const marks = new Set<boolean | undefined>();
  const isMark = (code: string) => !marks.add(isMarked(code)).has(undefined);
  return codes.every((row) => row.every(isMark)) && marks.size === 2;
}

/** The error of a column that says of each row whether, and not what. */
function marksAlone({ path }: CsvFile): DataError {
  return new DataError(
    `reading ${path}: its column of codes holds nothing but marks such as 0 and 1; expected codes; name ` +
      "another column with --code-column, or a column for each code with --one-hot",
  );
}

/** The codes of each row of a one-hot table: the names of the columns that it marks. */
function markedCodes(file: CsvFile, rows: readonly Row[]): string[][] {
  const places = file.places.get("code")!;
  const names = places.map((place) => readCell(file, "code", file.columns[place]!));
  return rows.map(([, , ...cells]) =>
    names.filter((name, at) => {
      const cell = cells[at] ?? "";
      return isMarked(cell) ?? refuseMark(file, name, cell);
    })
  );
}

function refuseMark(file: CsvFile, name: string, cell: string): never {
  throw new DataError(
    `reading ${file.path}: its column ${shown(name)} holds ${shown(cell)}; expected a mark such ` +
      "as 0 or 1; name the columns of codes with --code-column",
  );
}

/** A code of ICD-9 whose point is a comma, or two numbers. */
const DECIMAL_COMMA = /^\s*[VE]?\d{2,3},\d{1,2}\s*$/i;

function severalCodes(file: CsvFile, lists: readonly CellOfSeveral[], rows: number): DataError {
  const { separator } = lists[0]!;
  const how = separator === LIST ? "in brackets" : `with ${nameOf(separator)} between them`;
  const word = /^\w+$/.test(separator) ? separator : `'${separator}'`;
  const mayAllBe = lists.every(({ mayBeDecimal }) => mayBeDecimal);
  return new DataError(
    `reading ${file.path}: ${lists.length} cells of codes in ${rows} rows hold several, ${how}` +
      `${mayAllBe ? ", or decimal commas" : ""}; expected one code a cell; ` +
      `${mayAllBe ? "write points for these, or " : ""}split them with --code-separator ${word}`,
  );
}

/** A separator in words where it has no shape of its own. */
function nameOf(separator: string): string {
  return /^\w+$/.test(separator) ? `a ${separator}` : `'${separator}'`;
}

/**
 * Cells of a corpus's tables as what they stand for. What is not what its column says is most likely
 * the text of a note in the wrong column: it is refused, and only its length is told.
 *
 * @module
 */
import { unwrap } from "../codes/code_cell.ts";
import { isMissing } from "../codes/missing.ts";
import { isCategory, isCode, isId, isTitle } from "../codes/plausible.ts";
import { DataError, shown, stripControls } from "../errors.ts";
import type { CsvFile } from "./csv_file.ts";

const COLUMNS = {
  id: { is: isId, expected: "an id: one line, of four words and 64 characters at most" },
  patient: { is: isId, expected: "an id: one line, of four words and 64 characters at most" },
  code: {
    is: isCode,
    expected:
      "a code: one word of 40 characters at most, no object, and no date or rounded number, " +
      "which spreadsheets make of codes",
  },
  group: { is: isCategory, expected: "a category: no sentence, of 60 characters at most" },
  title: { is: isTitle, expected: "words for a code: one line, of 300 characters at most" },
} as const;

/** A column whose cells are checked. */
export type CheckedColumn = keyof typeof COLUMNS;

/**
 * A cell without outer blanks, controls and what has no shape; empty where the cell is, or where it
 * says that there is nothing.
 *
 * @throws {DataError} where it is not what `column` holds.
 */
export function readCell(file: CsvFile, column: CheckedColumn, cell: string | null): string {
  if (cell === null) return "";
  const { is, expected } = COLUMNS[column];
  const stripped = stripControls(cell).trim();
  const text = column === "title" ? stripped : unwrap(stripped);
  if (isMissing(text)) return "";
  if (is(text)) return text;
  throw new DataError(
    `reading ${file.path}: its column ${column} holds ${shown(text)}; expected ${expected}; ` +
      "check which column is which",
  );
}

/** A row in which there is nothing, and with which nothing is lost. */
export const EMPTY_ROW = "an empty row";
/** A row that names the columns once more, as where tables were put one behind the other. */
export const HEADER_AGAIN = "the header again";

/** Whether a row has the very names of its columns in them. */
export function isHeader(
  { header, columns, places }: CsvFile,
  cells: readonly (readonly [column: string, cell: string | null])[],
): boolean {
  return header && cells.every(([column, cell]) => {
    const [place] = places.get(column) ?? [];
    return place !== undefined && stripControls(cell ?? "").trim() === columns[place];
  });
}

/**
 * One-hot tables: a column for each code, in which a mark says that the note has it.
 *
 * @module
 */
import { MISSING_WORDS } from "../codes/missing.ts";

const MARKS = new Set([
  "1",
  "1.0",
  "true",
  "t",
  "yes",
  "y",
  "x",
  "+",
  "*",
  "✓",
  "✔",
  "☑",
  "●",
  "•",
]);
const NO_MARKS = new Set(["0", "0.0", "false", "f", "no", "n", "☐", ...MISSING_WORDS]);

/** Whether a cell marks its column's code; undefined where it is no mark of either kind. */
export function isMarked(cell: string): boolean | undefined {
  const mark = cell.trim().toLowerCase();
  if (MARKS.has(mark)) return true;
  return NO_MARKS.has(mark) ? false : undefined;
}

/**
 * The columns of some records, the header first, that hold nothing but marks. A single one is no
 * one-hot table, and neither are columns in which nothing stands.
 *
 * @param taken columns that hold something else.
 */
export function markedColumns(
  records: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
): number[] {
  const [header = [], ...rows] = records;
  const places = header.keys().filter((place) => {
    const cells = rows.map((row) => row[place] ?? "");
    return header[place] !== "" && !taken.has(place) &&
      cells.every((cell) => isMarked(cell) !== undefined) && cells.some((cell) => cell !== "");
  });
  const found = [...places];
  return found.length > 1 ? found : [];
}

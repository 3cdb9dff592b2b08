/**
 * Columns that are not read, though a table looks as if its rows depended on them: marks beside codes,
 * names of splits, what is called a patient's.
 *
 * @module
 */
import { isMissing } from "../codes/missing.ts";
import { shown } from "../errors.ts";
import { foldName } from "./column_names.ts";
import type { ColumnExpectation, Columns, Records } from "./columns.ts";
import { isMarked } from "./one_hot.ts";
import { SPLIT_NAMES } from "./split_names.ts";

/** A name, folded, that says of a column that it tells whose a note is. */
const PATIENT = /patient|pa[cz]ien|person|subject|^pat|^mrn|mrn$/;
/** What else is said of patients. */
const NO_ID = /stay|age|sex|gender|name|birth|dob|class|type|date|status|location|group|count|race/;

/** What is doubtful about the columns of a table that has a header, a line each. */
export function findDoubts(
  [header = [], ...rows]: Records,
  places: Columns["places"],
  { optional = [], several, choice }: ColumnExpectation,
): string[] {
  const taken = new Set([...places.values()].flat());
  const unread = [...header.keys()].filter((place) => header[place] !== "" && !taken.has(place));
  const cells = (place: number) =>
    rows.map((row) => row[place]?.trim() ?? "").filter((cell) => !isMissing(cell));
  const lacks = (column: string) => optional.includes(column) && !places.has(column);
  const nameOf = (place: number) => shown(header[place]!);
  const doubts: string[] = [];
  for (const place of unread) {
    const marks = new Set(cells(place).map(isMarked));
    if (
      several !== undefined && !choice?.oneHot && marks.has(true) && marks.has(false) &&
      marks.size === 2
    ) {
      doubts.push(
        `its column ${nameOf(place)} holds marks such as 0 and 1, and each row counts whatever ` +
          "these say; leave rows out that they deny",
      );
    }
    const named = cells(place).length > 0 &&
      cells(place).every((cell) => SPLIT_NAMES.has(cell.toLowerCase()));
    if (lacks("split") && named) {
      doubts.push(
        `its column ${
          nameOf(place)
        } holds names of splits and is not read; name it with --split-column`,
      );
    }
    const folded = foldName(header[place]!);
    if (lacks("patient") && PATIENT.test(folded) && !NO_ID.test(folded)) {
      doubts.push(
        `its column ${
          nameOf(place)
        } is not read, and each note counts as another patient's; where it ` +
          "says whose they are, name it with --patient-column",
      );
    }
  }
  return doubts;
}

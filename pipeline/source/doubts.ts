/**
 * Columns that are not read, though a table looks as if its rows depended on them: marks or codes beside
 * codes, what holds names of splits or is called so, what is called a patient's.
 *
 * @module
 */
import { isMissing } from "../codes/missing.ts";
import { isIcd } from "../codes/plausible.ts";
import { shown } from "../errors.ts";
import { foldName } from "./column_names.ts";
import type { ColumnExpectation, Columns, Records } from "./columns.ts";
import { isMarked } from "./one_hot.ts";
import { SPLIT_NAMES } from "./split_names.ts";

/** A name, folded, that says of a column that it tells whose a note is. */
const PATIENT = /patient|pa[cz]ien|person(?!al|nel)|subject(?!iv)|^pat(?!h|t)|^mrn|mrn$/;
/** What else is said of patients. */
const NO_ID = /stay|age|sex|gender|name|birth|dob|class|type|date|status|location|group|count|race/;

/** A name, folded, that says of a column that it tells a note's split. */
const SPLIT = /^(?:is|in)?(?:train|test|val|valid|validation|dev|holdout)(?:ing|set)?$|fold$|split/;

/** A code that no number is taken for. */
const CODE = /^[A-Z]\d|\d\.\d/i;

/** A column that is not read. */
interface Unread {
  /** Its name, as it may be shown. */
  readonly shown: string;
  /** Its name, folded. */
  readonly name: string;
  /** Those of the first rows that say something. */
  readonly cells: readonly string[];
}

/** What is doubtful about the columns of a table that has a header, a line each. */
export function findDoubts(
  [header = [], ...rows]: Records,
  places: Columns["places"],
  { optional = [], several, choice }: ColumnExpectation,
): string[] {
  const taken = new Set([...places.values()].flat());
  const unread = header.flatMap((name, place): Unread[] => {
    if (name === "" || taken.has(place)) return [];
    const cells = rows.map((row) => row[place]?.trim() ?? "").filter((cell) => !isMissing(cell));
    return [{ shown: shown(name), name: foldName(name), cells }];
  });
  const lacks = (column: string) => optional.includes(column) && !places.has(column);
  const doubtOfLabels = several !== undefined && !choice?.oneHot &&
    choice?.columns?.[several] === undefined;
  const doubts: ((column: Unread) => string[])[] = [];
  if (doubtOfLabels) doubts.push(doubtMarks);
  if (lacks("split")) doubts.push(doubtSplits);
  if (lacks("patient")) doubts.push(doubtPatients);
  return unread.flatMap((column) => doubts.flatMap((doubt) => doubt(column)));
}

function doubtMarks({ shown, cells }: Unread): string[] {
  const marks = new Set(cells.map(isMarked));
  if (marks.size === 2 && !marks.has(undefined)) {
    return [
      `its column ${shown} holds marks such as 0 and 1, and each row counts whatever these say; leave ` +
      "rows out that they deny",
    ];
  }
  const codes = cells.length > 0 && cells.every((cell) => isIcd(cell) && CODE.test(cell));
  return codes
    ? [
      `its column ${shown} holds codes, too, and is not read; name all that are with --code-column`,
    ]
    : [];
}

function doubtSplits({ shown, name, cells }: Unread): string[] {
  const named = cells.length > 0 && cells.every((cell) => SPLIT_NAMES.has(cell.toLowerCase()));
  if (!named && !SPLIT.test(name)) return [];
  return [
    `its column ${shown} is not read, and notes are dealt out to splits; where it says train, dev or ` +
    "test, name it with --split-column",
  ];
}

function doubtPatients({ shown, name }: Unread): string[] {
  if (!PATIENT.test(name) || NO_ID.test(name)) return [];
  return [
    `its column ${shown} is not read, and each note counts as another patient's; where it says whose ` +
    "they are, name it with --patient-column",
  ];
}

/**
 * Which column of a table holds what: by its name, by what the command line says, and by its place
 * only where there is no header.
 *
 * @module
 */
import { shown, stripControls } from "../errors.ts";
import { foldName, KNOWN_NAMES } from "./column_names.ts";
import type { ColumnExpectation, Columns, Records } from "./columns.ts";
import { ColumnsError, linesAbove, missingColumns, unnamedColumns } from "./columns_error.ts";
import { findDoubts } from "./doubts.ts";
import { mayBeHeader } from "./header.ts";
import { markedColumns } from "./one_hot.ts";

/**
 * Finds the columns of a table by its first records.
 *
 * @throws {ColumnsError} where one is missing, or several could be meant.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const names = { id: ["hadm_id"], text: ["note"] };
 * const { places } = findColumns([["NOTE", "HADM ID"]], { required: ["id", "text"], names });
 * assert.deepEqual([places.get("id"), places.get("text")], [[1], [0]]);
 * ```
 */
export function findColumns(records: Records, expected: ColumnExpectation): Columns {
  const { required, choice = {} } = expected;
  const fields = (records[0] ?? []).map((field) => stripControls(field).trim());
  const cleaned = [fields, ...records.slice(1)];
  const { places, named } = findNamed(fields, expected);
  addMarked(places, cleaned, expected);
  const missing = required.filter((column) => !places.has(column));
  const header = named || choice.header !== false && mayBeHeader(cleaned, KNOWN_NAMES);
  if (missing.length === 0) {
    const doubts = header ? findDoubts(cleaned, places, expected) : [];
    return { ...describe(header, fields, places), header, places, doubts };
  }
  if (cleaned.slice(1).some((record) => namesAll(record, expected))) throw linesAbove();
  if (header) throw missingColumns(cleaned, places, missing, expected);
  const ordered = placesByOrder(fields, places, expected);
  return { ...describe(false, fields, ordered), header: false, places: ordered, doubts: [] };
}

/** Whether a record has a known name of every column that must be there: it is the table's header. */
export function namesAll(
  record: readonly string[],
  { required, names }: ColumnExpectation,
): boolean {
  const folded = new Set(record.map(foldName));
  return required.every((column) =>
    [column, ...names?.[column] ?? []].some((name) => folded.has(foldName(name)))
  );
}

/** Columns that the command line chooses, then those of a known name; `named`: some were by name. */
function findNamed(fields: readonly string[], expected: ColumnExpectation) {
  const { required, optional = [], names, choice = {} } = expected;
  const wanted = [...required, ...optional];
  const folded = fields.map(foldName);
  const placesOf = (name: string) => placesWhere(folded, (field) => field === foldName(name));
  const places = new Map<string, readonly number[]>();
  let named = false;
  for (const column of names ? wanted : []) {
    const found = (choice.columns?.[column] ?? []).map((name) => {
      const byName = placesOf(name);
      named ||= byName.length > 0;
      return byName.length > 0 ? byName : placeOfNumber(name, fields.length);
    });
    const chosen = column === expected.several ? found.flat() : found.find(({ length }) => length);
    if (chosen?.length) places.set(column, chosen);
  }
  const taken = new Set([...places.values()].flat());
  for (const column of wanted.filter((column) => !places.has(column))) {
    const known = new Set([column, ...names?.[column] ?? []].map(foldName));
    const found = placesWhere(folded, (field, place) => known.has(field) && !taken.has(place));
    const more = NUMBERED.has(column) ? numberedBeside(found, folded) : [];
    if (found.length > 0) places.set(column, [...found, ...more]);
    named ||= found.length > 0;
  }
  for (const [column, found] of places) {
    const several = column === expected.several && choice.columns?.[column];
    if (found.length > 1 && !several) throw severalCandidates(column, found, fields, expected);
  }
  return { places, named };
}

/** Columns of which tables have several, numbered: `code`, `code_2`, pandas's `code.1`. */
const NUMBERED: ReadonlySet<string> = new Set(["code", "text", "group", "title"]);

/** Columns that are called as those found are, with a number behind it. */
function numberedBeside(found: readonly number[], folded: readonly string[]): number[] {
  const names = found.map((place) => folded[place]!);
  return placesWhere(folded, (field, place) =>
    !found.includes(place) &&
    names.some((name) => field.startsWith(name) && /^\d+$/.test(field.slice(name.length))));
}

function placesWhere(
  fields: readonly string[],
  holds: (field: string, place: number) => boolean,
): number[] {
  return [...fields.keys()].filter((place) => holds(fields[place]!, place));
}

function placeOfNumber(name: string, columns: number): number[] {
  return /^[1-9]\d{0,4}$/.test(name) && Number(name) <= columns ? [Number(name) - 1] : [];
}

/** Takes the columns of marks of a one-hot table, where one is expected. */
function addMarked(
  places: Map<string, readonly number[]>,
  records: Records,
  { several, choice }: ColumnExpectation,
): void {
  if (!choice?.oneHot || several === undefined || places.has(several)) return;
  const marked = markedColumns(records, new Set([...places.values()].flat()));
  if (marked.length > 0) places.set(several, marked);
}

/** The columns of a table without a header, by their order. */
function placesByOrder(
  fields: readonly string[],
  chosen: ReadonlyMap<string, readonly number[]>,
  expected: ColumnExpectation,
): Map<string, readonly number[]> {
  const { headerless, required } = expected;
  const fits = headerless && chosen.size === 0 && fields.length >= required.length &&
    fields.length <= headerless.length;
  if (!fits) throw unnamedColumns(fields, expected);
  return new Map(fields.map((_, place) => [headerless[place]!, [place]]));
}

function describe(
  header: boolean,
  fields: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
): Pick<Columns, "columns" | "taken"> {
  const columns = fields.map((name, place) => header && name ? name : `column ${place + 1}`);
  const told = [...places].flatMap(([column, [place, ...more]]) => {
    if (more.length > 0) return [`${more.length + 1} columns as ${column}`];
    const name = columns[place!]!;
    if (header && foldName(name) === foldName(column)) return [];
    return [`${/^column \d+$/.test(name) ? name : shown(name)} as ${column}`];
  });
  return { columns, taken: told.join(", ") || undefined };
}

function severalCandidates(
  column: string,
  places: readonly number[],
  fields: readonly string[],
  { names }: ColumnExpectation,
): ColumnsError {
  const candidates = places.map((place) => shown(fields[place]!));
  if (!names) return new ColumnsError(`two columns named ${candidates[0]}`, "rename one of them");
  const numbers = new Set(candidates).size < candidates.length
    ? ` by its number: ${places.map((place) => place + 1).join(" or ")}`
    : "";
  return new ColumnsError(
    `several columns could be the ${column}: ${candidates.join(", ")}`,
    `choose one with --${column}-column${numbers}`,
  );
}

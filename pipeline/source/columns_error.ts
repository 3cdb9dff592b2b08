/**
 * What is said of a table whose columns are not found: its header, the nearest names, the remedy.
 *
 * @module
 */
import { shown } from "../errors.ts";
import { editDistance } from "../text/nearest.ts";
import { foldName } from "./column_names.ts";
import type { ColumnExpectation, Records } from "./columns.ts";
import { markedColumns } from "./one_hot.ts";

/** Why no columns were found: what was found instead, and what to do. */
export class ColumnsError extends Error {
  /** `found` and `remedy` are parts of one line. */
  constructor(readonly found: string, readonly remedy: string) {
    super(found);
  }
}

/** Names of a header that are listed. */
const LISTED = 20;

/** The names that are looked for: `id (or hadm_id, note_id), text`. */
export function lookedFor({ required, names }: ColumnExpectation): string {
  return required.map((column) => {
    const others = names?.[column] ?? [];
    return others.length > 0 ? `${column} (or ${others.join(", ")})` : column;
  }).join(", ");
}

/** The error of a header that lacks columns. */
export function missingColumns(
  records: Records,
  places: ReadonlyMap<string, readonly number[]>,
  missing: readonly string[],
  expected: ColumnExpectation,
): ColumnsError {
  const [header = []] = records;
  const { foreign = {}, several, names, headerless, choice } = expected;
  const stranger = Object.keys(foreign).find((name) =>
    header.map(foldName).includes(foldName(name))
  );
  if (stranger !== undefined) {
    return new ColumnsError(`its column ${stranger} is of ${foreign[stranger]}`, REPLACE);
  }
  const found = `no column ${missing.join(", ")}; found ${describeHeader(header)}`;
  const taken = new Set([...places.values()].flat());
  const marked = markedColumns(records, taken).length;
  if (several !== undefined && missing.includes(several) && marked > 0) {
    return new ColumnsError(
      `${found}, ${marked} of them of marks such as 0 and 1`,
      "read a column for each code with --one-hot",
    );
  }
  if (several !== undefined && missing.includes(several) && choice?.oneHot) {
    return new ColumnsError(
      `${found}, none of them of marks alone`,
      `mark with 1 and 0, or name the columns with --${several}-column`,
    );
  }
  if (!names) return new ColumnsError(found, "");
  const near = missing.flatMap((column) => nearestName(column, header, taken, expected));
  const options = missing.map((column) => `--${column}-column`).join(" and ");
  const otherwise = headerless ? ", or say --no-header where the first line is data" : "";
  return new ColumnsError(found + near.join(""), `name them with ${options}${otherwise}`);
}

const REPLACE = "read it as a corpus, with --source corpus, --notes and --labels";

/** The error of a table with a title, a comment or the like above its header. */
export function linesAbove(): ColumnsError {
  return new ColumnsError("other lines stand above it", "remove these");
}

/** The error of a table without a header whose order says nothing. */
export function unnamedColumns(
  fields: readonly string[],
  { required, headerless, names }: ColumnExpectation,
): ColumnsError {
  const lengths = fields.slice(0, LISTED).map((field) => [...field].length).join(", ");
  const found = `found a line that is no header, its fields of ${lengths} characters`;
  if (!headerless || !names) return new ColumnsError(found, "");
  const options = required.map((column, at) => `--${column}-column ${at + 1}`).join(" ");
  return new ColumnsError(found, `say by number which is which, such as ${options}`);
}

function describeHeader(names: readonly string[]): string {
  const some = names.slice(0, LISTED).map(shown).join(", ");
  const count = `${names.length} column${names.length > 1 ? "s" : ""}`;
  return `${count}: ${some}${names.length > LISTED ? ", …" : ""}`;
}

/** `; the nearest to id is idd`: the untaken name that the fewest changes turn into a known one. */
function nearestName(
  column: string,
  header: readonly string[],
  taken: ReadonlySet<number>,
  { names }: ColumnExpectation,
): string[] {
  const known = [column, ...names?.[column] ?? []].map(foldName);
  const candidates = header.filter((name, place) => !taken.has(place) && shown(name) === name)
    .map((name) => {
      const folded = foldName(name);
      const distances = known.map((one) => editDistance(folded, one) / Math.max(1, one.length));
      const contained = known.some((one) => one.length > 2 && folded.includes(one));
      return { name, distance: Math.min(contained ? 0.5 : 1, ...distances) };
    });
  const best = candidates.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance < 1 ? [`; the nearest to ${column} is ${best.name}`] : [];
}

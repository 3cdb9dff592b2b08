/**
 * What a corpus's tables say about its codes: their categories and their titles.
 *
 * @module
 */
import type { Category, Grouping } from "../codes/ccs.ts";
import { codeKey, type TitleOf } from "../codes/code.ts";
import { CodeTable } from "../codes/code_table.ts";
import { withoutPoint } from "../codes/icd9.ts";
import { DataError, shown } from "../errors.ts";
import { type CheckedColumn, readCell } from "./cells.ts";
import type { KindFile } from "./corpus_tables.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from } from "./database.ts";
import type { Ingest } from "./ingest.ts";

/** What tables say of codes, and what looks wrong about it. */
export interface CodeFacts<T> {
  readonly of: T;
  /** A line each. */
  readonly warnings: readonly string[];
}

/** Titles of codes, however they are spelled: those of the very kind, then those of any kind. */
export async function readTitles(
  ingest: Ingest,
  files: readonly KindFile[],
): Promise<CodeFacts<TitleOf>> {
  const titles = new CodeTable<string>();
  const several = new Set<string>();
  for (const { file, kind } of files) {
    for (const [code, title] of await readColumns(ingest, file, ["code", "title"])) {
      if (!code || !title) continue;
      if ((titles.exact(kind, code) ?? title) !== title) several.add(codeKey({ kind, code }));
      titles.set(kind, code, title);
    }
  }
  const warning =
    `codes have several titles, ${several.size} of them, the last of which counts; leave ` +
    "the others out";
  return {
    of: (kind, code) => titles.get(kind, code) ?? "",
    warnings: several.size > 0 ? [warning] : [],
  };
}

/**
 * Categories of codes without their point: those of the very kind, then those of any kind.
 *
 * @throws {DataError} where a code has two categories.
 */
export async function readGroups(
  ingest: Ingest,
  files: readonly KindFile[],
): Promise<CodeFacts<Grouping>> {
  const groups = new CodeTable<Category>();
  const titles = new Map<string, Set<string>>();
  for (const { file, kind } of files) {
    const rows = await readColumns(ingest, file, ["code", "group", "title"]);
    for (const [code, written, title] of rows) {
      const group = written?.replace(/^(\d+)\.0+$/, "$1"); // a number that a data frame kept
      if (!code || !group) continue;
      const plain = withoutPoint(code);
      const other = groups.exact(kind, plain);
      if (other && other.number !== group) throw twoGroups(file, code, other.number, group);
      groups.set(kind, plain, other ?? { number: group, title: title ?? "" });
      const theirs = titles.get(`${kind} ${group}`) ?? new Set();
      titles.set(`${kind} ${group}`, title ? theirs.add(title) : theirs);
    }
  }
  const several = [...titles.values()].filter(({ size }) => size > 1).length;
  const warning =
    `categories have several titles, ${several} of ${titles.size}: the column may describe ` +
    "codes; choose the categories' with --title-column";
  return {
    of: (kind, code) => groups.get(kind, code),
    warnings: several > 0 ? [warning] : [],
  };
}

function twoGroups(file: CsvFile, code: string, one: string, other: string): DataError {
  return new DataError(
    `reading ${file.path}: code ${shown(code)} is in the categories ${shown(one)} and ` +
      `${shown(other)}; expected one a code; correct the table`,
  );
}

/** Columns of a table, row by row; empty where there is nothing. */
async function readColumns(
  ingest: Ingest,
  file: CsvFile,
  names: readonly CheckedColumn[],
): Promise<string[][]> {
  const columns = names.map((name) => column(file, name)).join(", ");
  const rows = await ingest.database.rows(`SELECT ${columns} FROM ${from(file)}`, [file]);
  ingest.counted(file, rows.length);
  return (rows as (string | null)[][]).map((cells) =>
    cells.map((cell, at) => readCell(file, names[at]!, cell))
  );
}

/**
 * A corpus's codes: which note has which, their categories and their titles.
 *
 * @module
 */
import type { Category, Grouping } from "../codes/ccs.ts";
import { type Code, codeKey, numberCodes, type TitleOf } from "../codes/code.ts";
import { withoutPoint } from "../codes/icd9.ts";
import type { Stage } from "../manifest.ts";
import { distinctAscending } from "../order.ts";
import type { CodeKind } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";
import { type CheckedColumn, readCell } from "./cells.ts";
import type { CsvFile } from "./csv_file.ts";
import { column, from } from "./database.ts";
import type { Ingest } from "./ingest.ts";
import type { Source } from "./source.ts";

/** A table about codes of one kind. */
export interface KindFile {
  /** One of the ingest's. */
  readonly file: CsvFile;
  /** `code` where the table's owner does not tell. */
  readonly kind: CodeKind;
}

/** Titles of codes as they are written: those of the very kind, then those of any kind. */
export async function readTitles(ingest: Ingest, files: readonly KindFile[]): Promise<TitleOf> {
  const titles = new Map<string, string>();
  for (const { file, kind } of files) {
    for (const [code, title] of await readColumns(ingest, file, ["code", "title"])) {
      if (code && title) titles.set(codeKey({ kind, code }), title);
    }
  }
  return (kind, code) =>
    titles.get(codeKey({ kind, code })) ?? titles.get(codeKey({ kind: "code", code })) ?? "";
}

/** Categories of codes without their point: those of the very kind, then those of any kind. */
export async function readGroups(ingest: Ingest, files: readonly KindFile[]): Promise<Grouping> {
  const groups = new Map<string, Category>();
  for (const { file, kind } of files) {
    const rows = await readColumns(ingest, file, ["code", "group", "title"]);
    for (const [code, group, title] of rows) {
      if (!code || !group) continue;
      const key = codeKey({ kind, code: withoutPoint(code) });
      groups.set(key, { number: group, title: title ?? "" });
    }
  }
  return (kind, code) =>
    groups.get(codeKey({ kind, code })) ?? groups.get(codeKey({ kind: "code", code }));
}

/** Reads the distinct codes of each document. */
export async function readAssignments(
  ingest: Ingest,
  files: readonly KindFile[],
  titleOf: TitleOf,
): Promise<Pick<Source, "codes" | "assignments"> & { readonly stage: Stage }> {
  const counter = new StageCounter();
  const documents = new Map<string, Set<string>>(); // id → keys of its codes
  const distinct = new Map<string, Code>();
  let rows = 0;
  for (const { file, kind } of files) {
    for (const [id, code] of await readColumns(ingest, file, ["id", "code"])) {
      rows++;
      if (!id || !code) {
        counter.exclude(id ? "without a code" : "without an id");
        continue;
      }
      const keys = documents.get(id) ?? new Set();
      documents.set(id, keys);
      const key = codeKey({ kind, code });
      if (keys.has(key)) counter.exclude("duplicate of a code of the same document");
      keys.add(key);
      if (!distinct.has(key)) distinct.set(key, { kind, code, title: titleOf(kind, code) });
    }
  }
  const { codes, numberOf } = numberCodes(distinct.values());
  const assignments = new Map<string, Int32Array>();
  let kept = 0;
  for (const [id, keys] of documents) {
    assignments.set(id, distinctAscending(Array.from(keys, (key) => numberOf.get(key)!)));
    kept += keys.size;
  }
  return { codes, assignments, stage: counter.stage("codes", rows, kept) };
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

/**
 * The lists of a dataset directory as text, written and read: labels, documents, codes without a
 * category, vocabulary. Equal lists are equal bytes.
 *
 * @module
 */
import { fromCSV, table } from "arquero";
import { join } from "node:path";
import {
  CODE_KINDS,
  type CodeKind,
  COVERAGE_COLUMNS,
  DOCUMENT_COLUMNS,
  type DocumentKey,
  type Label,
  LABEL_COLUMNS,
  labelFile,
  type PerTask,
  perTask,
  SPLITS,
  sumSplits,
  TASKS,
} from "../schema.ts";
import { damagedFile } from "./checked_files.ts";

/** `labels/icd.csv` or `labels/ccs.csv`. */
export function formatLabels(labels: readonly Label[]): string {
  const rows = labels.map(({ documents, ...label }, index) => ({ index, ...label, ...documents }));
  return formatRows(LABEL_COLUMNS, rows);
}

/**
 * Parses what {@linkcode formatLabels} wrote.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it breaks the contract.
 */
export function parseLabels(csv: string, where: string): Label[] {
  return parseRows(csv, LABEL_COLUMNS, where).map((row, index) => {
    const kind = row.kind as CodeKind;
    const [train, dev, test] = SPLITS.map((split) => Number(row[split]));
    if (
      row.index !== String(index) || !CODE_KINDS.includes(kind) ||
      ![train, dev, test].every(Number.isSafeInteger)
    ) {
      throw damagedFile(where, `row ${index} out of place or shape`, LABEL_COLUMNS.join());
    }
    return {
      code: row.code,
      kind,
      title: row.title,
      group: row.group,
      documents: { train: train!, dev: dev!, test: test! },
    };
  });
}

/**
 * Reads the labels of every label set with `read`, which takes a path inside `directory`.
 *
 * @throws {IntegrityError} where one of the tables breaks the contract.
 */
export async function readLabels(
  directory: string,
  read: (file: ReturnType<typeof labelFile>) => Promise<string>,
): Promise<PerTask<readonly Label[]>> {
  const tables = await Promise.all(TASKS.map(async (task) => {
    const file = labelFile(task);
    return parseLabels(await read(file), join(directory, file));
  }));
  return perTask((_, index) => tables[index]!);
}

/** `splits/{train,dev,test}.csv`. */
export function formatDocuments(documents: readonly DocumentKey[]): string {
  return formatRows(DOCUMENT_COLUMNS, documents);
}

/**
 * Parses what {@linkcode formatDocuments} wrote.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it breaks the contract.
 */
export function parseDocuments(csv: string, where: string): DocumentKey[] {
  return parseRows(csv, DOCUMENT_COLUMNS, where).map(({ id, patient }) => ({ id, patient }));
}

/** `labels/coverage.csv`, which people read: labels without a category, documents of all splits. */
export function formatCoverage(labels: readonly Label[]): string {
  const rows = labels.map((label) => ({ ...label, documents: sumSplits(label.documents) }));
  return formatRows(COVERAGE_COLUMNS, rows);
}

/** `vocabulary.txt`. */
export function formatVocabulary(tokens: readonly string[]): string {
  return tokens.map((token) => `${token}\n`).join("");
}

/** Parses what {@linkcode formatVocabulary} wrote. */
export function parseVocabulary(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function formatRows<Column extends string>(
  columns: readonly Column[],
  rows: readonly { readonly [column in Column]: unknown }[],
): string {
  const values = columns.map((column) => [column, rows.map((row) => row[column])] as const);
  return table(Object.fromEntries(values)).toCSV({ columns: [...columns] });
}

function parseRows<Column extends string>(
  csv: string,
  columns: readonly Column[],
  where: string,
): Record<Column, string>[] {
  const table = fromCSV(csv, { autoType: false });
  if (table.columnNames().join() !== columns.join()) {
    throw damagedFile(where, `columns ${table.columnNames().join()}`, columns.join());
  }
  const filled = (row: object) => Object.entries(row).map(([column, text]) => [column, text ?? ""]);
  return table.objects().map((row) => Object.fromEntries(filled(row))); // arquero reads "" as null
}

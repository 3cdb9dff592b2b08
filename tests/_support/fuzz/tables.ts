/** Damaged tables that were read without an error, held against Python's csv. */
import assert from "node:assert/strict";
import { comparable, isReadOtherwise, readWithPython } from "../python_csv.ts";
import type { Reader } from "./fuzz.ts";

/** Tables as they are read. */
export type TableReader = Reader<(string | null)[][]>;

/** A reader that remembers what it read, and compares it in the end. */
export class ComparedTables implements TableReader {
  readonly valid: TableReader["valid"];
  readonly read: TableReader["read"];
  readonly #found: { readonly content: string; readonly rows: (string | null)[][] }[] = [];

  constructor({ valid, read }: TableReader) {
    this.valid = valid;
    this.read = read;
  }

  check(rows: (string | null)[][], bytes: Uint8Array): void {
    this.#found.push({ content: new TextDecoder().decode(bytes), rows });
  }

  /** Rows below the header are Python's, whatever was read from. */
  async assertReadAsPython(): Promise<void> {
    const tables = this.#found.map(({ content, rows }) => {
      const header = content.split(/[\r\n]/).find((line) => line.trim() !== "")!;
      return { content, rows, delimiter: header.includes("\t") ? "\t" : "," };
    }).filter((table) => !isReadOtherwise(table));
    const theirs = await readWithPython(tables);
    for (const [at, { content, rows }] of tables.entries()) {
      // Names lose what cannot be seen.
      const [found, expected] = [rows, theirs[at] ?? []].map((all) => comparable(all).slice(1));
      assert.deepEqual(found, expected, JSON.stringify(content));
    }
  }
}

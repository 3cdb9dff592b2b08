/**
 * The records of a table of text whose dialect is known.
 *
 * @module
 */
import type { Dialect } from "./csv_scan.ts";

/** A record's cells; what is missing is empty. */
export type CellRow = readonly string[];

/** Cuts text that comes in pieces into records. Blanks around quotes and blank lines are nothing. */
export class RecordCutter {
  readonly #dialect: Dialect;
  #skipping: boolean;
  #cells: string[] = [];
  #cell = "";
  #blank = true; // nothing but blanks in this cell
  #inQuotes = false;
  #closed = false; // behind a closing quote
  #doubling = false; // a quote here is the second of a doubled one

  /** Starts at a table's first character, behind the byte order mark. */
  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#skipping = dialect.separatorLine;
  }

  /** Takes the next piece; the records that end in it. */
  cut(text: string): CellRow[] {
    const records: CellRow[] = [];
    for (let at = 0; at < text.length; at++) {
      if (this.#inQuotes) {
        const end = text.indexOf('"', at);
        this.#cell += text.slice(at, end < 0 ? text.length : end);
        if (end < 0) break;
        at = end;
        this.#inQuotes = false;
        this.#closed = true;
        this.#doubling = true;
        continue;
      }
      const character = text[at]!;
      const ends = character === "\n" || character === "\r";
      if (!ends) this.#take(character);
      else if (this.#skipping) this.#skipping = false;
      else this.#endRecord(records);
    }
    return records;
  }

  /** The record that no line end closes, if there is one. */
  end(): CellRow[] {
    const records: CellRow[] = [];
    this.#endRecord(records);
    return records;
  }

  #take(character: string): void {
    const doubling = this.#doubling;
    this.#doubling = false;
    if (this.#skipping) return;
    if (character === this.#dialect.delimiter) this.#endCell();
    else if (this.#dialect.quoted && character === '"' && (doubling || this.#blank)) {
      this.#cell = doubling ? `${this.#cell}"` : "";
      this.#blank = false;
      this.#inQuotes = true;
      this.#closed = false;
    } else if (!this.#closed) {
      this.#cell += character;
      this.#blank &&= character === " " || character === "\t";
    }
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#blank = true;
    this.#closed = false;
    this.#doubling = false;
  }

  #endRecord(records: CellRow[]): void {
    const nothing = this.#cells.length === 0 && this.#blank;
    this.#endCell();
    if (!nothing) records.push(this.#cells);
    this.#cells = [];
  }
}

/**
 * All records of a text in pieces of UTF-8, a byte order mark aside.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const pieces = (async function* () {
 *   yield new TextEncoder().encode('id;text\r1; "a; b"\r');
 * })();
 * const dialect = { delimiter: ";", quoted: true, separatorLine: false };
 * const records = (await Array.fromAsync(readRecords(pieces, dialect))).flat();
 * assert.deepEqual(records, [["id", "text"], ["1", "a; b"]]);
 * ```
 */
export async function* readRecords(
  pieces: AsyncIterable<Uint8Array>,
  dialect: Dialect,
): AsyncGenerator<CellRow[]> {
  const decoder = new TextDecoder();
  const cutter = new RecordCutter(dialect);
  for await (const piece of pieces) yield cutter.cut(decoder.decode(piece, { stream: true }));
  yield [...cutter.cut(decoder.decode()), ...cutter.end()];
}

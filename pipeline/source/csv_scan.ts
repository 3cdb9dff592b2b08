/**
 * A second look at a CSV file, byte by byte and independent of DuckDB: how many records it has,
 * whether it ends inside a quoted field, whether it is UTF-8. DuckDB in its fast modes has been seen
 * to drop the tail of a file without a word; comparing its row count with this one would show it.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";

/** What {@linkcode CsvScan} found. */
export interface CsvFindings {
  /** Records that are not blank, the header included. */
  readonly records: number;
  /** The file ends before a quoted field does. */
  readonly openQuote: boolean;
  /** Offset of the first byte that is not UTF-8, in the uncompressed bytes; null when all is well. */
  readonly invalidUtf8: number | null;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Scans a CSV given in pieces of any size. */
export class CsvScan {
  readonly #delimiter: number;
  #records = 0;
  #blank = true; // nothing but line ends since the last record
  #inQuotes = false;
  #fieldStart = true; // a quote here opens a quoted field
  #justClosed = false; // a quote here is the second of a doubled one
  #offset = 0;
  #rest: Uint8Array = new Uint8Array(0); // start of a character that the last piece cut
  #invalidUtf8: number | null = null;

  /** Starts at a file's first byte; `delimiter` is the character between fields. */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Takes the next piece. */
  update(bytes: Uint8Array): void {
    this.#checkUtf8(bytes);
    const isMark = this.#offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb;
    this.#countRecords(bytes, isMark ? 3 : 0);
    this.#offset += bytes.length;
  }

  /** What was found in all pieces. */
  finish(): CsvFindings {
    const cut = this.#rest.length > 0 ? this.#offset - this.#rest.length : null;
    return {
      records: this.#records + (this.#blank ? 0 : 1),
      openQuote: this.#inQuotes,
      invalidUtf8: this.#invalidUtf8 ?? cut,
    };
  }

  #countRecords(bytes: Uint8Array, start: number): void {
    const delimiter = this.#delimiter;
    let inQuotes = this.#inQuotes;
    let fieldStart = this.#fieldStart;
    let justClosed = this.#justClosed;
    let blank = this.#blank;
    let records = 0;
    for (let i = start; i < bytes.length; i++) {
      if (inQuotes) {
        i = bytes.indexOf(QUOTE, i); // quoted text is most of a file of notes: leap over it
        if (i < 0) break;
        inQuotes = false;
        justClosed = true;
        continue;
      }
      const byte = bytes[i]!;
      if (byte === NEWLINE) {
        if (!blank) records++;
        blank = true;
        fieldStart = true;
      } else if (byte === QUOTE && (fieldStart || justClosed)) {
        inQuotes = true;
        fieldStart = false;
        blank = false;
      } else if (byte !== RETURN) {
        fieldStart = byte === delimiter;
        blank = false;
      }
      justClosed = false;
    }
    this.#records += records;
    this.#inQuotes = inQuotes;
    this.#fieldStart = fieldStart;
    this.#justClosed = justClosed;
    this.#blank = blank;
  }

  #checkUtf8(bytes: Uint8Array): void {
    if (this.#invalidUtf8 !== null) return;
    let piece = bytes;
    let start = this.#offset;
    if (this.#rest.length > 0) {
      piece = new Uint8Array(this.#rest.length + bytes.length);
      piece.set(this.#rest);
      piece.set(bytes, this.#rest.length);
      start -= this.#rest.length;
    }
    const whole = wholeCharacters(piece);
    if (!isUtf8(piece.subarray(0, whole))) this.#invalidUtf8 = start + firstInvalid(piece);
    this.#rest = piece.slice(whole);
  }
}

/** Length of `bytes` without a character that its end cuts. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue; // continuation: its lead lies further back
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Offset of the first byte of `bytes` that no UTF-8 text could have there. */
function firstInvalid(bytes: Uint8Array): number {
  const starts = (length: number) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (starts(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

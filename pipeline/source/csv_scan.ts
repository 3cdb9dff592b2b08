/**
 * A second look at a CSV file, byte by byte and independent of DuckDB: how many records it has, where
 * it breaks the rules, whether it is UTF-8, and what in it readers of CSV disagree on. DuckDB in its
 * fast modes has been seen to drop the tail of a file without a word; comparing its row count with
 * this one would show it.
 *
 * @module
 */
import { Utf8Check } from "./utf8_check.ts";

/** How a table of text is to be read. */
export interface Dialect {
  /** One character, between fields. */
  readonly delimiter: string;
  /** Whether a field may stand in quotes. */
  readonly quoted: boolean;
  /** Whether the first line is Excel's `sep=`, which is no record. */
  readonly separatorLine: boolean;
}

/** Where a file breaks the rules first. */
export interface CsvFault {
  /** Byte, in the uncompressed text. */
  readonly offset: number;
  /** A record of more or less fields than the first; text behind a closing quote; no closing quote. */
  readonly kind: "fields" | "quote" | "open quote";
  /** Fields of the record, and of the first one. */
  readonly fields: number;
  readonly expected: number;
}

/** What {@linkcode CsvScan} found. */
export interface CsvFindings {
  /** Records that are not blank, the header included. */
  readonly records: number;
  readonly fault: CsvFault | null;
  /** Offset of the first byte that is not UTF-8, in the uncompressed bytes; null when all is well. */
  readonly invalidUtf8: number | null;
  /**
   * Byte of the first thing that readers disagree on: a line end of another kind, or a CR alone, a blank
   * or a quote astray; null where there is none.
   */
  readonly oddity: number | null;
  /** Whether a quoted field holds a delimiter or a line's end. */
  readonly spanning: boolean;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const TAB = 0x09;
const MARK = [0xef, 0xbb, 0xbf];

/** Scans a CSV given in pieces of any size. */
export class CsvScan {
  readonly #delimiter: number;
  readonly #quoted: boolean;
  readonly #utf8 = new Utf8Check();
  #skipping: boolean; // the line that is no record
  #offset = 0;
  #records = 0;
  #expected = 0; // fields of the first record
  #fields = 0; // delimiters of this one
  #recordStart = 0;
  #quoteStart = 0;
  #blank = true; // nothing but blanks since the last record
  #inQuotes = false;
  #fieldStart = true; // a quote here opens a quoted field
  #closed = false; // behind a closing quote: nothing may follow but blanks
  #doubling = false; // a quote here is the second of a doubled one
  #blanks = false; // since the field's start or its closing quote
  #last = 0; // the byte before
  #feed: number | null = null; // where the first LF alone is
  #return: number | null = null; // the first CR alone
  #pair: number | null = null; // the first CRLF
  #astray: number | null = null; // the first blank or quote that readers disagree on
  #spanning = false;
  #fault: CsvFault | null = null;

  /** Starts at a file's first byte. */
  constructor({ delimiter, quoted, separatorLine }: Dialect) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quoted = quoted;
    this.#skipping = separatorLine;
  }

  /** Takes the next piece. */
  update(bytes: Uint8Array): void {
    this.#utf8.update(bytes);
    for (let i = this.#markLength(bytes); i < bytes.length; i++) {
      if (this.#inQuotes) {
        const end = bytes.indexOf(QUOTE, i); // quoted text is most of a file of notes: leap over it
        this.#lookInside(bytes, i, end < 0 ? bytes.length : end);
        if (end < 0) break;
        i = end;
        this.#inQuotes = false;
        this.#closed = true;
        this.#doubling = true;
        this.#last = QUOTE;
        continue;
      }
      const byte = bytes[i]!;
      if (byte > QUOTE && byte !== this.#delimiter && this.#inField) this.#last = byte;
      else this.#take(byte, this.#offset + i);
    }
    this.#offset += bytes.length;
  }

  /** Where the pieces so far break the rules first. */
  get fault(): CsvFault | null {
    return this.#fault;
  }

  /** Whether a letter is no more than one more of its field. */
  get #inField(): boolean {
    return !this.#fieldStart && !this.#closed && !this.#skipping;
  }

  /** What was found in all pieces. */
  finish(): CsvFindings {
    if (this.#inQuotes) this.#blame("open quote", this.#quoteStart);
    if (!this.#blank) this.#endRecord(this.#offset);
    return {
      records: this.#records,
      fault: this.#fault,
      invalidUtf8: this.#utf8.finish(),
      oddity: least(this.#astray, this.#strangeEnd()),
      spanning: this.#spanning,
    };
  }

  /** How much of the first piece is a byte order mark, or a start of one. */
  #markLength(bytes: Uint8Array): number {
    let length = 0;
    while (this.#offset + length < 3 && bytes[length] === MARK[this.#offset + length]) length++;
    return this.#offset + length === 3 || length === bytes.length ? length : 0;
  }

  #take(byte: number, at: number): void {
    const doubling = this.#doubling;
    this.#doubling = false;
    if (byte === NEWLINE || byte === RETURN) this.#endLine(byte, at);
    else if (this.#skipping) return;
    else if (byte === this.#delimiter) this.#endField(at);
    else if (this.#quoted && byte === QUOTE) this.#quote(doubling, at);
    else if (byte === BLANK || byte === TAB) this.#blanks = true;
    else {
      if (this.#closed) this.#blame("quote", at);
      this.#fieldStart = false;
      this.#blank = false;
    }
    this.#last = byte;
  }

  #quote(doubling: boolean, at: number): void {
    this.#blank = false;
    if (doubling) {
      this.#closed = false;
      this.#inQuotes = true;
    } else if (this.#fieldStart) {
      if (this.#blanks) this.#astray ??= at;
      this.#blanks = false;
      this.#fieldStart = false;
      this.#inQuotes = true;
      this.#quoteStart = at;
    } else if (this.#closed) this.#blame("quote", at);
    else this.#astray ??= at; // within a field without quotes it is a character
  }

  #endField(at: number): void {
    if (this.#closed && this.#blanks) this.#astray ??= at;
    this.#fields++;
    this.#blank = false;
    this.#fieldStart = true;
    this.#closed = false;
    this.#blanks = false;
  }

  #endLine(byte: number, at: number): void {
    if (byte === RETURN) this.#return ??= at;
    else if (this.#last !== RETURN) this.#feed ??= at;
    else {
      this.#pair ??= at - 1;
      if (this.#return === at - 1) this.#return = null; // it was not alone
    }
    if (this.#skipping && (byte === NEWLINE || at > 0)) this.#skipping = false;
    else if (!this.#blank) this.#endRecord(at);
    else if (this.#blanks) this.#astray ??= at; // a line of blanks
    this.#startRecord(at + 1);
  }

  #endRecord(at: number): void {
    this.#endField(at);
    this.#records++;
    if (this.#records === 1) this.#expected = this.#fields;
    else if (this.#fields !== this.#expected) this.#blame("fields", this.#recordStart);
    this.#startRecord(at);
  }

  #startRecord(at: number): void {
    this.#recordStart = at;
    this.#fields = 0;
    this.#blank = true;
    this.#fieldStart = true;
    this.#closed = false;
    this.#blanks = false;
  }

  /** Where a line ends otherwise than the first one, or with CR alone. */
  #strangeEnd(): number | null {
    const [first, second] = [this.#feed, this.#return, this.#pair]
      .filter((at) => at !== null).sort((a, b) => a - b);
    return second ?? (this.#return === null ? null : first!);
  }

  #blame(kind: CsvFault["kind"], offset: number): void {
    this.#fault ??= { offset, kind, fields: this.#fields, expected: this.#expected };
  }

  #lookInside(bytes: Uint8Array, start: number, end: number): void {
    if (this.#spanning) return;
    const inside = bytes.subarray(start, end);
    this.#spanning = [NEWLINE, RETURN, this.#delimiter].some((byte) => inside.includes(byte));
  }
}

/** The smaller of two places, of which there may be one or none. */
function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a ?? b : Math.min(a, b);
}

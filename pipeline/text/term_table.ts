/**
 * The terms of a corpus and the fast path to them: ASCII text is cut into tokens, lowercased and
 * looked up byte by byte, without a string being made.
 *
 * @module
 */
import type { Token } from "./tokens.ts";

/** For each byte of ASCII text: its lower case where it belongs to a token, else 0. */
const LOWER = Uint8Array.from({ length: 128 }, (_, byte) => {
  const char = String.fromCharCode(byte).toLowerCase();
  return /[a-z0-9_]/.test(char) ? char.charCodeAt(0) : 0;
});
const FIRST_LETTER = 0x61; // of token bytes only letters reach it: '_' is 0x5f, digits are below
const HASH_FACTOR = 0x9e3779b1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Gives every distinct term an id, in order of appearance. An open-addressing hash table over one
 * buffer of UTF-8 bytes: half a million terms take some 20 MB, and no garbage is made by looking up.
 */
export class TermTable {
  #bytes = new Uint8Array(1 << 20);
  #ends = new Int32Array((1 << 16) + 1); // end of term i in #bytes is #ends[i + 1]
  #slots = new Int32Array(1 << 18); // pairs: id + 1, or 0 where free, and hash; at most half full
  #size = 0;
  readonly #seen = new Map<string, number>(); // ids of the terms that came as strings

  /** How many distinct terms were seen. */
  get size(): number {
    return this.#size;
  }

  /** The term that an id, below `size`, was given to. */
  term(id: number): string {
    return decoder.decode(this.#bytes.subarray(this.#ends[id], this.#ends[id + 1]));
  }

  /**
   * Ids of the tokens of an ASCII text, exactly those that `locateTokens` finds.
   *
   * @param text its bytes, all below 128.
   * @param ids receives them; room for half the text's bytes, rounded up, always suffices.
   * @param places receives where each starts and ends: twice the room.
   * @returns how many there are.
   */
  scan(text: Uint8Array, ids: Int32Array, places: Int32Array): number {
    let found = 0;
    for (let at = 0; at < text.length;) {
      let lower = LOWER[text[at++]!]!;
      if (lower === 0) continue;
      const from = at - 1;
      const start = this.#reserve(text.length - at + 1);
      const bytes = this.#bytes;
      let end = start;
      let hash = 0;
      let highest = 0;
      do {
        bytes[end++] = lower;
        hash = Math.imul(hash ^ lower, HASH_FACTOR);
        if (lower > highest) highest = lower;
        lower = at < text.length ? LOWER[text[at++]!]! : 0;
      } while (lower !== 0);
      if (highest < FIRST_LETTER) continue;
      places[2 * found] = from;
      places[2 * found + 1] = from + end - start;
      ids[found++] = this.#find(end, hash);
    }
    return found;
  }

  /** Ids of the tokens of any text, from `locateTokens`. */
  add(tokens: readonly Pick<Token, "token">[]): Int32Array {
    return Int32Array.from(tokens, ({ token }) => this.#seen.get(token) ?? this.#see(token));
  }

  #see(token: string): number {
    const encoded = encoder.encode(token);
    const start = this.#reserve(encoded.length);
    let hash = 0;
    for (const byte of encoded) hash = Math.imul(hash ^ byte, HASH_FACTOR);
    this.#bytes.set(encoded, start);
    const id = this.#find(start + encoded.length, hash);
    this.#seen.set(this.term(id), id); // not `token`: it may be a slice that keeps its text alive
    return id;
  }

  /** Room for `length` more bytes behind the last term; returns where they start. */
  #reserve(length: number): number {
    const start = this.#ends[this.#size]!;
    if (start + length > this.#bytes.length) {
      this.#bytes = grow(this.#bytes, Math.max(2 * this.#bytes.length, start + length));
    }
    return start;
  }

  /** Id of the term whose bytes lie behind the last term's, up to `end`; it is added if new. */
  #find(end: number, hash: number): number {
    const bytes = this.#bytes;
    const ends = this.#ends;
    const slots = this.#slots;
    const start = ends[this.#size]!;
    const length = end - start;
    const mask = slots.length - 1;
    let slot = firstSlot(hash, mask);
    search: for (let entry: number; (entry = slots[slot]!) !== 0; slot = (slot + 2) & mask) {
      if (slots[slot + 1] !== hash) continue;
      const other = ends[entry - 1]!;
      if (ends[entry]! - other !== length) continue;
      for (let at = 0; at < length; at++) {
        if (bytes[other + at] !== bytes[start + at]) continue search;
      }
      return entry - 1;
    }
    const id = this.#size++;
    slots[slot] = id + 1;
    slots[slot + 1] = hash;
    ends[id + 1] = end;
    if (this.#size * 4 >= slots.length) this.#enlarge();
    return id;
  }

  #enlarge(): void {
    this.#ends = grow(this.#ends, 2 * this.#ends.length);
    const old = this.#slots;
    const slots = this.#slots = new Int32Array(2 * old.length);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = firstSlot(old[from + 1]!, mask);
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
    }
  }
}

/** Where the search for a hash starts: an even place. */
function firstSlot(hash: number, mask: number): number {
  return ((hash ^ (hash >>> 15)) << 1) & mask;
}

/** A longer copy of an array. */
function grow<T extends Uint8Array | Int32Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(length);
  longer.set(array);
  return longer;
}

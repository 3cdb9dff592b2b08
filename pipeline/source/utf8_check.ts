/**
 * Where bytes that come in pieces cease to be UTF-8.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";
import { firstPlace } from "../order.ts";

/** Looks for the first byte that is not UTF-8. */
export class Utf8Check {
  #offset = 0;
  #rest: Uint8Array = new Uint8Array(0); // start of a character that the last piece cut
  #invalid: number | null = null;

  /** Takes the next piece. */
  update(bytes: Uint8Array): void {
    this.#check(bytes);
    this.#offset += bytes.length;
  }

  /** Offset of the first byte that is not UTF-8; null when all is well. */
  finish(): number | null {
    const cut = this.#rest.length > 0 ? this.#offset - this.#rest.length : null;
    return this.#invalid ?? cut;
  }

  #check(bytes: Uint8Array): void {
    if (this.#invalid !== null) return;
    let piece = bytes;
    let start = this.#offset;
    if (this.#rest.length > 0) {
      piece = new Uint8Array(this.#rest.length + bytes.length);
      piece.set(this.#rest);
      piece.set(bytes, this.#rest.length);
      start -= this.#rest.length;
    }
    const whole = wholeCharacters(piece);
    if (!isUtf8(piece.subarray(0, whole))) this.#invalid = start + firstInvalid(piece);
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
  return firstPlace(bytes.length, (at) => !isStart(bytes.subarray(0, at + 1)));
}

/** Whether UTF-8 may begin so. */
function isStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Files as damage, other programs and malice leave them: valid ones changed, and bytes of any kind. */
import fc from "fast-check";

/** What is put into files: numbers that claim much, names that mean something, ends of texts. */
const PIECES = [
  "0",
  "-1",
  "1e999",
  "9007199254740993",
  "4294967296",
  "18446744073709551615",
  "NaN",
  "1.5",
  ...['"', "'", ",", "\n", "\r", "\t", "{", "}", "[", "]", ":", "\\", "\\u0000", "\0", "\ufeff"],
  ...['"__proto__"', '"constructor"', "null", "true", '""', "[".repeat(99), "../", "é", "\u202e"],
].map((text) => new TextEncoder().encode(text));

/** A change of some bytes, at a share of the file's length. */
type Change = (bytes: Uint8Array) => Uint8Array;

const share = fc.noBias(fc.nat(10_000)).map((part) => part / 10_000);
const flip = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 255 }));
const piece = fc.oneof(fc.constantFrom(...PIECES), fc.uint8Array({ minLength: 1, maxLength: 9 }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(share, flip).map(([at, flip]) => (bytes: Uint8Array) => {
    const place = placeOf(bytes, at, 1);
    return bytes.map((byte, i) => i === place ? byte ^ flip : byte);
  }),
  fc.tuple(share, piece).map(([at, piece]) => (bytes: Uint8Array) =>
    spliced(bytes, placeOf(bytes, at), 0, piece)
  ),
  fc.tuple(share, piece).map(([at, piece]) => (bytes: Uint8Array) =>
    spliced(bytes, placeOf(bytes, at), piece.length, piece)
  ),
  fc.tuple(share, piece).map(([at, piece]) => (bytes: Uint8Array) =>
    withOtherNumber(bytes, at, piece)
  ),
  fc.tuple(share, fc.nat(60)).map(([at, length]) => (bytes: Uint8Array) =>
    spliced(bytes, placeOf(bytes, at), length, new Uint8Array())
  ),
  fc.tuple(share, share, fc.nat(60)).map(([from, to, length]) => (bytes: Uint8Array) => {
    const start = placeOf(bytes, from);
    return spliced(bytes, placeOf(bytes, to), 0, bytes.slice(start, start + length));
  }),
  share.map((at) => (bytes: Uint8Array) => bytes.slice(0, placeOf(bytes, at))),
);

/** A valid file with one to three changes, or, one time in ten, bytes that were never one. */
export function damaged(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changed = fc.tuple(
    fc.constantFrom(...valid),
    fc.array(change, { minLength: 1, maxLength: 3 }),
  ).map(([bytes, changes]) => changes.reduce((file, apply) => apply(file), bytes));
  const random = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  return fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: random });
}

function placeOf(bytes: Uint8Array, share: number, room = 0): number {
  return Math.max(0, Math.min(bytes.length - room, Math.floor(share * bytes.length)));
}

function spliced(bytes: Uint8Array, at: number, remove: number, put: Uint8Array): Uint8Array {
  const rest = bytes.subarray(at + remove);
  const result = new Uint8Array(at + put.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(put, at);
  result.set(rest, at + put.length);
  return result;
}

/** Puts something in the place of the first number written out after a place. */
function withOtherNumber(bytes: Uint8Array, share: number, put: Uint8Array): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  let at = placeOf(bytes, share);
  while (at < bytes.length && !isDigit(bytes[at])) at++;
  let end = at;
  while (isDigit(bytes[end])) end++;
  return spliced(bytes, at, end - at, put);
}

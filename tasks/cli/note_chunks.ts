/**
 * Notes in chunks: as many at a time as are computed together.
 *
 * @module
 */

/** Notes that are computed together. */
export const CHUNK_NOTES = 64;

/** Some notes of an input, by their places from 0 on: those from `from` to before `to`. */
export interface NoteRange {
  readonly from: number;
  readonly to: number;
}

/** The range of all notes, however many there are. */
export const EVERY_NOTE: NoteRange = { from: 0, to: Infinity };

/**
 * What of a stream stands in a range, in chunks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const letters = (async function* () {
 *   yield* "abcd";
 * })();
 * assert.deepEqual(await Array.fromAsync(streamChunks(letters, { from: 1, to: 3 })), [["b", "c"]]);
 * ```
 */
export async function* streamChunks<T>(
  items: AsyncIterable<T>,
  { from, to }: NoteRange,
): AsyncGenerator<T[]> {
  let place = 0;
  let chunk: T[] = [];
  for await (const item of items) {
    if (place === to) break;
    if (place++ < from) continue;
    chunk.push(item);
    if (chunk.length < CHUNK_NOTES) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** A list in chunks. */
export function listChunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / CHUNK_NOTES);
  return Array.from(
    { length: count },
    (_, at) => items.slice(at * CHUNK_NOTES, (at + 1) * CHUNK_NOTES),
  );
}

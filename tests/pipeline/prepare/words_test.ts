import assert from "node:assert/strict";
import { joinSentences, joinTokens } from "../../../pipeline/prepare/words.ts";

const notes = [Int32Array.of(2, 3), Int32Array.of(), Int32Array.of(4)];
const tokens = (note: number) => notes[note]!;

Deno.test("a document's tokens are its notes', in the order in which they are joined", () => {
  assert.deepEqual(joinTokens([2, 1, 0], tokens), Int32Array.of(4, 2, 3));
});

Deno.test("a document of one note has that note's tokens", () => {
  assert.deepEqual(joinTokens([0], tokens), Int32Array.of(2, 3));
});

Deno.test("a document's sentences are its notes', and begin where a note begins", () => {
  const starts = [Int32Array.of(0, 1), new Int32Array(), Int32Array.of(0)];
  const read = (note: number) => ({ tokens: notes[note]!, starts: starts[note]! });
  const joined = joinSentences([2, 1, 0], read);
  assert.deepEqual(joined, { tokens: Int32Array.of(4, 2, 3), starts: Int32Array.of(0, 1, 2) });
});

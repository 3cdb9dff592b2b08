import assert from "node:assert/strict";
import {
  CHUNK_NOTES,
  EVERY_NOTE,
  listChunks,
  streamChunks,
} from "../../../tasks/cli/note_chunks.ts";

const numbers = Array.from({ length: 2 * CHUNK_NOTES + 2 }, (_, at) => at);

/** The numbers as a stream. */
async function* stream() {
  yield* numbers;
}

Deno.test("a list is cut into chunks, the last one as long as what is left", () => {
  const chunks = listChunks(numbers);
  assert.deepEqual(chunks.map(({ length }) => length), [CHUNK_NOTES, CHUNK_NOTES, 2]);
  assert.deepEqual(chunks.flat(), numbers);
  assert.deepEqual(listChunks([]), []);
});

Deno.test("a stream comes in the chunks that its list is cut into", async () => {
  assert.deepEqual(await Array.fromAsync(streamChunks(stream(), EVERY_NOTE)), listChunks(numbers));
});

Deno.test("of a stream a range is read, and no more than one item behind it", async () => {
  for (const [from, to] of [[0, 3], [3, 3 + CHUNK_NOTES], [100, 1000], [7, 7]] as const) {
    let asked = 0;
    const counted = async function* () {
      for await (const number of stream()) {
        asked++;
        yield number;
      }
    };
    const found = await Array.fromAsync(streamChunks(counted(), { from, to }));
    assert.deepEqual(found.flat(), numbers.slice(from, to));
    assert.ok(asked <= to + 1);
  }
});

import assert from "node:assert/strict";
import { CHUNK_NOTES } from "../../../tasks/cli/note_chunks.ts";
import { NoteCoder } from "../../../tasks/serve/coding.ts";
import { RequestRefusal } from "../../../tasks/serve/refusal.ts";
import { RunShelf } from "../../../tasks/serve/shelf.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

Deno.test("the notes of a client who leaves are coded as far as a chunk that was begun", async () => {
  await using trained = await TrainedRun.create();
  const shelf = await RunShelf.open([trained.run]);
  const client = new AbortController();
  const read: number[] = [];
  const notes = Array.from({ length: 2 * CHUNK_NOTES }, (_, at) => ({
    id: `${at}`,
    get text() {
      client.abort();
      read.push(at);
      return "word001";
    },
  }));
  const coded = new NoteCoder().code(await shelf.load(), notes, { words: 0 }, client.signal);
  await assert.rejects(coded, RequestRefusal);
  assert.deepEqual([...new Set(read)], Array.from({ length: CHUNK_NOTES }, (_, at) => at));
  shelf.dispose();
});

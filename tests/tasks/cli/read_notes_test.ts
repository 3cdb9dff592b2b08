import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, UsageError } from "../../../pipeline/errors.ts";
import { readNotes } from "../../../tasks/cli/read_notes.ts";
import { temporary } from "../../_support/tiny.ts";

/** The chunks of a file with this content. */
async function chunksOf(content: string | Uint8Array, jsonl: boolean) {
  await using directory = await temporary();
  const path = join(directory.path, "notes.txt");
  await Deno.writeFile(path, new TextEncoder().encode(content as string));
  if (typeof content !== "string") await Deno.writeFile(path, content);
  return await Array.fromAsync(readNotes(path, { jsonl }));
}

Deno.test("a file is one note under its own name", async () => {
  assert.deepEqual(await chunksOf("Two\nlines, ünïcode\n", false), [
    [{ id: "notes.txt", text: "Two\nlines, ünïcode\n" }],
  ]);
});

Deno.test("lines of JSON are a note each, empty ones aside, numbers as names", async () => {
  const lines = ['{"id": 7, "text": "a"}', "", '{"id": "b", "text": "c", "more": 1}'];
  assert.deepEqual(await chunksOf(lines.join("\n"), true), [
    [{ id: "7", text: "a" }, { id: "b", text: "c" }],
  ]);
});

Deno.test("many notes come in chunks, in order", async () => {
  const lines = Array.from({ length: 130 }, (_, i) => `{"id": ${i}, "text": ""}\n`);
  const chunks = await chunksOf(lines.join(""), true);
  assert.deepEqual(chunks.map(({ length }) => length), [64, 64, 2]);
  assert.deepEqual(chunks.flat().map(({ id }) => Number(id)), [...lines.keys()]);
});

Deno.test("a line that is no note is named, and not quoted", async () => {
  for (const line of ["canary", '{"id": "canary"}', '{"id": ["canary"], "text": ""}', "null"]) {
    await assert.rejects(chunksOf(`{"id": 1, "text": ""}\n\n${line}\n`, true), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, /notes\.txt, line 3: it is no note; expected/);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  }
});

Deno.test("what is not UTF-8 or cannot be opened is refused", async () => {
  await assert.rejects(chunksOf(Uint8Array.of(0x63, 0xe9), false), DataError);
  const nowhere = readNotes("/nowhere/notes.txt", { jsonl: false });
  await assert.rejects(Array.fromAsync(nowhere), UsageError);
});

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
      assert.match(error.message, /notes\.txt, line 3: it is no note.*; expected/);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  }
});

Deno.test("fault 76: lines that hold no note at all are refused", async () => {
  await assert.rejects(chunksOf("\n \n", true), /notes\.txt: it holds no note/);
});

Deno.test("fault 76: the keys of a line that is no note are named", async () => {
  const line = '{"note_id": 1, "note text": "canary"}';
  await assert.rejects(
    chunksOf(line, true),
    /has the keys note_id, a text of 9 characters; expected/,
  );
});

Deno.test("a value of another kind is named by its key, and a key that stands twice", async () => {
  const cases: [line: string, found: RegExp][] = [
    ['{"id": "1", "text": "canary", "codes": "428.0"}', /it is no note, since codes is no list of/],
    ['{"id": "1", "text": "canary", "codes": [null]}', /since codes is no list of texts; expected/],
    ['{"id": "1", "text": ["canary"]}', /it is no note, since text is no text; expected/],
    ['{"id": true, "text": "canary"}', /it is no note, since id is no text; expected/],
    [
      '{"id": "1", "text": "canary", "text": "b"}',
      /line 1: it has the key text twice .*; expected/,
    ],
  ];
  for (const [line, message] of cases) {
    await assert.rejects(chunksOf(line, true), { name: "DataError", message });
    await assert.rejects(chunksOf(line, true), ({ message }) => !message.includes("canary"));
  }
});

const several: [what: string, content: string, found: RegExp][] = [
  ["JSON lines", '{"id": 1, "text": "canary"}\n', /it is JSON, .* say --jsonl/],
  ["a resource of FHIR", '{\n"resourceType": "Bundle"}\n', /--fhir/],
  ["a table", "\ufeffnote_id;text\n1;canary\n", /it is a table of notes/],
];
for (const [what, content, found] of several) {
  Deno.test(`fault 76: ${what} is not read as the text of one note`, async () => {
    await assert.rejects(chunksOf(content, false), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, found);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });
}

Deno.test("a note that begins as a table or JSON might is a note", async () => {
  for (const text of ["Text, id: none\n", "[**2101**] {fever}", "{fever}"]) {
    assert.equal((await chunksOf(text, false))[0]![0]!.text, text);
  }
});

Deno.test("what is not UTF-8 or cannot be opened is refused", async () => {
  await assert.rejects(chunksOf(Uint8Array.of(0x63, 0xe9), false), DataError);
  const nowhere = readNotes("/nowhere/notes.txt", { jsonl: false });
  await assert.rejects(Array.fromAsync(nowhere), UsageError);
});

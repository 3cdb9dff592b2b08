import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import { parseNotes } from "../../../tasks/serve/parse_notes.ts";

const parsed = (text: string) => parseNotes(text, "a.txt");

Deno.test("a plain text is one note, whatever it begins with", () => {
  for (const text of ["Fever since Monday.\n", "{fever} since Monday", "[1, 2]", '"fever"', ""]) {
    assert.deepEqual(parsed(text), [{ id: "a.txt", text }]);
  }
});

Deno.test("JSONL is a note a line, empty ones aside; ids keep all their digits", () => {
  const text =
    '{"id": 9007199254740993, "text": "fever", "codes": ["780.60"]}\r\n\r\n{"id": "b", "text": ""}\n';
  assert.deepEqual(parsed(text), [
    { id: "9007199254740993", text: "fever", codes: ["780.60"] },
    { id: "b", text: "" },
  ]);
});

Deno.test("a note of JSON may stand on several lines", () => {
  assert.deepEqual(parsed('{\n "id": "a",\n "text": "fever"\n}'), [{ id: "a", text: "fever" }]);
});

Deno.test("a FHIR document is its text", () => {
  const data = new TextEncoder().encode("Fieber").toBase64();
  const document = {
    resourceType: "DocumentReference",
    id: "17",
    content: [{ attachment: { data } }],
  };
  assert.deepEqual(parsed(JSON.stringify(document)), [{ id: "17", text: "Fieber" }]);
});

Deno.test("what is no note is refused by its line, without a word of it", () => {
  for (
    const [text, where] of [
      ['{"id": "a", "text": "x"}\nzyxcanary', /reading line 2: it is no note/],
      ['{"id": "a"}', /reading the note: it is no note/],
      [
        '{"resourceType": "DocumentReference", "content": []}',
        /the resource: it has no text\/plain/,
      ],
    ] as const
  ) {
    assert.throws(
      () => parsed(text),
      (error) =>
        error instanceof DataError && where.test(error.message) && !/zyx/.test(error.message),
    );
  }
});

import assert from "node:assert/strict";
import { createNoteEncoder } from "../../../model/run/encode_notes.ts";

const vocabulary = ["<pad>", "<unk>", "fever", "pain"];
const notes = [{ text: "Pain. Zebra fever" }, { text: "" }];

Deno.test("words are the vocabulary's, and unknown ones what the model makes of them", () => {
  const run = { vocabulary, dataset: { sentences: false } };
  const spell = (word: string) => word === "zebra" ? 9 : undefined;
  const spelled = createNoteEncoder(run, { spell })(notes);
  assert.deepEqual(spelled.texts.map(({ ids }) => [...ids]), [[3, 9, 2], []]);
  const { documents } = createNoteEncoder(run, {})(notes);
  assert.deepEqual([documents.count, [...documents.lengths]], [2, [3, 0]]);
  assert.deepEqual(documents.tokens(0), Int32Array.of(3, 1, 2));
});

Deno.test("notes have sentences where the run was trained on such alone", () => {
  for (const sentences of [true, false]) {
    const { documents } = createNoteEncoder({ vocabulary, dataset: { sentences } }, {})(notes);
    const expected = sentences ? Int32Array.of(0, 1) : undefined;
    assert.deepEqual(documents.sentences!(0), expected);
  }
});

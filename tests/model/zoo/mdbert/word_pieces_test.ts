import assert from "node:assert/strict";
import { createSpeller, spellWords } from "../../../../model/zoo/mdbert/word_pieces.ts";

const pieces = ["[PAD]", "[UNK]", "heart", "Heart", "fail", "##ure", "cafe", "café"];
const uncased = { pieces, lowercase: true, stripAccents: null };

Deno.test("a word is spelled by its longest pieces, one without by the unknown piece", () => {
  const spell = createSpeller(uncased);
  assert.deepEqual(["failure", "zebra"].map((word) => [...spell(word)]), [[4, 5], [1]]);
});

Deno.test("an uncased checkpoint makes letters small and drops accents", () => {
  const spell = createSpeller(uncased);
  assert.deepEqual(["Heart", "café"].map((word) => [...spell(word)]), [[2], [6]]);
});

Deno.test("a cased checkpoint keeps capitals and accents", () => {
  const spell = createSpeller({ ...uncased, lowercase: false });
  assert.deepEqual(["Heart", "heart", "café"].map((word) => [...spell(word)]), [[3], [2], [7]]);
});

Deno.test("accents are dropped or kept as the checkpoint says", () => {
  const dropped = createSpeller({ ...uncased, lowercase: false, stripAccents: true });
  assert.deepEqual([...dropped("café")], [6]);
});

Deno.test("padding has no piece and the unknown word the unknown piece", () => {
  const spelled = spellWords(uncased, ["<pad>", "<unk>", "heart"]);
  assert.deepEqual(spelled.map((ids) => [...ids]), [[], [1], [2]]);
});

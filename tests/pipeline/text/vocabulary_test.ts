import fc from "fast-check";
import assert from "node:assert/strict";
import { TokenStore } from "../../../pipeline/text/token_store.ts";
import { tokenize } from "../../../pipeline/text/tokens.ts";
import {
  buildVocabulary,
  countVocabulary,
  encodeText,
  indexVocabulary,
} from "../../../pipeline/text/vocabulary.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a vocabulary is sorted by code unit behind padding and unknown", () => {
  const frequency = new Map([
    ["zebra", 3],
    ["été", 9],
    ["a_b", 4],
    ["a1", 3],
    ["rare", 2],
    ["𝒜", 3],
    ["ﬀ", 3],
  ]);
  assert.deepEqual(buildVocabulary(frequency, 3), [
    "<pad>",
    "<unk>",
    "a1",
    "a_b",
    "zebra",
    "été",
    "𝒜", // a surrogate pair sorts before U+FB00, as its units do
    "ﬀ",
  ]);
  assert.deepEqual(buildVocabulary(new Map(), 3), ["<pad>", "<unk>"]);
  assert.equal(buildVocabulary(frequency, 1).length, 9);
});

Deno.test("the order of the counts does not matter", () => {
  const counts = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.nat(6)), {
    selector: ([term]) => term,
  });
  fc.assert(fc.property(counts, (counts) =>
    assert.deepEqual(
      buildVocabulary(new Map(counts), 3),
      buildVocabulary(new Map(counts.toReversed()), 3),
    )));
});

Deno.test("a document counts once for a term, of however many notes it is joined", async () => {
  await using directory = await temporary();
  using store = new TokenStore({ directory: directory.path, threads: 2 });
  const notes = ["fever and pain", "fever, fever", "fever or rash", "pain"];
  await store.add(notes.map((text, id) => ({ id, text })));
  const texts = await store.finish();
  const inTwo = (documents: number[][]) => countVocabulary(texts, documents, 2).slice(2);
  assert.deepEqual(inTwo([[0, 1], [2], [3]]), ["fever", "pain"]);
  assert.deepEqual(inTwo([[0, 1]]), []);
});

Deno.test("a text is encoded token by token, unknown ones as 1", () => {
  const index = indexVocabulary(["<pad>", "<unk>", "fever", "pain"]);
  const text = "Denies pain; FEVER to 39.2";
  const { ids, tokens } = encodeText(text, index);
  assert.deepEqual([...ids], [1, 3, 2, 1]);
  assert.deepEqual(tokens.map(({ start, end }) => text.slice(start, end)), [
    "Denies",
    "pain",
    "FEVER",
    "to",
  ]);
  assert.deepEqual(tokens.map(({ token }) => token), tokenize(text));
  assert.equal(encodeText("<pad> 12", index).ids.length, 1); // "pad" is a word like any other
  assert.deepEqual([...encodeText("<pad>", index).ids], [1]);
});

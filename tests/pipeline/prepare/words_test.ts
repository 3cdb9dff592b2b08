import assert from "node:assert/strict";
import { countVocabulary, joinTokens } from "../../../pipeline/prepare/words.ts";
import { TokenStore } from "../../../pipeline/text/token_store.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a document counts once for a term, of however many notes it is joined", async () => {
  await using directory = await temporary();
  using store = new TokenStore({ directory: directory.path, threads: 2 });
  const texts = ["fever and pain", "fever, fever", "fever or rash", "pain"];
  await store.add(texts.map((text, id) => ({ id, text, training: false })));
  const terms = [...(await store.finish()).keys()];
  const documents = [[0, 1], [2], [3]];
  assert.deepEqual(countVocabulary(store, terms, documents, 2), [
    "<pad>",
    "<unk>",
    "fever",
    "pain",
  ]);
  assert.deepEqual(countVocabulary(store, terms, [[0, 1]], 2), ["<pad>", "<unk>"]);
  const vocabulary = countVocabulary(store, terms, documents, 1);
  const { tokens } = store.encode(vocabulary);
  assert.equal(
    Array.from(joinTokens([1, 0], tokens), (id) => vocabulary[id]).join(" "),
    "fever fever fever and pain",
  );
});

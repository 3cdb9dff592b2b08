import assert from "node:assert/strict";
import { join } from "node:path";
import { word2vecWork } from "../../../tasks/bench/word2vec.ts";
import { tinyRequest } from "../../_support/fake_work.ts";

Deno.test("word vectors are timed on the corpus and the probe that the peer is left", async () => {
  const folder = await Deno.makeTempDir();
  const { seconds, more } = await word2vecWork.run({ ...tinyRequest(folder), rows: 3000 });
  assert.equal(seconds.length, 1);
  const corpus = await Deno.readTextFile(join(folder, "corpus.txt"));
  assert.equal(corpus.trimEnd().split("\n").length, 30);
  const words = corpus.trimEnd().split(/\s+/);
  const distinct = new Set(words);
  assert.deepEqual([more.tokens, more.words], [words.length, distinct.size]);
  const probe: string[][] = JSON.parse(await Deno.readTextFile(join(folder, "probe.json")));
  assert.equal(probe.length, 2000);
  assert.ok(probe.flat().every((word) => distinct.has(word)));
  assert.ok(more.probe > 0.45 && more.probe < 1, `${more.probe}`);
  await Deno.remove(folder, { recursive: true });
});

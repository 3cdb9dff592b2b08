import fc from "fast-check";
import assert from "node:assert/strict";
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import {
  formatCounts,
  idToWord,
  parseVectors,
  wordToId,
  writeCorpus,
} from "../../../pipeline/word2vec/files.ts";

Deno.test("ids become words without blanks, and words ids", () => {
  fc.assert(fc.property(fc.nat(), (id) => {
    assert.match(idToWord(id), /^[0-9a-zA-Z]+$/);
    assert.equal(wordToId(idToWord(id)), id);
  }));
});

Deno.test("a corpus is a document a line, with a count for every token", async () => {
  const directory = await Deno.makeTempDir();
  const path = join(directory, "corpus");
  const documents = [
    Int32Array.of(2, 63, 1, 2),
    new Int32Array(),
    Int32Array.of(0, 1),
    Int32Array.of(3),
  ];
  const counts = writeCorpus(path, documents, 64);
  assert.equal(await Deno.readTextFile(path), "2 11 2 \n\n\n3 \n");
  assert.equal(formatCounts(counts), "</s> 4\n2 2\n3 1\n11 1\n");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a corpus that cannot be stored is a resource error", () => {
  assert.throws(() => writeCorpus("/nonexistent/corpus", [], 3), ResourceError);
});

/** What the program writes for these words. */
function encode(vectors: readonly (readonly [string, readonly number[]])[]): Uint8Array {
  const text = (line: string) => [...new TextEncoder().encode(line)];
  return Uint8Array.from([
    ...text(`${vectors.length} ${vectors[0]![1].length}\n`),
    ...vectors.flatMap(([word, values]) => [
      ...text(`${word} `),
      ...new Uint8Array(Float32Array.from(values).buffer),
      ...text("\n"),
    ]),
  ]);
}

Deno.test("vectors are read into their rows, whatever bytes their floats hold", () => {
  // 2.8026e-45 … : floats whose bytes are line ends (0x0a) and blanks (0x20).
  const blanks = new Float32Array(Uint8Array.of(0x0a, 0x20, 0x0a, 0x20).buffer)[0]!;
  const output = encode([["</s>", [9, 9]], ["11", [blanks, 2]], ["2", [3, blanks]]]);
  const vectors = new Float32Array(64 * 2);
  assert.deepEqual(parseVectors(output, vectors, 2), [63, 2]);
  assert.deepEqual([...vectors.subarray(126)], [blanks, 2]);
  assert.deepEqual([...vectors.subarray(4, 6)], [3, blanks]);
  assert.equal(vectors.filter((value) => value !== 0).length, 4);
});

Deno.test("output that is cut anywhere is a resource error", () => {
  const output = encode([["</s>", [9, 9]], ["2", [1, 2]], ["3", [3, 4]]]);
  for (let length = 0; length < output.length; length++) {
    assert.throws(
      () => parseVectors(output.subarray(0, length), new Float32Array(8), 2),
      ResourceError,
    );
  }
});

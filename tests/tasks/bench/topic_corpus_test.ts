import assert from "node:assert/strict";
import { createRandom } from "../../../pipeline/random.ts";
import { createProbe, createTopicCorpus, probeVectors } from "../../../tasks/bench/topic_corpus.ts";

const { documents, vocabulary } = createTopicCorpus(100);
const triples = createProbe(documents);

Deno.test("the probe takes words that occur, two of one topic and one of another", () => {
  const occurring = new Set(documents.flatMap((ids) => [...ids]));
  for (const [word, related, unrelated] of triples) {
    assert.equal(Math.abs(related - word) % 200, 0);
    assert.notEqual((unrelated - word) % 200, 0);
    for (const id of [word, related, unrelated]) assert.ok(occurring.has(id));
  }
  assert.ok(!occurring.has(0) && !occurring.has(1));
});

Deno.test("vectors that are their words' topics pass the probe, random ones pass half of it", () => {
  const dimensions = 200;
  const random = createRandom(1, "test");
  const topics = new Float32Array(vocabulary.length * dimensions);
  for (let id = 2; id < vocabulary.length; id++) topics[id * dimensions + (id - 2) % 200] = 1;
  assert.equal(probeVectors(topics, dimensions, triples), 1);
  const noise = Float32Array.from({ length: vocabulary.length * 10 }, () => random.normal());
  const share = probeVectors(noise, 10, triples);
  assert.ok(Math.abs(share - 0.5) < 0.05, `${share}`);
});

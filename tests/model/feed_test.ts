import assert from "node:assert/strict";
import type { Batch } from "../../pipeline/dataset/documents.ts";
import { tf } from "../../model/engine/tf.ts";
import { disposeTokens, feedTargets, feedTokens, multiHot } from "../../model/feed.ts";
import { onEveryEngine } from "../_support/engines.ts";

/** Three documents, the second of one token, the third without a label. */
const batch: Batch = {
  rows: Int32Array.of(8, 2, 5),
  lengths: Int32Array.of(3, 1, 2),
  width: 3,
  tokens: Int32Array.of(4, 5, 6, 7, 0, 0, 8, 9, 0),
  labels: {
    icd: { offsets: Int32Array.of(0, 2, 3, 3), indices: Int32Array.of(0, 2, 1) },
    ccs: { offsets: Int32Array.of(0, 1, 2, 2), indices: Int32Array.of(1, 0) },
  },
};

onEveryEngine("tokens reach the device as they are, with their lengths and mask", () => {
  const fed = feedTokens(batch);
  assert.deepEqual(fed.tokens.arraySync(), [[4, 5, 6], [7, 0, 0], [8, 9, 0]]);
  assert.deepEqual([fed.tokens.dtype, fed.lengths.dtype], ["int32", "int32"]);
  assert.deepEqual(fed.lengths.arraySync(), [3, 1, 2]);
  assert.deepEqual(fed.mask.arraySync(), [[1, 1, 1], [1, 0, 0], [1, 1, 0]]);
  assert.deepEqual([fed.size, fed.width, fed.hostLengths], [3, 3, batch.lengths]);
  disposeTokens(fed);
});

onEveryEngine("disposing of tokens frees all that feeding them took", () => {
  const before = tf.memory().numTensors;
  disposeTokens(feedTokens(batch));
  assert.equal(tf.memory().numTensors, before);
});

onEveryEngine("labels reach the device as rows of zeros and ones, for the tasks in use", () => {
  const targets = feedTargets(batch, ["icd"], { icd: 4, ccs: 2 });
  assert.deepEqual(Object.keys(targets), ["icd"]);
  assert.deepEqual(targets.icd!.arraySync(), [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]);
  assert.equal(targets.icd!.dtype, "float32");
});

onEveryEngine("each task's labels are its own", () => {
  const targets = feedTargets(batch, ["icd", "ccs"], { icd: 3, ccs: 2 });
  assert.deepEqual(targets.icd!.arraySync(), [[1, 0, 1], [0, 1, 0], [0, 0, 0]]);
  assert.deepEqual(targets.ccs!.arraySync(), [[0, 1], [1, 0], [0, 0]]);
});

Deno.test("rows of labels become a matrix, row after row", () => {
  assert.deepEqual(multiHot(batch.labels.ccs, 3), Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 0));
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { collate, type Documents } from "../../pipeline/dataset/documents.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { SPLITS, TASKS } from "../../pipeline/schema.ts";
import { tf } from "../../model/engine/tf.ts";
import { disposeTokens, feedTokens } from "../../model/feed.ts";
import type { Mode } from "../../model/layers/positions.ts";
import type { Model } from "../../model/model.ts";
import { scoreBatch, scoreDocuments, splitTruth } from "../../model/scoring.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import { createModel } from "../../model/zoo/systems.ts";
import { onEveryEngine } from "../_support/engines.ts";
import { inputsOf } from "../_support/inputs.ts";
import { assertClose } from "../_support/layers.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";
import { createToy, toyConfig, toyDocuments, toyLabels } from "../_support/toy.ts";
import { scoreSplit } from "../_support/score_split.ts";

/** Nine documents, so that the last batch of four is not full. */
const documents: Documents = toyDocuments(9, 2);
const config = toyConfig();

onEveryEngine("a batch's scores are the sigmoid of its logits in evaluation", async () => {
  const model = createToy(1);
  const batch = collate(documents, Int32Array.of(4, 0), 12);
  const scores = await scoreBatch(model, batch);
  const tokens = feedTokens(batch);
  tf.tidy(() => {
    const logits = model.logits(tokens, { training: false, seed: 0 });
    assert.deepEqual([...scores.keys()], TASKS);
    for (const task of TASKS) {
      const values = [...scores.get(task)!];
      assertClose(tf.sigmoid(logits[task]!), { shape: [2, toyLabels[task]], values }, 1e-6, task);
    }
  });
  disposeTokens(tokens);
  model.weights.dispose();
});

onEveryEngine("scoring runs the model in evaluation alone", async () => {
  const toy = createToy(1);
  const modes: Mode[] = [];
  const logits: Model["logits"] = (batch, mode) => {
    modes.push(mode);
    return toy.logits(batch, mode);
  };
  await scoreDocuments({ ...toy, logits }, documents, config);
  assert.deepEqual(modes.map(({ training }) => training), [false, false, false]);
  toy.weights.dispose();
});

onEveryEngine("every document's scores stand in its own row, whatever its batch", async () => {
  const model = createToy(1);
  const scores = await scoreDocuments(model, documents, config);
  for (let row = 0; row < documents.count; row++) {
    const alone = await scoreBatch(model, collate(documents, Int32Array.of(row), config.maxTokens));
    for (const task of TASKS) {
      const labels = toyLabels[task];
      const there = scores[task]!.scores.subarray(row * labels, (row + 1) * labels);
      there.forEach((score, l) => assert.ok(Math.abs(score - alone.get(task)![l]!) < 1e-6));
    }
  }
  model.weights.dispose();
});

onEveryEngine("scores tell how many documents and labels they are of", async () => {
  const model = createToy(1);
  const scores = await scoreDocuments(model, documents, config);
  const sizes = TASKS.map((task) => [scores[task]!.documents, scores[task]!.labels]);
  assert.deepEqual(sizes, TASKS.map((task) => [9, toyLabels[task]]));
  model.weights.dispose();
});

onEveryEngine("a model's own tasks are scored, and no others", async () => {
  const single = resolveConfig({ model: "caml", target: "ccs", set: ["model.filters=2"] });
  const model = createModel(single, inputsOf({ labels: toyLabels, words: 20, width: 4 }));
  const scores = await scoreDocuments(model, documents, single);
  assert.deepEqual(Object.keys(scores), ["ccs"]);
  model.weights.dispose();
});

onEveryEngine("a listener is told after every batch how many documents are done", async () => {
  const model = createToy(1);
  const told: number[][] = [];
  await scoreDocuments(model, documents, config, { onScored: (...counts) => told.push(counts) });
  assert.deepEqual(told, [[4, 9], [8, 9], [9, 9]]);
  model.weights.dispose();
});

onEveryEngine("an interrupt ends scoring after the batch, with its reason", async () => {
  const model = createToy(1);
  const controller = new AbortController();
  const told: number[] = [];
  const scoring = scoreDocuments(model, documents, config, {
    onScored: (done) => {
      told.push(done);
      controller.abort("SIGINT");
    },
    interrupt: controller.signal,
  });
  assert.equal(await scoring.catch((reason) => reason), "SIGINT");
  assert.deepEqual(told, [4]);
  model.weights.dispose();
});

onEveryEngine("a timer is served between batches, so that a signal is heard", async () => {
  const model = createToy(1);
  const controller = new AbortController();
  setTimeout(() => controller.abort("SIGTERM"), 0);
  const scoring = scoreDocuments(model, documents, config, { interrupt: controller.signal });
  assert.equal(await scoring.catch((reason) => reason), "SIGTERM");
  model.weights.dispose();
});

onEveryEngine("scoring leaves no tensor behind", async () => {
  const model = createToy(1);
  const before = tf.memory().numTensors;
  await scoreDocuments(model, documents, config);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

for (const split of SPLITS) {
  onEveryEngine(`the ${split} split of a dataset is scored as its documents are`, async () => {
    await using directory = await temporary();
    const data = join(directory.path, "data");
    await writeTinyDataset(data);
    const dataset = await openDataset(data);
    const small = resolveConfig({ set: ["model.hidden=4"] });
    const inputs = inputsOf({ labels: { icd: 6, ccs: 3 }, words: 12, width: 4, vectors: 1 });
    const model = createModel(small, inputs);
    using documents = await readSplit(dataset, split);
    assert.deepEqual(
      await scoreSplit(model, dataset, split, small),
      await scoreDocuments(model, documents, small),
    );
    model.weights.dispose();
  });
}

Deno.test("the truth of a split is every document's labels, in order", () => {
  const { offsets, indices } = splitTruth(documents, "icd");
  const rows = Array.from({ length: 9 }, (_, row) => indices.slice(offsets[row], offsets[row + 1]));
  assert.deepEqual(rows, Array.from({ length: 9 }, (_, row) => documents.labels("icd", row)));
});

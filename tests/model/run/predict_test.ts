import assert from "node:assert/strict";
import { createPredictor } from "../../../model/run/predict.ts";
import { openRun, restoreModel } from "../../../model/run/run.ts";
import { scoreSplit } from "../../../model/scoring.ts";
import { readSplit } from "../../../pipeline/dataset/shard_documents.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

Deno.test("a note's codes are those of the same document in its shard", async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 6, test: 0 } });
  const dataset = await openDataset(trained.data), run = await openRun(trained.run);
  const model = await restoreModel(run, "best");
  using documents = await readSplit(dataset, "dev");
  const notes = dataset.splits.dev.map(({ id }, row) => ({
    id,
    text: Array.from(documents.tokens(row), (token) => run.vocabulary[token]).join(", "),
  }));
  for (const task of ["icd", "ccs"] as const) {
    const { scores, labels } = (await scoreSplit(model, dataset, "dev", run.config))[task]!;
    const predictions = await createPredictor(run, model, { task, top: 99 }).predict(notes);
    predictions.forEach(({ id, codes }, row) => {
      assert.equal(id, notes[row]!.id);
      assert.deepEqual(
        codes.map(({ probability }) => probability),
        codes.map(({ probability }) => probability).sort((a, b) => b - a),
      );
      for (const { code, probability } of codes) {
        const label = run.labels[task].findIndex((label) => label.code === code);
        assert(Math.abs(probability - scores[row * labels + label]!) < 1e-5);
      }
      assert.equal(codes.length, labels);
    });
  }
});

Deno.test("attention's shares fall from word to word and add up to one over all of them", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run);
  const predictor = createPredictor(run, await restoreModel(run, "best"), { words: 99 });
  const text = "word001 word005, word001; Word007 strange";
  const [prediction] = await predictor.predict([{ id: "1", text }]);
  for (const { words } of prediction!.codes) {
    const weights = words!.map(({ weight }) => weight);
    assert.deepEqual(weights, weights.toSorted((a, b) => b - a));
    assert(Math.abs(weights.reduce((sum, weight) => sum + weight) - 1) < 1e-5);
    assert.deepEqual(words!.map(({ word }) => word).sort(), [
      ...["Word007", "strange", "word001", "word001", "word005"],
    ]);
  }
});

Deno.test("codes above the threshold are all listed, however few are asked for", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run), model = await restoreModel(run, "best");
  const codes = async (top: number, threshold: number) => {
    const predictor = createPredictor(run, model, { top, threshold });
    const [prediction] = await predictor.predict([{ id: "1", text: "word001 word002" }]);
    return prediction!.codes;
  };
  assert.equal((await codes(2, 1)).length, 2);
  assert.equal((await codes(0, 1)).length, 0);
  const all = await codes(0, 0);
  assert.equal(all.length, run.labels.icd.length);
  assert(all.every(({ assigned }) => assigned));
});

import assert from "node:assert/strict";
import {
  createPredictor,
  type Prediction,
  type PredictOptions,
} from "../../../model/run/predict.ts";
import { openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import { TrainedRun } from "../../_support/trained_run.ts";
import { scoreSplit } from "../../_support/score_split.ts";

for (const task of TASKS) {
  Deno.test(`a note's ${task} codes are those of the same document in its shard`, async () => {
    await using trained = await TrainedRun.create({ documents: { train: 9, dev: 6, test: 0 } });
    const dataset = await openDataset(trained.data);
    const run = await openRun(trained.run);
    const restored = await restoreModel(run, "best");
    using documents = await readSplit(dataset, "dev");
    const notes = dataset.splits.dev.map(({ id }, row) => ({
      id,
      text: Array.from(documents.tokens(row), (token) => run.vocabulary[token]).join(", "),
    }));
    const predictions = await createPredictor(run, restored, { task, top: 99 }).predict(notes);
    assert.deepEqual(predictions.map(({ id }) => id), notes.map(({ id }) => id));
    const { [task]: matrix } = await scoreSplit(restored.model, dataset, "dev", run.config);
    predictions.forEach(({ codes }, row) => {
      assert.equal(codes.length, matrix!.labels);
      for (const { code, probability } of codes) {
        const label = run.labels[task].findIndex((label) => label.code === code);
        const expected = matrix!.scores[row * matrix!.labels + label]!;
        assert(Math.abs(probability - expected) < 1e-5, `${row} ${code}: ${probability}`);
      }
    });
  });
}

/** What a small run says of one note. */
async function predict(
  trained: TrainedRun,
  text: string,
  options: PredictOptions = {},
): Promise<Prediction> {
  const run = await openRun(trained.run);
  const predictor = createPredictor(run, await restoreModel(run, "best"), options);
  const [prediction] = await predictor.predict([{ id: "1", text }]);
  return prediction!;
}

Deno.test("no note has no prediction", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run);
  const predictor = createPredictor(run, await restoreModel(run, "best"));
  assert.deepEqual(await predictor.predict([]), []);
});

Deno.test("codes are listed by falling probability", async () => {
  await using trained = await TrainedRun.create();
  const { codes } = await predict(trained, "word001 word002", { top: 99 });
  const probabilities = codes.map(({ probability }) => probability);
  assert.deepEqual(probabilities, probabilities.toSorted((a, b) => b - a));
});

Deno.test("faults 24, 76: a note's tokens, those read and those known are counted", async () => {
  await using trained = await TrainedRun.create();
  const text = `strange ${"word001 ".repeat(30)}`;
  const { tokens, read, known } = await predict(trained, text);
  assert.deepEqual({ tokens, read, known }, { tokens: 31, read: 15, known: 14 });
});

const TEXT = "word001 word005, word001; Word007 strange";

Deno.test("attention's shares fall from word to word and add up to one over all of them", async () => {
  await using trained = await TrainedRun.create();
  const { codes } = await predict(trained, TEXT, { words: 99 });
  for (const { words } of codes) {
    const weights = words!.map(({ weight }) => weight);
    assert.deepEqual(weights, weights.toSorted((a, b) => b - a));
    assert(Math.abs(weights.reduce((sum, weight) => sum + weight) - 1) < 1e-5);
  }
});

Deno.test("words have offsets in UTF-16 units and in code points", async () => {
  await using trained = await TrainedRun.create();
  const text = "😀 word001 \u{1d49c} word005";
  const { codes } = await predict(trained, text, { words: 99, top: 1 });
  for (const { word, start, end, codePointStart, codePointEnd } of codes[0]!.words!) {
    assert.equal(text.slice(start, end), word);
    assert.equal([...text].slice(codePointStart, codePointEnd).join(""), word);
  }
  assert.equal(codes[0]!.words!.length, 3); // the letter beyond U+FFFF is a word, too
});

for (const model of ["cnn", "mdbert"]) {
  Deno.test(`words of ${model}, which has no attention, are those that add to a code's logit`, async () => {
    const set = { cnn: ["model.filters=4"], mdbert: ["model.hidden=8", "model.heads=2"] }[model]!;
    await using trained = await TrainedRun.create({}, { model, set });
    const { method, codes } = await predict(trained, TEXT, { words: 99 });
    assert.equal(method, "gradient");
    assert.ok(codes.some(({ words }) => words!.length > 0));
    for (const { words } of codes) {
      const sum = words!.reduce((sum, { weight }) => sum + weight, 0);
      assert.ok(words!.length === 0 || Math.abs(sum - 1) < 1e-5, `${sum}`);
    }
  });
}

Deno.test("a method that the system does not have is refused", async () => {
  await using trained = await TrainedRun.create({}, { model: "cnn", set: ["model.filters=4"] });
  await assert.rejects(
    predict(trained, TEXT, { method: "attention-gradient" }),
    /^UsageError: predicting with .*: words by attention-gradient: its system has no label attention/,
  );
});

Deno.test("attended words stand in the text where they say", async () => {
  await using trained = await TrainedRun.create();
  const { codes } = await predict(trained, TEXT, { words: 99, top: 1 });
  const words = codes[0]!.words!.toSorted((a, b) => a.start - b.start);
  assert.deepEqual(words.map(({ word, start, end }) => [word, start, end]), [
    ["word001", 0, 7],
    ["word005", 8, 15],
    ["word001", 17, 24],
    ["Word007", 26, 33],
    ["strange", 34, 41],
  ]);
});

Deno.test("faults 23, 25: a note without a token has codes, none of them with words", async () => {
  await using trained = await TrainedRun.create();
  const { codes } = await predict(trained, "…", { top: 2, threshold: 1 });
  assert.deepEqual(codes.map(({ words }) => words), [undefined, undefined]);
});

for (
  const [top, threshold, listed] of [[2, 1, 2], [0, 1, 0], [0, 0, 6], [2, 0, 6]] as const
) {
  Deno.test(`of six codes ${listed} are listed: the ${top} most probable, and all above ${threshold}`, async () => {
    await using trained = await TrainedRun.create();
    const { codes } = await predict(trained, TEXT, { top, threshold });
    assert.deepEqual(codes.map(({ assigned }) => assigned), Array(listed).fill(threshold === 0));
  });
}

/** A run's scores, taken for more than they are; codes above 0.3 may be accepted. */
const learned = {
  icd: {
    calibration: {
      temperature: 1,
      isotonic: { scores: [0, 1], probabilities: [0.25, 0.75] },
      use: "isotonic",
    },
    acceptance: { precision: 0.9, confidence: 0.9, threshold: 0.3 },
  },
} as const;

Deno.test("probabilities are calibrated as the run has learned, or as is asked for", async () => {
  await using trained = await TrainedRun.create();
  const of = async (options: PredictOptions) => {
    const { codes } = await predict(trained, TEXT, { ...options, top: 99, words: 0 });
    return codes.map(({ probability }) => probability);
  };
  const scores = await of({});
  assert.deepEqual(await of({ learned }), scores.map((score) => 0.25 + score / 2));
  assert.deepEqual(await of({ learned, calibration: "none" }), scores);
});

Deno.test("calibration leaves the codes that are assigned", async () => {
  await using trained = await TrainedRun.create();
  const before = await predict(trained, TEXT, { top: 99, words: 0 });
  const after = await predict(trained, TEXT, { learned, top: 99, words: 0 });
  const assigned = ({ codes }: Prediction) => codes.map(({ code, assigned }) => [code, assigned]);
  assert.deepEqual(assigned(after), assigned(before));
  assert.equal(after.threshold, 0.25 + before.threshold / 2);
});

Deno.test("a threshold that is asked for is of calibrated probabilities", async () => {
  await using trained = await TrainedRun.create();
  const { codes } = await predict(trained, TEXT, { learned, threshold: 0.3, top: 99 });
  for (const { probability, assigned } of codes) assert.equal(assigned, probability > 0.3);
});

Deno.test("codes that may be accepted unseen are assigned, with scores above the promise's", async () => {
  await using trained = await TrainedRun.create();
  for (const threshold of [0, 0.5]) {
    const { codes } = await predict(trained, TEXT, { learned, threshold, top: 99, words: 0 });
    for (const { probability, assigned, accepted } of codes) {
      assert.equal(accepted, assigned && probability > 0.25 + 0.3 / 2);
    }
  }
});

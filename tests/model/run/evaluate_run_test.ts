import assert from "node:assert/strict";
import { BASELINES, fitBaseline } from "../../../model/baselines/baselines.ts";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { tuneThreshold } from "../../../model/metrics/threshold.ts";
import { type EvaluateRequest, evaluateRun } from "../../../model/run/evaluate_run.ts";
import { openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { splitTruth } from "../../../model/scoring.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { threeCharacters } from "../../../pipeline/codes/three_characters.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** A request without intervals, for what is trained. */
async function requestOf(
  trained: TrainedRun,
  changes: Partial<EvaluateRequest> = {},
): Promise<EvaluateRequest> {
  const run = await openRun(trained.run);
  return {
    run,
    restored: await restoreModel(run, "best"),
    dataset: await openDataset(trained.data),
    resamples: 0,
    ...changes,
  };
}

Deno.test("the model comes first, then the baselines, each for every label set and split", async () => {
  await using trained = await TrainedRun.create();
  const systems = await evaluateRun(await requestOf(trained, { baselines: BASELINES }));
  const shape = systems.map(({ system, tasks }) =>
    Object.entries(tasks).map(([task, { splits }]) => [system, task, ...Object.keys(splits)])
  );
  assert.deepEqual(
    shape,
    ["marn", ...BASELINES].map((system) => [
      [system, "icd", "dev", "test"],
      [system, "ccs", "dev", "test"],
    ]),
  );
});

Deno.test("splits are evaluated dev first, empty ones not at all", async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 3, test: 0 } });
  const told: string[] = [];
  await evaluateRun(
    await requestOf(trained, {
      splits: ["test", "train", "dev"],
      onScores: (split) => {
        told.push(split);
        return Promise.resolve();
      },
    }),
  );
  assert.deepEqual(told, ["dev", "train"]);
});

Deno.test("where dev is evaluated, thresholds are tuned on it", async () => {
  await using trained = await TrainedRun.create();
  const request = await requestOf(trained, { baselines: ["code frequency"] });
  const { restored } = request;
  const { icd } = restored.thresholds; // tuned on dev by the trainer
  const systems = await evaluateRun({ ...request, restored: { ...restored, thresholds: {} } });
  const { dev } = await frequencyScores(request);
  const thresholds = systems.map(({ tasks }) => tasks.icd!.threshold);
  assert.deepEqual(thresholds, [icd, tuneThreshold(dev.matrix, dev.truth)]);
});

Deno.test("where dev is not evaluated, the model's threshold is the one saved with its weights", async () => {
  await using trained = await TrainedRun.create();
  const request = await requestOf(trained, { splits: ["test"] });
  const [marn] = await evaluateRun(request);
  assert.equal(marn!.tasks.icd!.threshold, request.restored.thresholds.icd);
});

Deno.test("where dev is not evaluated, a baseline's threshold is tuned on it all the same", async () => {
  await using trained = await TrainedRun.create();
  const request = await requestOf(trained, { splits: ["test"], baselines: ["code frequency"] });
  const [, frequency] = await evaluateRun(request);
  const { threshold, splits } = frequency!.tasks.icd!;
  const { dev, test } = await frequencyScores(request);
  assert.equal(threshold, tuneThreshold(dev.matrix, dev.truth));
  const categories = threeCharacters(request.dataset.labels.icd);
  const expected = evaluateScores(test.matrix, test.truth, { threshold, categories });
  assert.deepEqual(splits.test!.all, expected);
});

/** Scores and labels of the ICD codes' frequencies. */
async function frequencyScores({ dataset }: EvaluateRequest) {
  using training = await readSplit(dataset, "train");
  const sizes = { vocabulary: dataset.vocabulary.length, labels: dataset.labels.icd.length };
  const request = { baseline: "code frequency", task: "icd" } as const;
  const score = await fitBaseline(training, sizes, request);
  using dev = await readSplit(dataset, "dev");
  using test = await readSplit(dataset, "test");
  return {
    dev: { matrix: score(dev), truth: splitTruth(dev, "icd") },
    test: { matrix: score(test), truth: splitTruth(test, "icd") },
  };
}

Deno.test("a threshold of the request holds for every system and label set", async () => {
  await using trained = await TrainedRun.create();
  const request = await requestOf(trained, { threshold: 0, baselines: BASELINES });
  const systems = await evaluateRun(request);
  const thresholds = systems.flatMap(({ tasks }) =>
    Object.values(tasks).map(({ threshold }) => threshold)
  );
  assert.deepEqual(thresholds, Array(6).fill(0));
});

Deno.test("intervals are there where resamples are asked for", async () => {
  await using trained = await TrainedRun.create();
  const [marn] = await evaluateRun(await requestOf(trained, { resamples: 5, splits: ["test"] }));
  assert.ok(marn!.tasks.ccs!.splits.test!.all.intervals);
});

Deno.test("an interrupt ends the evaluation with its reason", async () => {
  await using trained = await TrainedRun.create();
  const reason = new Error("enough");
  const request = await requestOf(trained, { interrupt: AbortSignal.abort(reason) });
  await assert.rejects(evaluateRun(request), reason);
});

Deno.test("a dataset that the run was not made on is refused", async () => {
  await using trained = await TrainedRun.create();
  await using other = await TrainedRun.create({ seed: 8 });
  const request = await requestOf(trained, { dataset: await openDataset(other.data) });
  await assert.rejects(evaluateRun(request), IntegrityError);
});

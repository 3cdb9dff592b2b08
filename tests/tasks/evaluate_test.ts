import assert from "node:assert/strict";
import { evaluateScores } from "../../model/metrics/evaluate.ts";
import { tuneThreshold } from "../../model/metrics/threshold.ts";
import { METRICS } from "../../model/metrics/names.ts";
import { parseMetrics } from "../../model/run/metrics_file.ts";
import { splitTruth } from "../../model/scoring.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { Earlier } from "../_support/earlier.ts";
import { threeCharacters } from "../../pipeline/codes/three_characters.ts";
import { runTask } from "../_support/run_task.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import type { Split } from "../../pipeline/schema.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const documents = { train: 20, dev: 8, test: 9 };

Deno.test("evaluate writes what comes of a run into its directory", async (t) => {
  await using trained = await TrainedRun.create({ documents });
  const args = ["--baselines", "--scores", "--bootstrap", "40"];
  const { code, stdout, stderr } = await trained.command("evaluate", args);
  assert.equal(code, 0, stderr);
  const { systems } = parseMetrics(await trained.read("metrics.json"), "metrics.json");
  const { threshold, splits } = systems[0]!.tasks.icd!;

  await t.step("metrics.json holds the model, then the baselines", () => {
    assert.deepEqual(systems.map(({ system }) => system), [
      "marn",
      "code frequency",
      "bag-of-words logistic regression",
    ]);
  });

  await t.step("the threshold is tuned on dev, the metrics are those of the scores", async () => {
    const dev = await readScores(trained, "dev");
    assert.equal(threshold, tuneThreshold(dev, await truthOf(trained, "dev")));
    for (const split of ["dev", "test"] as const) {
      const matrix = await readScores(trained, split);
      const categories = threeCharacters((await openDataset(trained.data)).labels.icd);
      const options = { threshold, categories };
      const { values } = evaluateScores(matrix, await truthOf(trained, split), options);
      assert.deepEqual(splits[split]!.all.values, values, split);
    }
  });

  await t.step("every metric lies in its interval", () => {
    for (const split of ["dev", "test"] as const) {
      const { values, intervals } = splits[split]!.all;
      for (const metric of METRICS) {
        const [low, high] = intervals![metric];
        assert.ok(low <= values[metric] && values[metric] <= high, `${split} ${metric}`);
      }
    }
  });

  await t.step("predictions begin with the most probable code of the first document", async () => {
    const dataset = await openDataset(trained.data);
    for (const split of ["dev", "test"] as const) {
      const { scores, labels } = await readScores(trained, split);
      const [head, first] = (await trained.read(`predictions/${split}.csv`)).split("\n");
      assert.equal(head, "id,rank,code,probability,label");
      const [id, rank, , probability] = first!.split(",");
      assert.deepEqual([id, rank], [dataset.splits[split][0]!.id, "1"]);
      const best = Math.max(...scores.subarray(0, labels));
      assert.equal(Number(probability), Number(best.toPrecision(7)));
    }
  });

  await t.step("what is printed is the metrics that papers report, the baselines beside", () => {
    assert.match(stdout, /^### ICD codes, dev: 8 documents, 6 labels/m);
    assert.match(stdout, /^### CCS categories, test: 9 documents, 3 labels/m);
    assert.match(stdout, /^\| metric +\| +MARN \| +code frequency \| +bag-of-words/m);
    assert.match(stdout, /^\| micro F1 +\| +\d+\.\d \(\d+\.\d–\d+\.\d\)/m);
    assert.match(stdout, /notes are synthetic/);
    assert.match(stderr, /^code a note with: deno task predict --run \S+ note\.txt$/m);
  });

  await t.step("report.md holds every metric", async () => {
    const report = await trained.read("report.md");
    assert.match(report, /^# MARN on full$/m);
    assert.match(report, /^\| macro F1 \(CAML\) of labels present, tuned +\|/m);
  });
});

Deno.test("without a test split the dev split is all there is", async () => {
  await using trained = await TrainedRun.create({ documents: { ...documents, test: 0 } });
  const { code, stdout } = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(code, 0);
  assert.match(stdout, /^### ICD codes, dev: 8 documents/m);
  assert.doesNotMatch(stdout, /, test: /);
});

Deno.test("the test split alone is decided by the threshold saved with the weights", async () => {
  await using trained = await TrainedRun.create({ documents });
  const icd = async (...args: string[]) => {
    const { code, stderr } = await trained.command("evaluate", ["--bootstrap", "0", ...args]);
    assert.equal(code, 0, stderr);
    return JSON.parse(await trained.read("metrics.json")).systems[0].tasks.icd;
  };
  const both = await icd();
  const alone = await icd("--split", "test");
  assert.deepEqual({ threshold: alone.threshold, splits: alone.splits }, {
    threshold: both.threshold,
    splits: { test: both.splits.test },
  });
  assert.equal((await icd("--split", "test", "--threshold", "0.25")).threshold, 0.25);
});

Deno.test("a precision is promised, kept with the run, and used by predict", async (t) => {
  await using trained = await TrainedRun.create({ documents: { ...documents, dev: 30 } });
  const args = ["--bootstrap", "0", "--precision", "0.2", "--confidence", "0.6"];
  const { code, stderr } = await trained.command("evaluate", args);
  assert.equal(code, 0, stderr);
  const { systems } = parseMetrics(await trained.read("metrics.json"), "metrics.json");
  const { trust } = systems[0]!.tasks.icd!;

  await t.step("metrics.json holds how far the model's probabilities can be trusted", () => {
    assert.deepEqual(Object.keys(trust!.reliability), ["dev", "test"]);
    assert.equal(trust!.acceptance!.precision, 0.2);
  });

  await t.step("calibration.json is of the weights that were evaluated, and is bound", async () => {
    const kept = JSON.parse(await trained.read("calibration.json"));
    const metrics = JSON.parse(await trained.read("metrics.json"));
    assert.equal(kept.weights, metrics.weights);
    assert.equal(kept.tasks.icd.calibration.use, trust!.use);
    assert.equal(metrics.files["calibration.json"], sha256(await trained.read("calibration.json")));
  });

  await t.step("a damaged one is refused by predict, and replaced by evaluate", async () => {
    await trained.edit("calibration.json", '"confidence": 0.6', '"confidence": 0.9');
    const refused = await trained.command("predict", [], "word001");
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /calibration\.json: it was edited after it was written/);
    const again = await trained.command("evaluate", args);
    assert.equal(again.code, 0, again.stderr);
  });

  await t.step("predict marks what may be accepted", async () => {
    const { stdout } = await trained.command("predict", ["--json"], "word001");
    const { codes } = JSON.parse(stdout);
    for (const { accepted } of codes) assert.equal(typeof accepted, "boolean");
  });
});

Deno.test("fault 80: a dataset that was moved has to be named, and is then taken", async () => {
  await using trained = await TrainedRun.create({ documents });
  const moved = `${trained.directory}/elsewhere`;
  await Deno.rename(trained.data, moved);
  const { code, stderr } = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /its dataset is no longer at .*\/data; .*; if it was moved, .* with --data$/m,
  );
  const named = await trained.command("evaluate", ["--bootstrap", "0", "--data", moved]);
  assert.equal(named.code, 0, named.stderr);
});

Deno.test("fault 41: a run and a dataset of format version 1 are evaluated, and that is said", async () => {
  using earlier = new Earlier();
  const args = ["--run", earlier.run, "--data", earlier.data, "--bootstrap", "0"];
  const { code, stdout, stderr } = await runTask("evaluate", args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^### ICD codes, dev: 3 documents/m);
  assert.match(stderr, /was made by an earlier version: there are no digests of its config\.json/);
});

async function readScores({ run }: TrainedRun, split: Split) {
  const bytes = await Deno.readFile(`${run}/predictions/${split}.scores.safetensors`);
  const { shape, data } = decodeSafetensors(bytes).tensors.get("scores")!;
  return { documents: shape[0]!, labels: shape[1]!, scores: data as Float32Array };
}

async function truthOf({ data }: TrainedRun, split: Split) {
  using documents = await readSplit(await openDataset(data), split);
  return splitTruth(documents, "icd");
}

import assert from "node:assert/strict";
import { evaluateScores } from "../../model/metrics/evaluate.ts";
import { tuneThreshold } from "../../model/metrics/threshold.ts";
import { METRICS } from "../../model/metrics/names.ts";
import { parseMetrics } from "../../model/run/metrics_file.ts";
import { splitTruth } from "../../model/scoring.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { lockEvaluation } from "../../model/run/lock.ts";
import { Earlier } from "../_support/earlier.ts";
import { threeCharacters } from "../../pipeline/codes/three_characters.ts";
import { runTask } from "../_support/run_task.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import type { Split } from "../../pipeline/schema.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";
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
  });

  await t.step("report.md holds every metric", async () => {
    const report = await trained.read("report.md");
    assert.match(report, /^# MARN on full$/m);
    assert.match(report, /^\| macro F1 \(CAML\) of labels present, tuned +\|/m);
  });
});

Deno.test("a run refuses another dataset, and keeps its metrics", async () => {
  await using trained = await TrainedRun.create({ documents });
  const done = await trained.command("evaluate", ["--split", "dev", "--bootstrap", "0"]);
  assert.equal(done.code, 0, done.stderr);
  const before = await trained.read("metrics.json");
  assert.deepEqual(Object.keys(JSON.parse(before).systems[0].tasks.icd.splits), ["dev"]);
  const other = `${trained.directory}/other`;
  await writeTinyDataset(other, { documents, vocabulary: 30, seed: 8 });
  const { code, stderr } = await trained.command("evaluate", ["--data", other]);
  assert.equal(code, 4);
  assert.match(stderr, /^error: using run .* another dataset \(manifest, vocabulary.* differ\)/m);
  assert.equal(await trained.read("metrics.json"), before);
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
    await edit(trained, "calibration.json", '"confidence": 0.6', '"confidence": 0.9');
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

Deno.test("a dev split too small for the promise is refused in a line", async () => {
  await using trained = await TrainedRun.create({ documents });
  const { code, stderr } = await trained.command("evaluate", ["--precision", "0.95"]);
  assert.equal(code, 3);
  assert.match(stderr, /^error: promising a precision of 0\.95 .*: 8 dev documents; expected 45 /m);
  const without = await trained.command("evaluate", ["--precision", "0.95", "--split", "test"]);
  assert.equal(without.code, 2);
  assert.match(without.stderr, /expected dev in --split; add it/);
});

Deno.test("wrong options are refused with the reason", async () => {
  await using trained = await TrainedRun.create({ documents });
  for (
    const [args, reason] of [
      [["--split", "all"], /expected some of train, dev and test/],
      [["--bootstrap", "-1"], /expected 0 or more/],
      [["--threshold", "2"], /expected a number from 0 to 1/],
      [["--precision", "1"], /expected a number between 0 and 1/],
      [["--data", "/nowhere"], /^error: opening \/nowhere: manifest\.json: it does not exist; /m],
    ] as const
  ) {
    const { code, stderr } = await trained.command("evaluate", args);
    assert.equal(code, 2);
    assert.match(stderr, reason);
  }
});

/** Changes the text of a file of a run. */
async function edit({ run }: TrainedRun, file: string, from: string, to: string): Promise<void> {
  const text = await Deno.readTextFile(`${run}/${file}`);
  assert.ok(text.includes(from), file);
  await Deno.writeTextFile(`${run}/${file}`, text.replace(from, to));
}

/** Changes a byte near the end of a file of a run. */
async function spoil({ run }: TrainedRun, file: string): Promise<void> {
  const bytes = await Deno.readFile(`${run}/${file}`);
  bytes[bytes.length - 9]! ^= 1;
  await Deno.writeFile(`${run}/${file}`, bytes);
}

for (
  const [what, change, message] of [
    [
      "an edited config.json",
      (run) => edit(run, "config.json", '"maxTokens": 15', '"maxTokens": 20'),
      /config\.json: it was edited .* its checkpoints were trained with maxTokens 15 instead of 20;/,
    ],
    [
      "a config.json without its last bytes",
      (run) => Deno.truncate(`${run.run}/config.json`, 700),
      /config\.json: no JSON/,
    ],
    [
      "an edited title",
      (run) => edit(run, "labels/icd.csv", "Disease 1", "Disease 7"),
      /labels\/icd\.csv: it is not as it was written; restore it from a copy/,
    ],
    [
      "another vocabulary",
      (run) => edit(run, "vocabulary.txt", "word001", "word007"),
      /vocabulary\.txt: it is not as it was written/,
    ],
    [
      "a best checkpoint with another bit",
      (run) => spoil(run, "best.safetensors"),
      /best\.safetensors: its SHA-256 .*; read and whole: last \(step \d\).*; restore best/,
    ],
    [
      "the last checkpoint in the best one's place",
      (run) => Deno.copyFile(`${run.run}/last.safetensors`, `${run.run}/best.safetensors`),
      /best\.safetensors: it is not the one that the run's last checkpoint goes with;/,
    ],
    [
      "no best checkpoint",
      (run) => Deno.remove(`${run.run}/best.safetensors`),
      /best\.safetensors: it does not exist/,
    ],
  ] as [string, (run: TrainedRun) => Promise<void>, RegExp][]
) {
  Deno.test(`fault 40: a run with ${what} is neither evaluated nor predicted with`, async () => {
    await using trained = await TrainedRun.create({ documents });
    await change(trained);
    for (const [task, input] of [["evaluate", undefined], ["predict", "word001"]] as const) {
      const { code, stdout, stderr } = await trained.command(task, [], input);
      assert.deepEqual([code, stdout], [4, ""], stderr);
      assert.match(stderr, message);
      assert.deepEqual(stderr.match(/^(error: | {4}at )/gm), ["error: "]);
    }
  });
}

Deno.test("fault 40: the best checkpoint of another run is refused, and the keys that differ named", async () => {
  await using trained = await TrainedRun.create({ documents });
  await using other = await TrainedRun.create({ documents }, { seed: 7 });
  await Deno.copyFile(`${other.run}/best.safetensors`, `${trained.run}/best.safetensors`);
  const { code, stderr } = await trained.command("evaluate", []);
  assert.equal(code, 4);
  assert.match(
    stderr,
    /best\.safetensors: it was trained with seed 7 instead of 1; read and whole/,
  );
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

Deno.test("fault 34: two evaluations of one run: the second is refused", async () => {
  await using trained = await TrainedRun.create({ documents });
  using _lock = await lockEvaluation(trained.run);
  const { code, stderr } = await trained.command("evaluate", []);
  assert.equal(code, 6);
  assert.match(
    stderr,
    new RegExp(`^error: locking .*: process ${Deno.pid} is evaluating it; wait`, "m"),
  );
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

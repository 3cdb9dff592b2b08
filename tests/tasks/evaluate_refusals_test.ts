import assert from "node:assert/strict";
import { lockEvaluation } from "../../model/run/lock.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const documents = { train: 20, dev: 8, test: 9 };

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
      (run) => run.edit("config.json", '"maxTokens": 15', '"maxTokens": 20'),
      /config\.json: it was edited .* its checkpoints were trained with maxTokens 15 instead of 20;/,
    ],
    [
      "a config.json without its last bytes",
      (run) => Deno.truncate(`${run.run}/config.json`, 700),
      /config\.json: no JSON/,
    ],
    [
      "an edited title",
      (run) => run.edit("labels/icd.csv", "Disease 1", "Disease 7"),
      /labels\/icd\.csv: it is not as it was written; restore it from a copy/,
    ],
    [
      "another vocabulary",
      (run) => run.edit("vocabulary.txt", "word001", "word007"),
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

import assert from "node:assert/strict";
import { checkpointPath } from "../../model/run/checkpoint.ts";
import { digests } from "../_support/prepare.ts";
import { endOf, runTask, startTask } from "../_support/run_task.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

const small = ["model.hidden=4", "batchSize=2", "maxTokens=15"].flatMap((set) => ["--set", set]);

/** Starts `deno task train` on `directory`/data with a small model. */
function start(directory: string, run: string, ...args: string[]): Deno.ChildProcess {
  const paths = ["--data", `${directory}/data`, "--out", `${directory}/${run}`];
  return startTask("train", [...paths, ...small, ...args]);
}

/** Waits until the run's log has so many lines. */
async function untilLogged(path: string, lines: number): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.split("\n").length > lines) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} never had ${lines} lines`);
}

async function withDataset(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await writeTinyDataset(`${directory}/data`);
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("train trains, and says what it reached", async () => {
  await withDataset(async (directory) => {
    const { code, stdout, stderr } = await endOf(start(directory, "run", "--epochs", "2"));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^training marn on 9 documents of .*, engine .*, run .*\/run$/m);
    assert.match(stderr, /epoch 2\/2: loss/);
    assert.match(stderr, /^taking --preset codiesp: the dataset is a corpus of one's own, /m);
    assert.match(stdout, /^dev p@5 0\.\d{4} in epoch [12] of 2$/m);
    assert.match(stdout, /^evaluate it with: deno task evaluate --run .*\/run --data .*\/data$/m);
  });
});

Deno.test("train --json prints what it reached, and nothing else", async () => {
  await withDataset(async (directory) => {
    const { code, stdout, stderr } = await endOf(
      start(directory, "run", "--epochs", "1", "--json"),
    );
    assert.equal(code, 0, stderr);
    const { best, ...reached } = JSON.parse(stdout);
    assert.deepEqual(reached, {
      run: `${directory}/run`,
      data: `${directory}/data`,
      finished: true,
      steps: 5,
      epochs: 1,
      monitor: "p@5",
    });
    assert.equal(best.epoch, 1);
    assert.ok(best.value > 0 && best.value < 1, `${best.value}`);
  });
});

Deno.test("a run is not trained over, nor with another configuration or one that is none", async () => {
  await withDataset(async (directory) => {
    assert.equal((await endOf(start(directory, "run", "--epochs", "1"))).code, 0);
    const cases = [
      [["run", "--epochs", "1"], 2, /^error: starting a run in .* holds one; add --resume/m],
      [["run", "--resume", "--no-ram"], 4, /differs in model.ram;/],
      [["new", "--set", "model.hiden=4"], 2, /nearest is "model.hidden"/],
    ] as const;
    for (const [[run, ...args], expected, message] of cases) {
      const { code, stderr } = await endOf(start(directory, run, ...args));
      assert.equal(code, expected, stderr);
      assert.match(stderr, message);
    }
  });
});

Deno.test({
  name: "fault 28: killed or terminated, a run goes on to the same bytes and the same log",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withDataset(async (directory) => {
      const epochs = ["--epochs", "4", "--checkpoint-minutes", "0"]; // after every step
      assert.equal((await endOf(start(directory, "whole", ...epochs))).code, 0);

      const killed = start(directory, "stopped", ...epochs);
      await untilLogged(`${directory}/stopped/log.jsonl`, 4);
      killed.kill("SIGKILL");
      await endOf(killed);
      const terminated = start(directory, "stopped", "--resume", ...epochs);
      await untilLogged(`${directory}/stopped/log.jsonl`, 10);
      terminated.kill("SIGTERM");
      const stopped = await endOf(terminated);
      assert.equal(stopped.code, 143, stopped.stderr);
      assert.match(stopped.stderr, /stopped after step \d+; go on with: .* --resume/);
      assert.equal((await endOf(start(directory, "stopped", "--resume"))).code, 0);

      for (const which of ["best", "last"] as const) {
        assert.deepEqual(
          await Deno.readFile(checkpointPath(`${directory}/stopped`, which)),
          await Deno.readFile(checkpointPath(`${directory}/whole`, which)),
        );
      }
      const entries = (run: string) =>
        Deno.readTextFileSync(`${directory}/${run}/log.jsonl`).trimEnd().split("\n")
          .map((line) => ({ ...JSON.parse(line), seconds: 0, before: "" }));
      assert.deepEqual(entries("stopped"), entries("whole"));
    }),
});

/** Runs the command to its end, and expects one line of an error. */
async function refused(directory: string, run: string, ...args: string[]) {
  const { code, stderr } = await endOf(start(directory, run, ...args));
  const error = stderr.split("\n").filter((line) => line.startsWith("error: "));
  assert.equal(error.length, 1, stderr);
  assert.doesNotMatch(stderr, /^ {4}at /m);
  return { code, error: error[0]! };
}

Deno.test("fault 39: a lost or damaged last checkpoint ends with 4, and says which could be gone on from", async () => {
  await withDataset(async (directory) => {
    assert.equal((await endOf(start(directory, "run", "--epochs", "2"))).code, 0);
    const last = `${directory}/run/last.safetensors`;
    await Deno.truncate(last, 900);
    for (const spoil of [() => Promise.resolve(), () => Deno.remove(last)]) {
      await spoil();
      const { code, error } = await refused(directory, "run", "--resume");
      assert.equal(code, 4);
      assert.match(
        error,
        /last\.safetensors: .*; read and whole: previous \(step 5\), best .*; go on with --resume previous$/,
      );
    }
    const resumed = await endOf(start(directory, "run", "--resume", "previous"));
    assert.equal(resumed.code, 0, resumed.stderr);
  });
});

Deno.test("fault 39: a finished run without its best checkpoint is no success", async () => {
  await withDataset(async (directory) => {
    assert.equal((await endOf(start(directory, "run", "--epochs", "1"))).code, 0);
    await Deno.remove(`${directory}/run/best.safetensors`);
    const { code, error } = await refused(directory, "run", "--resume");
    assert.equal(code, 4);
    assert.match(error, /best\.safetensors: it does not exist; read and whole: last \(step 5\)/);
  });
});

Deno.test("fault 79: epochs of a run change where they may, which is said, and else nothing does", async () => {
  await withDataset(async (directory) => {
    assert.equal((await endOf(start(directory, "run", "--epochs", "2"))).code, 0);
    const config = () => Deno.readTextFileSync(`${directory}/run/config.json`);
    const before = config();
    const { code, error } = await refused(directory, "run", "--resume", "--epochs", "1");
    assert.deepEqual([code, config()], [2, before]);
    assert.match(error, /with 1 epochs: 2 are done or begun;/);
    const more = await endOf(start(directory, "run", "--resume", "--epochs", "3"));
    assert.equal(more.code, 0, more.stderr);
    assert.match(more.stderr, /^going on with epochs 3 instead of 2$/m);
    assert.equal(JSON.parse(config()).config.epochs, 3);
  });
});

Deno.test("fault 79: a run in somebody's folder, or in a dataset, is refused, and nothing touched", async () => {
  await withDataset(async (directory) => {
    await Deno.mkdir(`${directory}/theirs`);
    await Deno.writeTextFile(`${directory}/theirs/config.json`, "{}");
    const before = await digests(directory);
    for (const run of ["theirs", "data", "data/run", "data/labels"]) {
      const { code, error } = await refused(directory, run);
      assert.equal(code, 2, error);
    }
    assert.deepEqual(await digests(directory), before);
  });
});

Deno.test("fault 80: prepare does not replace a dataset that is trained on", async () => {
  await withDataset(async (directory) => {
    await Deno.mkdir(`${directory}/all`);
    await Deno.rename(`${directory}/data`, `${directory}/all/full`);
    await Deno.symlink(`${directory}/all/full`, `${directory}/data`);
    const training = start(directory, "run", "--epochs", "1000");
    await untilLogged(`${directory}/run/log.jsonl`, 2);
    const before = await digests(`${directory}/all`);
    await Deno.writeTextFile(`${directory}/notes.csv`, "id,text\n1,some words\n");
    await Deno.writeTextFile(`${directory}/codes.csv`, "id,code\n1,A01\n");
    const files = ["--notes", `${directory}/notes.csv`, "--labels", `${directory}/codes.csv`];
    const args = ["--source", "corpus", ...files, "--out", `${directory}/all`, "--force"];
    const { code, stderr } = await runTask("prepare", args);
    training.kill("SIGKILL");
    await endOf(training);
    assert.equal(code, 6, stderr);
    assert.match(
      stderr,
      /^error: replacing .*full: another process is training or evaluating on it;/m,
    );
    assert.deepEqual(await digests(`${directory}/all`), before);
  });
});

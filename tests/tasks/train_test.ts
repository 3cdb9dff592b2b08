import assert from "node:assert/strict";
import { checkpointPath } from "../../model/run/checkpoint.ts";
import { endOf, startTask } from "../_support/run_task.ts";
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
    assert.match(stdout, /^dev p@8 0\.\d{4} in epoch [12] of 2$/m); // the label set is full
    assert.match(stdout, /^evaluate it with: deno task evaluate --run .*\/run --data .*\/data$/m);
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
  name: "killed or terminated, a run goes on to the same bytes and the same log",
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
          .map((line) => ({ ...JSON.parse(line), seconds: 0 }));
      assert.deepEqual(entries("stopped"), entries("whole"));
    }),
});

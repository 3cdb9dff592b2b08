import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkpointPath } from "../../model/run/checkpoint.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

const script = fileURLToPath(new URL("../../tasks/train.ts", import.meta.url));
const permissions = ["read", "write", "env", "ffi", "sys"].map((name) => `--allow-${name}`);
const small = ["model.hidden=4", "batchSize=2", "maxTokens=15"].flatMap((set) => ["--set", set]);

/** What became of a finished command. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `deno task train` on `directory`/data with a small model. */
function start(directory: string, run: string, ...args: string[]): Deno.ChildProcess {
  const paths = ["--data", `${directory}/data`, "--out", `${directory}/${run}`];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", ...permissions, script, ...paths, ...small, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
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

Deno.test("train trains, says what it reached, and refuses to train over it", async () => {
  await withDataset(async (directory) => {
    const { code, stdout, stderr } = await end(start(directory, "run", "--epochs", "2"));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^dev p@8 0\.\d{4} in epoch [12] of 2$/m); // the label set is full
    assert.match(stdout, /deno task evaluate --run/);
    assert.match(stderr, /epoch 2\/2: loss/);
    const again = await end(start(directory, "run", "--epochs", "2"));
    assert.equal(again.code, 2);
    assert.match(again.stderr, /^error: starting a run in .* already holds one; add --resume/m);
    const other = await end(start(directory, "run", "--resume", "--no-ram"));
    assert.equal(other.code, 4);
    assert.match(other.stderr, /differs in model.ram;/);
    const unknown = await end(start(directory, "new", "--set", "model.hiden=4"));
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /nearest is "model.hidden"/);
  });
});

Deno.test({
  name: "killed or terminated, a run goes on to the same bytes and the same log",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withDataset(async (directory) => {
      const epochs = ["--epochs", "4", "--checkpoint-minutes", "0"]; // after every step
      assert.equal((await end(start(directory, "whole", ...epochs))).code, 0);

      const killed = start(directory, "stopped", ...epochs);
      await untilLogged(`${directory}/stopped/log.jsonl`, 4);
      killed.kill("SIGKILL");
      await end(killed);
      const terminated = start(directory, "stopped", "--resume", ...epochs);
      await untilLogged(`${directory}/stopped/log.jsonl`, 10);
      terminated.kill("SIGTERM");
      const stopped = await end(terminated);
      assert.equal(stopped.code, 143, stopped.stderr);
      assert.match(stopped.stderr, /stopped after step \d+; go on with: .* --resume/);
      assert.equal((await end(start(directory, "stopped", "--resume"))).code, 0);

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

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCheckpointFacts } from "../../model/run/checkpoint.ts";
import { lockRun } from "../../model/run/lock.ts";
import { Heard, succeeds } from "../_support/processes.ts";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ignore = Deno.build.os !== "linux";

const directory = await temporary();
Deno.test.afterAll(async () => await directory[Symbol.asyncDispose]());
const data = join(directory.path, "data");
await writeTinyDataset(data);

/** The arguments of a training that takes minutes. */
function argumentsOf(run: string): string[] {
  const settings = ["model.hidden=4", "batchSize=2", "maxTokens=15"];
  return [
    ...["train", "--data", data, "--out", join(directory.path, run), "--epochs", "100000"],
    ...["--set", "patience=100000"],
    ...settings.flatMap((setting) => ["--set", setting]),
  ];
}

/** Starts `program`, which ends by starting `deno task train`, and waits until it trains. */
async function startTraining(program: string, before: readonly string[], run: string) {
  const child = new Deno.Command(program, {
    args: [...before, ...argumentsOf(run)],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr = new Heard(child.stderr);
  await stderr.until("epoch 2/");
  return { child, stderr };
}

/** The run was saved after the step in progress, and nobody holds it. */
async function assertStopped(run: string, said: string): Promise<void> {
  const step = /^stopped after step (\d+); go on with: .* --resume$/m.exec(said)?.[1];
  assert.ok(step !== undefined, said);
  const path = join(directory.path, run, "last.safetensors");
  const { metadata: { state } } = await readCheckpointFacts(path);
  assert.equal(JSON.parse(state!).step, Number(step));
  using _lock = await lockRun(join(directory.path, run));
}

const hasNpx = !ignore && await succeeds("npx", ["-y", "deno@2.9.6", "--version"]);
for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(
    `fault 30: ${signal} to npx ends the training that it started, in order` +
      (hasNpx ? "" : " (skipped: no npx here that has deno@2.9.6)"),
    { ignore: !hasNpx },
    async () => {
      const { child, stderr } = await startTraining("npx", ["-y", "deno@2.9.6", "task"], signal);
      child.kill(signal);
      await child.status;
      // npx is gone at once; what it started holds its stderr until it ends, too.
      await assertStopped(signal, await stderr.end());
      assert.match(stderr.text, /^what started this command has ended: finishing this step/m);
    },
  );
}

Deno.test("fault 30: Ctrl-C under npx, which all programs of a terminal get, counts once", {
  ignore: !hasNpx,
}, async () => {
  const { child, stderr } = await startTraining(
    "setsid",
    ["npx", "-y", "deno@2.9.6", "task"],
    "SIGINT",
  );
  await new Deno.Command("kill", { args: ["-INT", "--", `-${child.pid}`] }).output();
  await child.status;
  await assertStopped("SIGINT", await stderr.end());
  assert.match(stderr.text, /^SIGINT: finishing this step/m);
});

Deno.test("fault 30: SIGTERM to deno task comes to the training", { ignore }, async () => {
  const { child, stderr } = await startTraining(Deno.execPath(), ["task"], "passed-on");
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 143);
  await assertStopped("passed-on", await stderr.end());
  assert.match(stderr.text, /^SIGTERM: finishing this step/m);
});

Deno.test("fault 30: a run that was stopped so goes on", { ignore }, async () => {
  const { child, stderr } = await startTraining(Deno.execPath(), ["task"], "resumed");
  child.kill("SIGTERM");
  await child.status;
  const epochs = [...(await stderr.end()).matchAll(/^epoch (\d+)\//gm)].length + 2;
  const paths = ["--data", data, "--out", join(directory.path, "resumed")];
  const { code, stdout, stderr: said } = await runTask("train", [
    ...[...paths, "--resume", "--epochs", `${epochs}`, "--set", "patience=100000"],
  ]);
  assert.equal(code, 0, said);
  assert.match(stdout, new RegExp(`in epoch \\d+ of ${epochs}$`, "m"));
});

Deno.test(
  "fault 30: a killed deno task ends the training that it started",
  { ignore },
  async () => {
    const { child, stderr } = await startTraining(Deno.execPath(), ["task"], "orphaned");
    child.kill("SIGKILL");
    await child.status;
    await assertStopped("orphaned", await stderr.end());
  },
);

Deno.test(
  "fault 30: a training outlives the shell that it was started from",
  { ignore },
  async () => {
    const words = argumentsOf("detached").map((word) => `'${word}'`).join(" ");
    // The shell ends while `deno task` goes on, as after a logout or in a script of a scheduler.
    const shell = new Deno.Command("sh", {
      args: ["-c", `nohup '${Deno.execPath()}' task ${words} & echo $!; sleep 1`],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stdout = new Heard(shell.stdout);
    const stderr = new Heard(shell.stderr);
    await stdout.until("\n");
    await shell.status;
    await stderr.until("epoch 2/");
    Deno.kill(Number(stdout.text.trim()), "SIGHUP"); // as a closed terminal does
    await stderr.until(`epoch ${stderr.text.split("\n").length + 5}/`);
    assert.doesNotMatch(stderr.text, /finishing/);
    Deno.kill(Number(stdout.text.trim()), "SIGTERM");
    await assertStopped("detached", await stderr.end());
    await stdout.end();
  },
);

const hasScript = !ignore && await succeeds("script", ["--version"]);
Deno.test(
  "fault 30: a closed terminal ends the training in it, in order" +
    (hasScript ? "" : " (skipped: no script here that makes terminals)"),
  { ignore: !hasScript },
  async () => {
    const words = argumentsOf("terminal").map((word) => `'${word}'`).join(" ");
    const copy = join(directory.path, "terminal.txt");
    const child = new Deno.Command("script", {
      args: ["-qfc", `'${Deno.execPath()}' task ${words}`, copy],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const stdout = new Heard(child.stdout);
    await stdout.until("epoch 2/");
    child.kill("SIGKILL");
    await child.status;
    await stdout.end();
    const path = join(directory.path, "terminal");
    const lock = join(path, "run.lock");
    for (let tries = 0; !await isFree(lock); tries++) {
      assert.ok(tries < 100, "the training goes on without its terminal");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { metadata: { state } } = await readCheckpointFacts(join(path, "last.safetensors"));
    const last = (await Deno.readTextFile(join(path, "log.jsonl"))).trimEnd().split("\n").at(-1)!;
    assert.equal(JSON.parse(state!).step, JSON.parse(last).step);
  },
);

async function isFree(lock: string): Promise<boolean> {
  using file = await Deno.open(lock, { read: true, write: true });
  return await file.tryLock(true);
}

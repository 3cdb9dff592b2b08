import assert from "node:assert/strict";
import { lockPlanned, lockRun } from "../../../model/run/lock.ts";
import { LockedError, ResourceError } from "../../../pipeline/errors.ts";
import { temporary } from "../../_support/tiny.ts";

const holder = `
  const { lockRun } = await import(${
  JSON.stringify(import.meta.resolve("../../../model/run/lock.ts"))
});
  await lockRun(Deno.args[0]);
  console.log("locked");
  setInterval(() => {}, 1000);
`;

/** Starts a process that locks `directory`, and waits until it has. */
async function startHolder(directory: string): Promise<Deno.ChildProcess> {
  const script = `${directory}/holder.ts`;
  await Deno.writeTextFile(script, holder);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", "--allow-write", script, directory],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

Deno.test("faults 34, 35: a second process is refused with the holder's id, and let in when it is killed", async () => {
  await using directory = await temporary();
  const child = await startHolder(directory.path);
  await assert.rejects(
    lockRun(directory.path),
    (error) => error instanceof LockedError && error.message.includes(`process ${child.pid} `),
  );
  child.kill("SIGKILL");
  await child.status;
  using _lock = await lockRun(directory.path);
  assert.equal((await Deno.readTextFile(`${directory.path}/run.lock`)).trim(), String(Deno.pid));
});

Deno.test("a held lock is refused, and free once it is disposed", async () => {
  await using directory = await temporary();
  for (let round = 0; round < 2; round++) {
    using _lock = await lockRun(directory.path);
    await assert.rejects(lockRun(directory.path), LockedError);
  }
});

Deno.test("a directory that is not there cannot be locked", async () => {
  await using directory = await temporary();
  await assert.rejects(lockRun(`${directory.path}/missing`), ResourceError);
});

Deno.test("a run of a plan is one worker's, the plan's other runs are not", async () => {
  await using directory = await temporary();
  const out = `${directory.path}/out`;
  {
    using _lock = await lockPlanned(out, "cnn-seed1");
    using _other = await lockPlanned(out, "cnn-seed2");
    await assert.rejects(
      lockPlanned(out, "cnn-seed1"),
      (error) =>
        error instanceof LockedError && error.message.includes(`process ${Deno.pid} is at`),
    );
  }
  using _free = await lockPlanned(out, "cnn-seed1");
});

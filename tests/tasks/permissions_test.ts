import assert from "node:assert/strict";
import { LAUNCHED_TASKS } from "../../tasks/launch/needs.ts";
import { LAUNCHER_FLAGS } from "../../tasks/launch/permissions.ts";
import { taskCommand, taskNames } from "../_support/run_task.ts";

/** Tasks that are not launched: they fetch, compile, or start other programs to compare with. */
const DIRECT = [
  "bench",
  "engine",
  "screenshots",
  "setup",
  "test",
  "test:guards",
  "test:soak",
];
const runs = taskNames().filter((task) => /\bdeno (run|test) /.test(taskCommand(task)));

Deno.test("fault 51: a task is launched, or is one that fetches or starts others", () => {
  assert.deepEqual(runs, [...LAUNCHED_TASKS, ...DIRECT].sort());
  for (const task of LAUNCHED_TASKS) {
    assert.ok(taskCommand(task).endsWith(` tasks/launch/launch.ts ${task}`), task);
  }
});

Deno.test("fault 51: the launcher may read, look for libraries and start itself, and no more", () => {
  const [command] = LAUNCHED_TASKS.map(taskCommand);
  const flags = command!.match(/--\S+/g);
  assert.deepEqual(flags, LAUNCHER_FLAGS);
  assert.deepEqual(LAUNCHER_FLAGS, [
    "--allow-read",
    "--allow-env",
    "--allow-sys=cpus",
    "--allow-ffi=/lib,/lib64,/usr/lib",
    "--allow-run",
  ]);
});

Deno.test("fault 51: no task asks the network whether there is a newer Deno", () => {
  for (const task of runs) assert.match(taskCommand(task), /^DENO_NO_UPDATE_CHECK=1 deno /, task);
});

Deno.test("no task may do everything, and the network is for those that fetch", () => {
  for (const task of runs) assert.doesNotMatch(taskCommand(task), /--allow-all\b| -A\b/, task);
  const networked = runs.filter((task) => /--allow-net(?!=127\.0\.0\.1)/.test(taskCommand(task)));
  assert.deepEqual(networked, ["engine", "setup"]);
});

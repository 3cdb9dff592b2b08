import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Heard, succeeds } from "../_support/processes.ts";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const linux = Deno.build.os === "linux";
const hasNpx = linux && await succeeds("npx", ["-y", "deno@2.9.6", "--version"]);

Deno.test(
  "fault 30: SIGTERM to npx ends a command that has nothing to save" +
    (hasNpx ? "" : " (skipped: no npx here that has deno@2.9.6)"),
  { ignore: !hasNpx },
  async () => {
    await using directory = await temporary();
    const out = join(directory.path, "mimic");
    const args = ["--out", out, "--admissions"];
    const child = new Deno.Command("npx", {
      args: ["-y", "deno@2.9.6", "task", "fixture", ...args, "80000"], // minutes of work
      cwd: root,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const stderr = new Heard(child.stderr);
    const making = join(directory.path, ".mimic.making", "whole", "NOTEEVENTS.csv");
    const begun = Date.now();
    while (!await Deno.stat(making).catch(() => undefined)) {
      assert.ok(Date.now() - begun < 60_000, "it has not begun");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGTERM");
    await child.status;
    await stderr.end(); // as the command does, which holds it, too
    assert.deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), [
      ".mimic.making",
    ]);
    const { code, stderr: said } = await runTask("fixture", [...args, "60", "--codes", "50"]);
    assert.equal(code, 0, said);
    assert.deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["mimic"]);
  },
);

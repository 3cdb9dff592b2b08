import assert from "node:assert/strict";
import { join } from "node:path";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

const run = (...args: string[]) => runTask("fixture", args);

Deno.test("the task says that its notes are made up, and what it counted", async () => {
  await using folder = await temporary();
  const args = ["--admissions", "30", "--codes", "80", "--rows", "200", "--length", "0.2"];
  const { code, stdout, stderr } = await run("--out", join(folder.path, "mimic"), ...args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^synthetic notes, all made up: /);
  assert.match(stdout, /^ {2}note rows +200$/m);
  assert.match(stdout, /^ {2}admissions with several summaries +\d+$/m);
  assert.match(stdout, /^ {2}tokens, median +\d+$/m);
  assert.match(stdout, /^prepare it with: deno task prepare --mimic (\S+mimic) --ccs \1\n$/m);
});

Deno.test("a folder that is there is replaced only when that is asked for", async () => {
  await using folder = await temporary();
  const args = ["--out", join(folder.path, "mimic"), "--admissions", "5", "--rows", "20"];
  assert.equal((await run(...args)).code, 0);
  const again = await run(...args);
  assert.equal(again.code, 2);
  assert.match(
    again.stderr,
    /^error: writing .*: it exists; expected a new directory; .*--force\n$/,
  );
  assert.equal((await run(...args, "--force")).code, 0);
});

Deno.test("usage errors exit with 2, missing lists with 3", async () => {
  await using folder = await temporary();
  const out = join(folder.path, "mimic");
  assert.equal((await run()).code, 2);
  assert.equal((await run("--out", out, "--length", "long")).code, 2);
  assert.equal((await run("--out", out, "--codes", "9")).code, 2);
  assert.equal((await run("--out", out, "--hadm-ids", join(folder.path, "none"))).code, 3);
  assert.equal((await run("--help")).code, 0);
});

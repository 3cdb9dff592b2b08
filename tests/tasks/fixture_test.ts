import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporary } from "../_support/tiny.ts";

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const task = fileURLToPath(new URL("../../tasks/fixture.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", task, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

Deno.test("the task says that its notes are made up, and what it counted", async () => {
  await using folder = await temporary();
  const out = join(folder.path, "mimic");
  const args = ["--out", out, "--admissions", "30", "--codes", "80", "--rows", "200"];
  const done = await run(...args, "--length", "0.2", "--seed", "4");
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /synthetic notes, all made up/);
  assert.match(done.out, /note rows +200/);
  const again = await run(...args);
  assert.equal(again.code, 2);
  assert.match(again.err, /^error: making a fixture: .* not empty; .*--force\n$/);
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

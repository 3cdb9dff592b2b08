import assert from "node:assert/strict";
import { join } from "node:path";
import { writeChoice } from "../../../model/engine/install/cache.ts";
import { ensureEngine } from "../../../tasks/launch/engine.ts";
import { bareMachine } from "../../_support/bare_machine.ts";
import { runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("an engine that is settled is not installed again", async () => {
  await using directory = await temporary();
  const cache = directory.path;
  const at = new Date().toISOString();
  await writeChoice({ engine: "wasm", reason: "made up", at }, cache);
  assert.equal(await ensureEngine([], cache), 0);
  const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
  assert.deepEqual(names, ["choice.json"]);
});

Deno.test("one that is not is installed before the command, whose output stays its own", async () => {
  await using directory = await temporary();
  const run = join(directory.path, "none");
  const { code, stdout, stderr } = await runTask("evaluate", ["--run", run], {
    env: bareMachine(directory.path),
  });
  assert.match(stderr, /^engine: wasm: /m);
  assert.match(stderr, /^tens of times slower than TensorFlow, used because: .*there is no pip/m);
  assert.match(stderr, /^error: .*none/m);
  assert.equal(stdout, "");
  assert.equal(code, 2);
  await Deno.stat(join(directory.path, "marn-deno", "choice.json"));
});

Deno.test("nothing is installed for help, nor for the engine that is part of this program", async () => {
  await using directory = await temporary();
  const env = bareMachine(directory.path);
  const { stderr } = await runTask("evaluate", ["--run", "none", "--help"], { env });
  assert.equal(stderr, "");
  assert.equal(await ensureEngine(["--engine", "wasm"], directory.path), 0);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(directory.path)), []);
});

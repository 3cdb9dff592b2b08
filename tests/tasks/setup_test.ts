import assert from "node:assert/strict";
import { bareMachine } from "../_support/bare_machine.ts";
import { type Ended, runTask } from "../_support/run_task.ts";

/** Runs the task with a cache of its own, on a machine without pip and network. */
function setup(cache: string, args: string[] = [], compiler?: string): Promise<Ended> {
  return runTask("setup", args, { env: bareMachine(cache, compiler) });
}

async function withCache(body: (cache: string) => Promise<void>): Promise<void> {
  const cache = await Deno.makeTempDir({ prefix: "marn-setup-" });
  try {
    await body(cache);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("where nothing can be had, setup settles on wasm and says why", () =>
  withCache(async (cache) => {
    const first = await setup(cache);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^engine: wasm: tfjs .* on WebAssembly/m);
    assert.match(first.stdout, /because: .*there is no pip; the package index cannot be reached/);
    const again = await setup(cache, ["--if-needed"]);
    assert.deepEqual([again.code, again.stdout, again.stderr], [0, "", ""]);
    const check = await setup(cache, ["--check"]);
    assert.equal(check.code, 5);
    assert.match(check.stdout, /^tensorflow: not installed$/m);
    assert.match(check.stderr, /^error: checking wasm: .*there is no pip/);
  }));

Deno.test("an engine asked for by name that cannot be had is an error of one line", () =>
  withCache(async (cache) => {
    const { code, stderr } = await setup(cache, ["--engine", "tensorflow"]);
    assert.equal(code, 5);
    assert.match(stderr, /\nerror: fetching .*\.whl: .*cannot be reached/);
    assert.equal((await setup(cache, ["--check", "--engine", "tensorflow"])).code, 5);
  }));

Deno.test("without a compiler nothing is fetched, and the package to install is named", () =>
  withCache(async (cache) => {
    const { code, stdout, stderr } = await setup(cache, [], "");
    assert.equal(code, 0);
    assert.match(stdout, /because: .*no C\+\+ compiler found; install one .*apt install g\+\+/);
    assert.doesNotMatch(stderr, /fetching/);
  }));

Deno.test("wasm asked for by name is settled", () =>
  withCache(async (cache) => {
    assert.equal((await setup(cache, ["--engine", "wasm"])).code, 0);
    assert.equal((await setup(cache, ["--check"])).code, 0);
    const { code, stderr } = await setup(cache, ["--if-needed"]);
    assert.deepEqual([code, stderr], [0, ""]);
  }));

Deno.test("an unknown engine is a usage error", () =>
  withCache(async (cache) => {
    const { code, stderr } = await setup(cache, ["--engine", "gpu"]);
    assert.equal(code, 2);
    assert.match(stderr, /Allowed choices are auto, tensorflow, cuda, wasm/);
  }));

import assert from "node:assert/strict";
import { join } from "node:path";
import { Earlier } from "../_support/earlier.ts";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

Deno.test("runs lists the runs of a folder for people and for programs", async () => {
  using earlier = new Earlier();
  const people = await runTask("runs", [earlier.directory, "--sort", "micro_f1"]);
  assert.equal(people.code, 0, people.stderr);
  assert.match(people.stdout, / MARN, raw vectors .* finished +2\/2 /);
  const programs = await runTask("runs", [earlier.directory, "--json"]);
  assert.deepEqual(JSON.parse(programs.stdout).map(({ run }: { run: string }) => run), [
    earlier.run,
  ]);
});

Deno.test("runs compares two runs", async () => {
  using one = new Earlier();
  using other = new Earlier();
  const { code, stdout } = await runTask("runs", [one.run, other.run]);
  assert.equal(code, 0);
  assert.match(stdout, /are the same[^]*On test, in percent[^]*paired bootstrap/);
});

Deno.test("a folder without runs is said to have none", async () => {
  await using folder = await temporary();
  const { code, stdout, stderr } = await runTask("runs", [folder.path]);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(stderr, /^no run in .*deno task train makes one/);
});

Deno.test("damage is said below the table", async () => {
  using earlier = new Earlier();
  await Deno.truncate(join(earlier.run, "last.safetensors"), 20);
  const { code, stdout, stderr } = await runTask("runs", [earlier.run]);
  assert.equal(code, 0);
  assert.match(stdout, /damaged/);
  assert.match(stderr, /last\.safetensors/);
});

for (
  const [what, args, message] of [
    ["three folders", ["a", "b", "c"], /3 folders are named; expected one, or two runs/],
    ["a folder that is not there", ["nowhere"], /looking for runs in nowhere/],
    ["a key to sort by that there is not", ["--sort", "micro_f"], /the nearest is micro_f1/],
  ] as const
) {
  Deno.test(`${what} is refused on one line`, async () => {
    const { code, stderr } = await runTask("runs", args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  });
}

Deno.test("what is wrong with one of two runs is said beside their comparison", async () => {
  using one = new Earlier();
  using other = new Earlier();
  await Deno.writeTextFile(join(other.run, "metrics.json"), "");
  const { code, stderr } = await runTask("runs", [one.run, other.run]);
  assert.equal(code, 0);
  assert.match(stderr, /run: reading .*metrics\.json: no JSON; expected metrics of format version/);
});

Deno.test("fault 83: --sort of two runs is refused", async () => {
  const { code, stderr } = await runTask("runs", ["a", "b", "--sort", "micro_f1"]);
  assert.equal(code, 2);
  assert.match(stderr, /^error: comparing two runs: --sort changes nothing; leave it out/m);
});

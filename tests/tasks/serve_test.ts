import assert from "node:assert/strict";
import { join } from "node:path";
import { Heard } from "../_support/processes.ts";
import { endOf, runTask, startTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const CANARY = "zyxcanary";

Deno.test("the server answers whoever has its address, ends by a signal, and tells no one a note", async () => {
  await using trained = await TrainedRun.create();
  const decisions = join(trained.directory, "decisions.jsonl");
  const args = ["--runs", trained.run, "--decisions", decisions];
  const child = startTask("serve", [...args, "--port", "0"]);
  const [stdout, stderr] = [new Heard(child.stdout), new Heard(child.stderr)];
  await stdout.until("\n");
  const base = stdout.text.trim();
  assert.match(base, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
  const { origin, port } = new URL(base);
  const page = await fetch(base);
  assert.match(await page.text(), /<title>Code a note<\/title>/);
  const without = await fetch(origin);
  assert.deepEqual([without.status, (await without.json()).error.slice(0, 9)], [401, "the token"]);
  const body = JSON.stringify({ notes: [{ text: `word001 ${CANARY}` }] });
  const coded = await fetch(`${base}api/predict`, { method: "POST", body });
  assert.deepEqual([coded.status, (await coded.json()).predictions[0].tokens], [200, 2]);
  const second = await runTask("serve", [
    "--runs",
    trained.run,
    "--port",
    port,
    "--engine",
    "wasm",
  ]);
  assert.equal(second.code, 6, second.stderr);
  assert.match(second.stderr, /^error: listening on 127\.0\.0\.1:\d+: another program does; name/m);
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 143);
  const said = await stdout.end() + await stderr.end();
  assert.ok(!said.includes(CANARY), said);
  assert.doesNotMatch(said, /^ {4}at |defect|Deno\.serve/m);
  assert.equal(await Deno.readTextFile(decisions), "", "nothing is stored that nobody decided");
});

Deno.test("where no run can be used, it says so and does not listen", async () => {
  await using folder = await temporary();
  const { code, stderr, stdout } = await endOf(startTask("serve", ["--runs", folder.path]));
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /^error: serving .*: it holds no run; name a run that deno task train wrote$/m,
  );
});

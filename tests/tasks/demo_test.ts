import assert from "node:assert/strict";
import { join } from "node:path";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { type Ended, runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

const small = ["--admissions", "120", "--length", "0.1", "--epochs", "1", "--codes", "60"];

function demo(out: string, ...more: readonly string[]): Promise<Ended> {
  return runTask("demo", ["--out", out, ...small, ...more]);
}

Deno.test("the demo goes from nothing to a table beside the baselines, and says what it is", async () => {
  await using directory = await temporary();
  const out = join(directory.path, "demo");
  const { code, stdout, stderr } = await demo(out);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /making up 120 admissions: no note of this demo is a real one/);
  assert.match(stdout, /notes are synthetic/);
  assert.match(
    stdout,
    /\| metric .*MARN, raw vectors .*code frequency .*bag-of-words logistic regression/,
  );
  assert.match(stdout, /\| P@5 +\| +\d+\.\d/);
  assert.match(stdout, /cohort \d+ s, prepare \d+ s, train \d+ s, evaluate \d+ s, in all \d+ s/);
  const [, run, note] = /^code a note with: deno task predict --run (\S+) (\S+)$/m.exec(stdout)!;
  assert.equal(run, join(out, "run"));
  assert.ok((await Deno.stat(note!)).isFile);
  const written = ["metrics.json", "report.md", "calibration.json", "profile.json"];
  for (const file of ["mimic/SYNTHETIC.txt", ...written.map((name) => `run/${name}`)]) {
    assert.ok((await Deno.stat(join(out, file))).isFile, file);
  }
  const { manifest } = await openDataset(join(out, "data", "full"));
  const { train, dev, test } = manifest.documents;
  assert.ok(train > test && test > dev && dev > 0, `${train} train, ${dev} dev, ${test} test`);
});

Deno.test("a demo replaces an earlier one, and nothing else; --json prints what it came to", async () => {
  await using directory = await temporary();
  const out = join(directory.path, "demo");
  await Deno.mkdir(join(out, "run"), { recursive: true });
  await Deno.writeTextFile(join(out, "run", "report.md"), "precious");
  const refused = await demo(out);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error: starting the demo in .* not an earlier demo's/m);
  assert.equal(await Deno.readTextFile(join(out, "run", "report.md")), "precious");
  await Deno.remove(join(out, "run"), { recursive: true });
  await Deno.writeTextFile(join(out, "DEMO.txt"), "");
  const none = await demo(out, "--admissions", "-5");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /--admissions -5 is out of range; expected 1 to \d+, a summary each$/m);
  assert.deepEqual([...Deno.readDirSync(out)].map(({ name }) => name), ["DEMO.txt"]);
  const { code, stdout } = await demo(out, "--json");
  assert.equal(code, 0);
  const { run, seconds, metrics } = JSON.parse(stdout);
  assert.equal(run, join(out, "run"));
  assert.deepEqual(Object.keys(seconds), ["cohort", "prepare", "train", "evaluate"]);
  assert.deepEqual(metrics, JSON.parse(await Deno.readTextFile(join(run, "metrics.json"))));
  assert.match(
    await Deno.readTextFile(join(out, "run", "report.md")),
    /^# MARN, raw vectors on top50$/m,
  );
});

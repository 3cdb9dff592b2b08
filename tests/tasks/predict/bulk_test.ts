import assert from "node:assert/strict";
import { join } from "node:path";
import { writeParquet } from "../../../pipeline/source/write_parquet.ts";
import { openBulk, rangeOfPart } from "../../../tasks/predict/bulk.ts";
import { Heard } from "../../_support/processes.ts";
import { startTask } from "../../_support/run_task.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const trained = await TrainedRun.create();
Deno.test.afterAll(async () => await trained[Symbol.asyncDispose]());
const at = (name: string) => join(trained.directory, name);

/** Notes for three chunks, of many lengths. */
const notes = Array.from({ length: 150 }, (_, note) => {
  const words = Array.from({ length: 1 + note % 13 }, (_, word) => `word00${(note + word) % 9}`);
  return { id: `n${note}`, text: words.join(" ") };
});
await Deno.writeTextFile(at("notes.jsonl"), notes.map((note) => JSON.stringify(note)).join("\n\n"));
await writeParquet(
  at("notes.parquet"),
  { text: "VARCHAR", id: "VARCHAR" },
  notes.map(({ id, text }) => [text, id]),
);

const whole = await trained.command("predict", ["--jsonl", "--json", at("notes.jsonl")]);
assert.equal(whole.code, 0, whole.stderr);

Deno.test("parts are in a row, of whole chunks, and all notes", () => {
  for (const [count, of] of [[0, 3], [1, 3], [64, 2], [150, 2], [150, 4], [1000, 7]] as const) {
    const ranges = Array.from({ length: of }, (_, i) => rangeOfPart({ number: i + 1, of }, count));
    assert.equal(ranges[0]!.from, 0);
    assert.equal(ranges.at(-1)!.to, count);
    ranges.slice(1).forEach(({ from }, i) => assert.equal(from, ranges[i]!.to));
    assert.ok(ranges.every(({ from, to }) => from % 64 === 0 || from === to));
  }
});

Deno.test("the parts of JSON lines, one behind the other, are what is printed of all notes", async () => {
  const texts: string[] = [];
  for (const number of [1, 2]) {
    const out = at(`codes-${number}.jsonl`);
    const args = ["--jsonl", at("notes.jsonl"), "--part", `${number}/2`, "--out", out];
    const { code, stdout, stderr } = await trained.command("predict", args);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^predict: \d+ notes \(.* documents\/s\)$/m);
    texts.push(await Deno.readTextFile(out));
  }
  assert.deepEqual(texts.map((text) => text.split("\n").length - 1), [64, 86]);
  assert.equal(texts.join(""), whole.stdout);
});

Deno.test("a part of a table can be printed, and is the same", async () => {
  const args = ["--json", "--part", "3/3", at("notes.parquet")];
  const { stdout, stderr } = await trained.command("predict", args);
  assert.equal(stdout, whole.stdout.split("\n").slice(128).join("\n"), stderr);
});

Deno.test("fault 82: killed at any chunk, predict goes on there, and ends in the same bytes", async () => {
  const out = at("killed.jsonl");
  const args = ["--run", trained.run, "--jsonl", at("notes.jsonl"), "--out", out];
  const child = startTask("predict", args);
  const stderr = new Heard(child.stderr);
  for (;;) {
    const size = await Deno.stat(`${out}.making`).then(({ size }) => size, () => 0);
    const isDone = await Deno.stat(out).then(() => true, () => false);
    if (size > 0 || isDone) break;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill("SIGKILL");
  await child.status;
  await child.stdout.cancel();
  await stderr.end();
  const wasDone = await Deno.stat(out).then(() => true, () => false); // quicker than the signal
  if (!wasDone) {
    const again = await trained.command("predict", args.slice(2));
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /^going on behind the (64|128) notes that were coded$/m);
  }
  assert.equal(await Deno.readTextFile(out), whole.stdout);
});

const context = { restored: { sha256: "0" }, engine: { name: "wasm" }, learned: {} } as const;
const flags = { run: trained.run, top: 1, words: 0, engine: "wasm" } as const;
for (
  const [what, file, more, message] of [
    [
      "standard input",
      "-",
      { jsonl: true, part: { number: 1, of: 2 } },
      /--part is for notes that/,
    ],
    [
      "a single text",
      at("notes.jsonl"),
      { out: at("x") },
      /--out is for notes that can be counted/,
    ],
    ["FHIR", at("notes.jsonl"), { fhir: true, out: at("x") }, /--fhir does not go with --out/],
    ["a page", at("notes.jsonl"), { html: "x", jsonl: true, out: at("x") }, /--html does not go/],
  ] as const
) {
  Deno.test(`many notes cannot be ${what}`, async () => {
    await assert.rejects(openBulk(file, { ...flags, ...more }, context), {
      name: "UsageError",
      message,
    });
  });
}

Deno.test("fault 82: what was begun with other options, weights or notes is not gone on with", async () => {
  const [input, out] = [at("begun.jsonl"), at("begun")];
  await Deno.copyFile(at("notes.jsonl"), input);
  const asked = { ...flags, jsonl: true, out } as const;
  {
    using bulk = await openBulk(input, asked, context);
    await bulk.lines!.append(Array.from({ length: 64 }, () => "{}"));
  }
  {
    using bulk = await openBulk(input, asked, context);
    assert.deepEqual(bulk.range, { from: 64, to: 150 });
  }
  const refused = (other: Promise<unknown>) =>
    assert.rejects(other, { name: "UsageError", message: /begun with other notes, run and/ });
  await refused(openBulk(input, { ...asked, words: 1 }, context));
  await refused(openBulk(input, asked, { ...context, restored: { sha256: "1" } }));
  await Deno.writeTextFile(input, "\n{}", { append: true });
  await refused(openBulk(input, asked, context));
});

import assert from "node:assert/strict";
import { TrainedRun } from "../_support/trained_run.ts";

const note = "Word001, WORD002 (word003): no canaryphrase.";

Deno.test("predict codes a note from standard input, and needs nothing but the run", async () => {
  await using trained = await TrainedRun.create();
  await Deno.remove(trained.data, { recursive: true });
  const { code, stdout, stderr } = await trained.command("predict", ["--top", "2"], note);
  assert.equal(code, 0, stderr);
  const [head, ...codes] = stdout.trimEnd().split("\n");
  assert.match(head!, /^note: 5 tokens, \d codes above 0\.\d+ \(\*\)$/);
  assert(codes.length >= 2);
  assert.match(codes[0]!, /^[* ] 00\d\.5 +0\.\d{3} {2}Disease \d, "so called" \[.*word00\d.*\]$/);
});

Deno.test("a file is coded under its name; --json tells where the attended words stand", async () => {
  await using trained = await TrainedRun.create();
  const file = `${trained.directory}/letter.txt`;
  await Deno.writeTextFile(file, note);
  const args = [file, "--json", "--words", "3", "--threshold", "0.99"];
  const { code, stdout, stderr } = await trained.command("predict", args);
  assert.equal(code, 0, stderr);
  const prediction = JSON.parse(stdout);
  const { id, tokens, read, known, threshold, codes } = prediction;
  assert.deepEqual([id, tokens, read, known, threshold], ["letter.txt", 5, 5, 3, 0.99]);
  assert.equal(codes.length, 6); // all there are
  for (const { words } of codes) {
    assert.equal(words.length, 3);
    for (const { word, start, end } of words) assert.equal(note.slice(start, end), word);
  }
});

Deno.test("lines of JSON are coded in order, with warnings that quote no note", async () => {
  await using trained = await TrainedRun.create();
  const long = Array.from({ length: 20 }, () => "word001").join(" ");
  const notes = [{ id: 1, text: note }, { id: "long", text: long }, { id: "none", text: "canary" }];
  const input = notes.map((note) => JSON.stringify(note)).join("\n\n");
  const { code, stdout, stderr } = await trained.command("predict", ["--jsonl", "--json"], input);
  assert.equal(code, 0, stderr);
  const predictions = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(predictions.map(({ id, tokens, read }) => [id, tokens, read]), [
    ["1", 5, 5],
    ["long", 20, 15],
    ["none", 1, 1],
  ]);
  assert.match(stderr, /^warning: long has 20 tokens; the first 15 were read$/m);
  assert.match(stderr, /^warning: no token of none is known; its codes say nothing$/m);
  assert.doesNotMatch(stderr, /canary/);
});

Deno.test("what is no note is refused by line, without quoting it", async () => {
  await using trained = await TrainedRun.create();
  for (const line of ["canaryphrase", '{"id": ["canaryphrase"]}']) {
    const input = `{"id": 1, "text": "word001"}\n${line}\n`;
    const { code, stderr } = await trained.command("predict", ["--jsonl"], input);
    assert.equal(code, 3);
    assert.match(stderr, /^error: reading standard input, line 2: it is no note; expected/m);
    assert.doesNotMatch(stderr, /canary/);
  }
  const latin = `${trained.directory}/latin.txt`;
  await Deno.writeFile(latin, Uint8Array.of(0x63, 0xe9));
  const { code, stderr } = await trained.command("predict", [latin]);
  assert.equal(code, 3);
  assert.match(stderr, /^error: reading .*latin.txt: it is not UTF-8 text;/m);
  assert.equal((await trained.command("predict", ["/nowhere.txt"])).code, 2);
});

import assert from "node:assert/strict";
import { TrainedRun } from "../_support/trained_run.ts";

const note = "Word001, WORD002 (word003): no canaryphrase.";

Deno.test("fault 76: predict codes a note from standard input, and needs nothing but the run", async () => {
  await using trained = await TrainedRun.create();
  await Deno.remove(trained.data, { recursive: true });
  const { code, stdout, stderr } = await trained.command("predict", ["--top", "2"], note);
  assert.equal(code, 0, stderr);
  const [head, ...codes] = stdout.trimEnd().split("\n");
  assert.match(head!, /^note: 5 tokens \(60% known\), \d codes above 0\.\d+ \(\*\)$/);
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

Deno.test("faults 24–25: lines of JSON are coded in order, with warnings that quote no note", async () => {
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
    assert.match(stderr, /^error: reading standard input, line 2: it is no note.*; expected/m);
    assert.doesNotMatch(stderr, /canary/);
  }
  const latin = `${trained.directory}/latin.txt`;
  await Deno.writeFile(latin, Uint8Array.of(0x63, 0xe9));
  const { code, stderr } = await trained.command("predict", [latin]);
  assert.equal(code, 3);
  assert.match(stderr, /^error: reading .*latin.txt: it is not UTF-8 text;/m);
  assert.equal((await trained.command("predict", ["/nowhere.txt"])).code, 2);
});

Deno.test("--html writes a page with the note, its owner's alone, and nothing else does", async () => {
  await using trained = await TrainedRun.create();
  const page = `${trained.directory}/page.html`;
  const args = ["--html", page, "--words", "2", "--json"];
  const { code, stdout, stderr } = await trained.command("predict", args, note);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /page\.html holds the text of 1 note, and is yours alone to read$/m);
  assert.equal((await Deno.stat(page)).mode! & 0o777, 0o600);
  assert.match(await Deno.readTextFile(page), /data-by="[^"]+"[^>]*>Word001</);
  for (const { words } of JSON.parse(stdout).codes) assert.ok(words.length <= 2);
  assert.deepEqual([...Deno.readDirSync(trained.directory)].map(({ name }) => name).sort(), [
    "data",
    "page.html",
    "run",
  ]);
});

Deno.test("--by says what the words are chosen by", async () => {
  await using trained = await TrainedRun.create();
  const args = ["--json", "--by", "attention-gradient"];
  const { code, stdout, stderr } = await trained.command("predict", args, note);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).method, "attention-gradient");
});

Deno.test("fault 70: a label set that the run does not predict is refused", async () => {
  await using trained = await TrainedRun.create({}, { mtl: false });
  const { code, stderr } = await trained.command("predict", ["--task", "ccs"], note);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^error: predicting ccs with .*: its model predicts icd alone; leave --task/,
  );
});

Deno.test("fault 70: a folder, a pipe and a device are no note", async () => {
  await using trained = await TrainedRun.create();
  const pipe = `${trained.directory}/pipe`;
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  for (const file of [trained.directory, pipe, "/dev/zero"]) {
    const { code, stderr } = await trained.command("predict", [file]);
    assert.equal(code, 2, stderr);
    assert.match(
      stderr,
      /^error: reading .*: it is a (folder|pipe|device); name a text file, or -/,
    );
  }
});

Deno.test("fault 76: few known words are warned of, with their number", async () => {
  await using trained = await TrainedRun.create();
  const { code, stdout, stderr } = await trained.command(
    "predict",
    [],
    "word001 ein Canarywort mehr",
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^note: 4 tokens \(25% known\)/);
  assert.match(stderr, /^warning: of note 1 of 4 tokens are known; its codes say little: check/m);
  assert.doesNotMatch(stderr, /anary/);
});

Deno.test("fault 75: an id of more digits than a number holds is kept", async () => {
  await using trained = await TrainedRun.create();
  const input =
    '{"id": 9007199254740993, "text": "word001"}\n{"id": 18446744073709551617, "text": ""}';
  const { stdout, stderr } = await trained.command("predict", ["--jsonl", "--json"], input);
  const ids = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).id);
  assert.deepEqual(ids, ["9007199254740993", "18446744073709551617"], stderr);
});

Deno.test("faults 68, 70, 76: what is no text in a file is refused on one line", async (t) => {
  await using trained = await TrainedRun.create();
  const at = (name: string) => `${trained.directory}/${name}`;
  await Deno.mkdir(at("folder"));
  await Deno.symlink(at("nowhere"), at("link"));
  await Deno.writeFile(at("utf16"), Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62, 0));
  await Deno.writeFile(at("binary"), new Uint8Array(500));
  await Deno.writeFile(at("gzip"), Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0));
  await Deno.writeFile(at("zip"), Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0));
  const refused: [name: string, code: number, found: RegExp][] = [
    ["folder", 2, /it is a folder; name a text file/],
    ["link", 2, /it does not exist; name a text file/],
    ["utf16", 3, /it is UTF-16 text; expected text in UTF-8; convert it with iconv -f UTF-16/],
    ["binary", 3, /it is binary; expected text/],
    ["gzip", 3, /it is a gzip stream; expected text in UTF-8; unpack it/],
    ["zip", 3, /it is a zip archive or an Excel workbook/],
  ];
  for (const [name, expected, found] of refused) {
    await t.step(name, async () => {
      const { code, stderr } = await trained.command("predict", [at(name)]);
      assert.equal(code, expected, stderr);
      const said = stderr.trimEnd().split("\n").filter((line) => line.startsWith("error: "));
      assert.equal(said.length, 1, stderr);
      assert.match(said[0]!, found);
      assert.doesNotMatch(stderr, /^ +at /m);
    });
  }
});

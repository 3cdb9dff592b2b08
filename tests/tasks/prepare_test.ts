import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { SPLITS } from "../../pipeline/schema.ts";
import { runTask, startTask } from "../_support/run_task.ts";
import { temporary, TINY, writeTables } from "../_support/tiny.ts";

const start = (...args: string[]) => startTask("prepare", args);
const prepare = (...args: string[]) => runTask("prepare", args);

async function fixture() {
  const directory = await temporary();
  const mimic = join(directory.path, "mimic");
  await writeFixture({
    directory: mimic,
    admissions: 60,
    rows: 200,
    codes: 100,
    seed: 3,
    length: 0.2,
  });
  const out = join(directory.path, "data");
  return { ...directory, mimic, out, args: ["--mimic", mimic, "--ccs", mimic, "--out", out] };
}

/** A dataset's own manifest names the digest of every file. */
const manifest = (out: string) => Deno.readTextFile(join(out, "top50", "manifest.json"));

Deno.test("prepare makes both datasets, says what each stage took, and prints JSON if asked", async () => {
  await using directory = await fixture();
  const { code, stdout, stderr } = await prepare(...directory.args, "--threads", "1");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /seconds by stage:[\s\S]*codes[\s\S]*notes[\s\S]*total/);
  assert.match(stderr, /notes: \d+ notes, \d+ of 60 documents with codes \(/);
  const [, words] = /^vocabulary: (\d+) of \d+ words are in 3 training documents \(/m.exec(stderr)!;
  const { vocabulary } = await openDataset(join(directory.out, "full"));
  assert.equal(Number(words), vocabulary.length - 2, "but for padding and the unknown word");
  const first = await manifest(directory.out);
  const json = await prepare(...directory.args, "--threads", "1", "--force", "--json");
  assert.equal(json.code, 0, json.stderr);
  assert.equal(JSON.parse(json.stdout).datasets.top50.labelSet, "top50");
  assert.equal(await manifest(directory.out), first, "same input, same bytes");
});

Deno.test("killed at any moment: the old dataset stands, and a rerun gives the same bytes", async () => {
  await using directory = await fixture();
  const args = [...directory.args, "--threads", "1"];
  assert.equal((await prepare(...args, "--seed", "1")).code, 0);
  const old = await manifest(directory.out);
  for (const moment of ["codes: ", "vocabulary: "]) {
    const child = start(...args, "--seed", "2", "--force");
    let said = "";
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    while (!said.includes(moment)) said += (await reader.read()).value ?? assert.fail(said);
    child.kill("SIGKILL");
    await reader.cancel();
    await child.stdout.cancel();
    const { success } = await child.status; // it may have been done before the signal came
    if (!success) assert.equal(await manifest(directory.out), old, `after ${moment}`);
  }
  assert.equal((await prepare(...args, "--seed", "1", "--force")).code, 0);
  assert.equal(await manifest(directory.out), old);
  const left = (await Array.fromAsync(Deno.readDir(directory.path))).map(({ name }) => name);
  assert.deepEqual(left.sort(), ["data", "mimic"]);
});

Deno.test("without data, prepare says where some comes from, and ends with 2", async () => {
  const { code, stdout, stderr } = await prepare();
  assert.equal(code, 2);
  assert.equal(stdout, "");
  for (const command of ["prepare --mimic", "prepare --source corpus", "fixture --out"]) {
    assert.ok(stderr.includes(`deno task ${command}`), command);
  }
});

Deno.test("wrong command lines end with 2, wrong data with 3, wrong lists with 4, on one line", async () => {
  await using directory = await temporary();
  await writeTables(directory.path, { ...TINY, notes: "ROW_ID,TEXT\n1,xyzzy secret\n" });
  const { path } = directory;
  const lists = join(path, "lists");
  await Deno.mkdir(lists);
  for (const split of SPLITS) {
    for (const set of ["full", "50"]) {
      await Deno.writeTextFile(join(lists, `${split}_${set}_hadm_ids.csv`), "100001\n100001\n");
    }
  }
  const codes = join(path, "codes.csv");
  await Deno.writeTextFile(codes, "428.0\nxyzzy secret\n");
  const mimic = ["--mimic", path, "--ccs", path];
  const cases: [string[], number, RegExp][] = [
    [["--mimic", path, "--ccs", path, "--notes", "n.csv"], 2, /--mimic does not go with/],
    [["--source", "corpus", "--notes", "n.csv"], 2, /--notes and --labels/],
    [["--mimic", path, "--ccs", path, "--shares", "1,2"], 2, /80,10,10/],
    [["--mimic", path, "--ccs", path, "--memory", "lots"], 2, /2GB/],
    [["--mimic", path, "--ccs", path, "--split", "published"], 2, /--splits DIR/],
    [["--notes", "n.csv", "--labels", "l.csv", "--group-prefix", "0"], 2, /groupPrefix 0: out of/],
    [
      ["--notes", "n.csv", "--labels", "l.csv", "--group-prefix", "-1"],
      2,
      /groupPrefix -1: out of/,
    ],
    [mimic, 3, /no diagnosis table/],
    [[...mimic, "--split", "caml", "--splits", lists], 2, /the split is caml; expected --split/],
    [["--notes", "n.csv", "--labels", "l.csv", "--split", "caml"], 2, /expected MIMIC-III/],
    [[...mimic, "--min-code-documents", "0"], 2, /minCodeDocuments 0/],
    [[...mimic, "--top-codes", path], 3, /it is a folder; .*see --top-codes/],
    [[...mimic, "--top-codes", codes], 3, /codes\.csv: line 2 is a text of 12 characters; /],
    [[...mimic, "--split", "published", "--splits", lists], 4, /lines 1 and 2 both name/],
    [[...mimic, "--split", "published", "--splits", path], 3, /no .*train_full_hadm_ids\.csv/],
    [["--source", "corpus", "--notes", "a.csv", "--labels", "b.csv"], 3, /a\.csv.*b\.csv/],
    [["--notes", "a.csv", "--labels", "b.csv", "--group-prefix", "0"], 2, /groupPrefix 0/],
  ];
  const results = await Promise.all(
    cases.map(([args], i) => prepare(...args, "--out", join(path, `data${i}`))),
  );
  results.forEach(({ code, stderr }, i) => {
    const [args, expected, message] = cases[i]!;
    assert.equal(code, expected, `${args}: ${stderr}`);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /xyzzy|\n {4}at /);
  });
});

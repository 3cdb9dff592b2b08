import assert from "node:assert/strict";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { openAuditLog } from "../../pipeline/files/audit_log.ts";
import { openProfiled } from "../_support/profiled_run.ts";
import { readRecords } from "../_support/read_csv.ts";
import { runTask } from "../_support/run_task.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const documents = { train: 9, dev: 3, test: 8 };
const trained = await TrainedRun.create({ documents });
const { run } = await openProfiled(trained.run);
Deno.test.afterAll(async () => await trained[Symbol.asyncDispose]());

const out = `${trained.directory}/audit`;
const [known, other] = run.labels.icd.map(({ code }) => code) as [string, string];

/** Audits with the run; returns what was said and the list. */
async function audit(...args: readonly string[]) {
  const ended = await trained.command("audit", ["--out", out, ...args]);
  assert.equal(ended.code, 0, ended.stderr);
  const list = JSON.parse(await Deno.readTextFile(`${out}/worklist.json`));
  return { ...ended, list };
}

/** Writes a file beside the run. */
async function write(name: string, text: string): Promise<string> {
  const path = `${trained.directory}/${name}`;
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("a split of the run's own dataset becomes a worklist, as CSV and as JSON", async () => {
  const { list, stdout } = await audit("--threshold", "0.5");
  const ids = (await openDataset(trained.data)).splits.test.map(({ id }) => id);
  const rows = readRecords(await Deno.readTextFile(`${out}/worklist.csv`));
  assert.equal(list.cases, documents.test);
  assert.ok(list.items.length > 0);
  assert.deepEqual(
    rows.map(({ rank, id, finding, code }) => [Number(rank), id, finding, code]),
    list.items.map((
      item: Record<string, unknown>,
    ) => [item.rank, item.id, item.finding, item.code]),
  );
  assert.ok(rows.every(({ id }) => ids.includes(id!)));
  assert.match(stdout, /worklist\.csv: 8 cases, \d+ codes: \d+ likely missing, \d+ likely wrong/);
});

Deno.test("tables of notes and codes are audited with words, and what is in one alone is counted", async () => {
  const text = "word001 word005, word007";
  const notes = await write("notes.csv", `id,text\n1,"${text}"\n2,word002\n3,uncoded\n`);
  const labels = await write(
    "codes.csv",
    `id,code\n1,${known}\n2,${other}\n2,none.1\n4,${known}\n`,
  );
  const args = ["--notes", notes, "--labels", labels, "--words", "2", "--threshold", "1"];
  const { list, stdout, stderr } = await audit(...args);
  assert.deepEqual([list.cases, list.given, list.strange], [2, 2, 1]);
  for (const { id, words } of list.items.filter(({ id }: { id: string }) => id === "1")) {
    assert.equal(id, "1");
    assert.equal(words.length, 2);
    for (const { word, start, end } of words) assert.equal(text.slice(start, end), word);
  }
  assert.match(stderr, /^1 note left out: without a code$/m);
  assert.match(stderr, /^1 case left out: codes without a note$/m);
  assert.match(stderr, /^1 given code left out: none of the run's labels$/m);
  assert.doesNotMatch(stdout + stderr, /word00/);
  assert.deepEqual([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
    "worklist.csv",
    "worklist.json",
  ]);
});

Deno.test("codes of which the run knows none are refused, and no list is written", async () => {
  const notes = await write("notes.csv", "id,text\n1,word001\n");
  const labels = await write("codes.csv", "id,code\n1,none.1\n");
  const folder = `${trained.directory}/strange`;
  const args = ["--notes", notes, "--labels", labels, "--out", folder];
  const { code, stderr } = await trained.command("audit", args);
  assert.equal(code, 3);
  assert.match(
    stderr,
    /no code in .*codes\.csv is one of the run's labels; expected codes such as /,
  );
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

Deno.test("notes that bring their codes need no table of them", async () => {
  const lines = [
    { id: "1", text: "word001 word002", codes: [known, other] },
    { id: "2", text: "word003", codes: [known] },
  ];
  const notes = await write("notes.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  const { list } = await audit("--notes", notes, "--threshold", "1", "--top", "2");
  assert.deepEqual([list.cases, list.given, list.found.wrong, list.items.length], [2, 3, 3, 2]);
});

Deno.test("what an audit is worth is measured on planted errors, and nothing is written", async () => {
  const before = [...Deno.readDirSync(trained.directory)].length;
  const args = ["--measure", "--share", "0.5", "--seeds", "2"];
  const { code, stdout, stderr } = await trained.command("audit", [...args, "--json"]);
  assert.equal(code, 0, stderr);
  const { cases, codes, worth, suggestions } = JSON.parse(stdout);
  assert.equal(cases, documents.test);
  assert.equal(worth.uniform.missing.planted, Math.round(codes / 2));
  assert.ok(suggestions.audit.mean >= 1);
  assert.equal([...Deno.readDirSync(trained.directory)].length, before);
  const words = await trained.command("audit", args);
  assert.match(words.stdout, /^### Wrong codes: codes as often as they are given$/m);
  assert.match(words.stdout, /^\| likely wrong, 20 +\| +\d+\.\d \(/m);
});

Deno.test("weights that stand in for the best are warned of before the list", async () => {
  await using unbest = await TrainedRun.create(
    { documents: { ...documents, dev: 1 } },
    { set: ["model.hidden=4", "monitor=macro_auc"] },
  );
  await openProfiled(unbest.run);
  const args = ["--out", `${unbest.directory}/list`, "--quiet"];
  const { code, stderr } = await unbest.command("audit", args);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: dev macro_auc was undefined .* of the latest epoch$/m);
});

Deno.test("a list of restricted cases says so, and is its owner's alone with its folder", async () => {
  await using restricted = await TrainedRun.create({ documents, restricted: true });
  await openProfiled(restricted.run);
  const folder = `${restricted.directory}/list`;
  const { code, stderr } = await restricted.command("audit", ["--out", folder]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Made from /m);
  assert.match(await Deno.readTextFile(`${folder}/RESTRICTED.txt`), /^RESTRICTED/);
  assert.equal(JSON.parse(await Deno.readTextFile(`${folder}/worklist.json`)).restricted, true);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
});

const wrong: readonly (readonly [what: string, args: readonly string[], said: RegExp])[] = [
  ["nothing to audit with", [], /add --run, or --verify with a log/],
  [
    "codes without notes",
    ["--run", run.directory, "--labels", "x.csv"],
    /--notes, with --labels or without; name one$/m,
  ],
  ["notes and a dataset", ["--run", "r", "--notes", "x.csv", "--data", "d"], /name one$/m],
];
for (const [what, args, said] of wrong) {
  Deno.test(`${what}: refused in one line`, async () => {
    const { code, stderr } = await runTask("audit", args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
  });
}

Deno.test("fault 79: a worklist is not written into the run, or into its dataset", async () => {
  for (const folder of [trained.run, `${trained.data}/list`]) {
    const { code, stderr } = await trained.command("audit", ["--out", folder]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: writing .*: it is or lies in .*, whose files belong together;/m);
  }
});

Deno.test("a share of no code plants nothing, and is refused", async () => {
  const { code, stderr } = await trained.command("audit", ["--measure", "--share", "0.001"]);
  assert.equal(code, 2, stderr);
  assert.match(
    stderr,
    /^error: measuring an audit of test: a share of 0\.001 of its \d+ codes is none;/m,
  );
});

Deno.test("--verify --json says for programs what it says for people", async () => {
  const path = `${trained.directory}/log.jsonl`;
  {
    await using log = await openAuditLog(path);
    await log.append({ event: "decision" });
  }
  const people = await runTask("audit", ["--verify", path]);
  const { stdout } = await runTask("audit", ["--verify", path, "--json"]);
  const { log, entries, sha256, beyondHead } = JSON.parse(stdout);
  assert.deepEqual([log, entries, beyondHead], [path, 1, 0]);
  assert.ok(people.stdout.endsWith(`head ${entries}:${sha256}\n`), people.stdout);
});

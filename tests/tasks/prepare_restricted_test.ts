import assert from "node:assert/strict";
import { join } from "node:path";
import { RESTRICTED_FILE } from "../../pipeline/files/restricted.ts";
import { LAUNCHED_TASKS, type LaunchedTask } from "../../tasks/launch/needs.ts";
import { permissionsOf } from "../../tasks/launch/permissions.ts";
import { runTask, type TaskOptions } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

const ignore = Deno.build.os === "windows"; // it has no such modes

const directory = await temporary();
Deno.test.afterAll(async () => await directory[Symbol.asyncDispose]());
const at = (name: string) => join(directory.path, name);
const words = ["fever", "pain", "cough", "heart", "renal", "acute"];
const ids = Array.from({ length: 60 }, (_, at) => at);
const text = (id: number) => words.slice(id % 4).join(" ");
await Deno.writeTextFile(
  at("notes.csv"),
  "id,text\n" + ids.map((id) => `${id},${text(id)}\n`).join(""),
);
await Deno.writeTextFile(
  at("codes.csv"),
  "id,code\n" + ids.map((id) => `${id},A0${id % 4}\n`).join(""),
);
await Deno.writeTextFile(at("note.txt"), text(0));
await Deno.writeTextFile(
  at("marked.tsv"),
  ids.map((id) => `${id}\tDIAGNOSTICO\tA0${id % 4}\twords\t0 5\n`).join(""),
);

const settings = ["--set", "model.hidden=4", "--set", "maxTokens=20"];
const grid = ["--data", at("data/top50"), "--epochs", "1", ...settings, "--grid"];
const steps: { task: LaunchedTask; args: string[]; out?: string }[] = [
  {
    task: "prepare",
    args: ["--notes", at("notes.csv"), "--labels", at("codes.csv"), "--shares", "4,1,1"],
    out: "data",
  },
  {
    task: "train",
    args: ["--data", at("data/top50"), "--epochs", "1", ...settings],
    out: "runs/a",
  },
  { task: "evaluate", args: ["--run", at("runs/a"), "--scores", "--bootstrap", "0"] },
  {
    task: "evaluate",
    args: ["--run", at("runs/a"), "--evidence", at("marked.tsv"), "--notes", at("notes.csv")],
  },
  { task: "analyze", args: ["--figure", "1", "--data", at("data")], out: "figures" },
  {
    task: "reproduce",
    args: [
      ...["--figure", "10", "--preset", "demo", "--data", at("data"), "--set", "epochs=1"],
      ...settings,
    ],
    out: "reproduce",
  },
  {
    task: "compare",
    args: [
      ...["--data", at("data/top50"), "--models", "cnn", "--set", "epochs=1"],
      ...["--set", "model.filters=4", "--set", "maxTokens=20"],
    ],
    out: "compare",
  },
  { task: "sweep", args: [...grid, "gamma=1"], out: "sweep" },
  { task: "sweep", args: [...grid, "gamma=1,2", "--slurm=write"], out: "sweep" },
  { task: "export", args: ["--run", at("runs/a"), "--to", "hf"], out: "exported" },
  { task: "audit", args: ["--run", at("runs/a"), "--data", at("data/top50")], out: "audited" },
];

/** Starts a command whose files and folders anyone could read, were it not for what it does about that. */
const openly: TaskOptions = { within: ["sh", "-c", 'umask 0; exec "$@"', "sh"] };

/** Modes of everything in a folder, itself too, by path; folders end in a slash. */
async function modesOf(folder: string): Promise<[path: string, mode: number][]> {
  const modes: [string, number][] = [[`${folder}/`, await modeOf(folder)]];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) modes.push(...await modesOf(path));
    else modes.push([path, await modeOf(path)]);
  }
  return modes;
}

async function modeOf(path: string): Promise<number> {
  return (await Deno.lstat(path)).mode! & 0o777;
}

const folders = ["data", "runs", "figures", "reproduce", "exported", "compare", "sweep", "audited"];

Deno.test("fault 52: every task that writes is tried here, but for those that make notes up", () => {
  const options = ["--out", "x", "--run", "x", "--audit-log", "x"];
  const writing = LAUNCHED_TASKS.filter((task) => permissionsOf(task, options).write.length > 0);
  const tried = new Set(steps.map(({ task }) => task));
  const elsewhere = ["predict", "serve"]; // predict below, serve's decisions and log by their writers
  assert.deepEqual(writing.sort(), [...tried, ...elsewhere, "demo", "fixture"].sort());
});

for (const { task, args, out } of steps) {
  const way = ["--evidence", "--slurm=write"].find((option) => args.includes(option));
  const what = way === undefined ? task : `${task} ${way}`;
  Deno.test(`fault 52: ${what} passes the mark of a restricted corpus on`, { ignore }, async () => {
    const declared = task === "prepare" ? ["--restricted"] : [];
    const place = out ? ["--out", at(out)] : [];
    const { code, stderr } = await runTask(task, [...args, ...declared, ...place], openly);
    assert.equal(code, 0, stderr);
    for (const folder of folders) {
      const modes = await modesOf(at(folder)).catch(() => []); // not all are there yet
      const expected = modes.map(([path]) => [path, path.endsWith("/") ? 0o700 : 0o600]);
      assert.deepEqual(modes, expected);
    }
  });
}

Deno.test("fault 52: every folder of theirs says so in words", { ignore }, async () => {
  const deeper = ["data/full", "data/top50", "runs/a", "runs/a/predictions"];
  for (const folder of [...folders.filter((folder) => folder !== "runs"), ...deeper]) {
    assert.match(await Deno.readTextFile(join(at(folder), RESTRICTED_FILE)), /^RESTRICTED: /);
  }
});

Deno.test("fault 52: so do the files that are handed on alone", { ignore }, async () => {
  const note = /Made from a corpus declared restricted: weights, vocabulary, predictions and/;
  for (
    const file of [
      "runs/a/report.md",
      "runs/a/evidence.md",
      "figures/figure-1.svg",
      "reproduce/figure-10.md",
      "exported/README.md",
      "compare/leaderboard.md",
      "sweep/sweep.md",
    ]
  ) {
    assert.match(
      (await Deno.readTextFile(at(file))).replaceAll(/(?:<[^>]*>|\s)+/g, " "),
      note,
      file,
    );
  }
  for (const file of ["data/top50/manifest.json", "runs/a/config.json", "runs/a/metrics.json"]) {
    assert.match(await Deno.readTextFile(at(file)), /"restricted": true/, file);
  }
});

Deno.test("fault 52: predict says that what it prints and writes is restricted", {
  ignore,
}, async () => {
  const [table, log] = ["codes.parquet", "log.jsonl"].map(at) as [string, string];
  const args = ["--run", at("runs/a"), "--json", "--parquet", table, "--audit-log", log];
  const { code, stdout, stderr } = await runTask("predict", [...args, at("note.txt")], openly);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).restricted, true);
  assert.match(stderr, /^Made from a corpus declared restricted: /m);
  assert.match(await Deno.readTextFile(log), /"restricted":true/);
  assert.match(await Deno.readTextFile(table), /Made from a corpus declared restricted: /);
  for (const path of [table, log, `${log}.head`]) assert.equal(await modeOf(path), 0o600, path);
});

Deno.test("fault 52: a dataset with the mark is replaced as any other, and can lose it", {
  ignore,
}, async () => {
  const [{ args }] = steps as [typeof steps[0]];
  const { code, stderr } = await runTask(
    "prepare",
    [...args, "--out", at("data"), "--force"],
    openly,
  );
  assert.equal(code, 0, stderr);
  const modes = await modesOf(at("data"));
  assert.ok(modes.every(([path]) => !path.endsWith(RESTRICTED_FILE)));
  for (const [path, mode] of modes) assert.equal(mode, path.endsWith("/") ? 0o777 : 0o666, path);
});

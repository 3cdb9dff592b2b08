/**
 * Every command, pointed at every kind of bad path by every option that takes one: the documented exit
 * code, one line, nothing lost, no stack, no waiting. Then some of it as users start it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makePipe } from "./_support/bad_paths.ts";
import { root } from "./_support/privileges.ts";
import { runTask } from "./_support/run_task.ts";
import { temporary } from "./_support/tiny.ts";
import type { Walk, Walked } from "./_support/walk_bad_paths.ts";

const script = fileURLToPath(new URL("./_support/walk_bad_paths.ts", import.meta.url));
const usual = Deno.build.os !== "windows";

/** What an option's bad path ends with: usage, or data; always 5 where the system does not let it be read. */
const CODES: { readonly [option: string]: number } = {
  "prepare --out": 2,
  "prepare --merge": 2,
  "fixture --hadm-ids": 3,
  "train --init": 3,
  "evaluate --notes": 3,
  "audit --notes": 3,
  "audit --labels": 3,
};
const isData = (option: string) => option.startsWith("prepare --");

function codeOf({ command, option, kind }: Walk): number {
  if (/may not be|full disk/.test(kind)) return 5;
  const name = `${command} ${option}`;
  return CODES[name] ?? (isData(name) ? 3 : 2);
}

/** Bad to most, and yet what these may be pointed at. */
const fine = new Set([
  "runs [folders]: an empty folder",
  "runs [folders]: a folder in which config.json are pipes",
  "analyze --out: a folder with somebody's files", // figures are added to it
  "audit --out: a folder with somebody's files", // and the worklist
]);

const nameOf = ({ command, option, kind }: Walk) => `${command} ${option}: ${kind}`;

/** Calls all of them in one process. An administrator gives up what would open every file to it. */
async function walkAll(): Promise<Walked & { readonly stderr: string; readonly mounted: boolean }> {
  await using workplace = await temporary();
  const disk = join(workplace.path, "disk");
  await Deno.mkdir(disk);
  const mounted = root && await succeeds("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk);
  if (mounted) await succeeds("dd", "if=/dev/zero", `of=${disk}/filler`); // until it is full
  try {
    const bare = root ? ["setpriv", "--bounding-set=-all,+mknod", "--inh-caps=-all"] : [];
    const [program, ...args] = [
      ...[...bare, Deno.execPath(), "run", "--no-check", "--allow-all", script],
      ...[workplace.path, mounted ? disk : ""],
    ];
    const { success, stdout, stderr } = await new Deno.Command(program!, { args }).output();
    const said = new TextDecoder().decode(stderr);
    assert.ok(success, said);
    const last = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1)!;
    return { ...JSON.parse(last), stderr: said, mounted };
  } finally {
    if (mounted) await succeeds("umount", disk);
    for (const { name } of Deno.readDirSync(workplace.path)) reopen(join(workplace.path, name));
  }
}

/** Lets a folder be removed whose folders were closed. */
function reopen(folder: string): void {
  if (!Deno.lstatSync(folder).isDirectory) return;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) Deno.chmodSync(join(folder, name), 0o755);
  }
}

async function succeeds(command: string, ...args: string[]): Promise<boolean> {
  return await new Deno.Command(command, { args }).output().then(
    ({ success }) => success,
    () => false,
  );
}

const walked = usual ? await walkAll() : undefined;
const walks = walked?.walks ?? [];
const list = (some: readonly Walk[]) =>
  some.map((walk) => `${nameOf(walk)}: ${walk.exitCode} ${walk.message}`);

const test = (name: string, fn: () => void) => Deno.test({ name, ignore: !usual, fn });

test("fault 70: every option of a command that takes a path is pointed at bad ones", () => {
  assert.deepEqual(walked!.forgotten, []);
  assert.ok(walks.length > 300, `${walks.length} calls`);
});

test("fault 70: no command waits for a pipe, or reads a device for ever", () => {
  assert.deepEqual(list(walks.filter(({ hung }) => hung)), []);
});

test("fault 70: every bad path ends with the documented code, on one line", () => {
  const wrong = walks.filter((walk) =>
    fine.has(nameOf(walk)) ? walk.exitCode !== 0 : walk.exitCode !== codeOf(walk)
  );
  assert.deepEqual(list(wrong), []);
  assert.deepEqual(list(walks.filter(({ message }) => /[\p{C}]/u.test(message))), []);
});

test("fault 70: no bad path shows a stack, or is called a defect", () => {
  assert.deepEqual(
    list(walks.filter(({ message }) => /defect|\bat \S+\.ts|file:\/\//.test(message))),
    [],
  );
  assert.doesNotMatch(walked!.stderr, /^ {4}at |file:\/\//m);
});

test("fault 79: whatever a path is, nothing that lies there is lost", () => {
  assert.deepEqual(
    walks.filter(({ lost }) => lost !== "").map((walk) => `${nameOf(walk)}: ${walk.lost}`),
    [],
  );
});

Deno.test({
  name: "fault 31: a full disk under an output folder ends with 5",
  ignore: !walked?.mounted, // only an administrator makes a disk of 16 kB
  fn: () => {
    const full = walks.filter(({ kind }) => kind === "a full disk");
    assert.ok(full.length >= 5);
    assert.deepEqual(list(full.filter(({ exitCode }) => exitCode !== 5)), []);
  },
});

/** Commands as users start them, launcher and all: a pipe where each looks first. */
const started: readonly [task: string, args: (pipe: string) => string[], code: number][] = [
  ["prepare", (pipe) => ["--notes", pipe, "--labels", pipe, "--out", `${pipe}-out`], 3],
  ["evaluate", (pipe) => ["--run", join(pipe, "..")], 2],
  ["runs", (pipe) => [pipe], 2],
  ["fixture", (pipe) => ["--out", pipe, "--force"], 2],
];
for (const [task, args, code] of started) {
  Deno.test({
    name: `fault 70: deno task ${task} refuses a pipe on one line, and does not wait for it`,
    ignore: !usual,
    fn: async () => {
      await using folder = await temporary();
      const pipe = await makePipe(join(folder.path, "config.json"));
      const ended = await runTask(task, args(pipe));
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, "");
      assert.match(ended.stderr, /^error: [^\n]+: it is (?:a pipe|no folder)[^\n]*\n$/);
    },
  });
}

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFixture } from "../../../fixtures/mimic3/fixture.ts";
import type { LaunchedTask } from "../../../tasks/launch/needs.ts";
import { type Permissions, permissionsOf } from "../../../tasks/launch/permissions.ts";
import { word2vecPath } from "../../../tasks/launch/word2vec.ts";
import { succeeds } from "../../_support/processes.ts";
import { type Ended, runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";

const linux = Deno.build.os === "linux";
const hasUnshare = linux && await succeeds("unshare", ["-rn", "true"]);
const hasStrace = linux && await succeeds("strace", ["-f", "true"]);
const skipped = (has: boolean, why: string) => has ? "" : ` (skipped: ${why})`;

const directory = await temporary();
Deno.test.afterAll(async () => await directory[Symbol.asyncDispose]());
const at = (name: string) => join(directory.path, name);
await writeFixture({ directory: at("mimic"), admissions: 60, codes: 60, seed: 1, length: 0.1 });
await Deno.writeTextFile(at("note.txt"), "fever and pain\n");

const small = ["model.hidden=4", "maxTokens=50"].flatMap((setting) => ["--set", setting]);
const commands: [LaunchedTask, string[]][] = [
  ["prepare", ["--mimic", at("mimic"), "--ccs", at("mimic"), "--out", at("data")]],
  ["train", ["--data", at("data/top50"), "--out", at("run"), "--epochs", "1", ...small]],
  ["evaluate", ["--run", at("run"), "--baselines", "--scores", "--bootstrap", "10"]],
  ["predict", ["--run", at("run"), at("note.txt")]],
];

/** A permission that was asked for, by Deno's own log. */
interface Access {
  readonly permission: string;
  readonly value: string;
}

/** How DuckDB's package would tell C libraries apart; what a container's limits are. */
const DONE_WITHOUT = /^\/proc\/self\/exe$|^\/sys\/fs\/cgroup\//;

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

function isPermitted({ permission, value }: Access, permitted: Permissions): boolean {
  const values = (permitted as unknown as Record<string, readonly string[]>)[permission] ?? [];
  const path = value.startsWith("file:") ? fileURLToPath(value) : value;
  return values.some((one) => path === one || path.startsWith(`${one}/`));
}

for (const [task, args] of commands) {
  const trace = at(`${task}.trace`);
  const log = at(`${task}.jsonl`);
  let ended: Ended;
  Deno.test(
    `fault 51: ${task} needs no network` + skipped(hasUnshare, "no namespace can be made here"),
    async () => {
      const within = [
        ...hasUnshare ? ["unshare", "-rn"] : [],
        ...hasStrace ? ["strace", "-f", "-qq", "-e", "trace=network", "-o", trace] : [],
      ];
      ended = await runTask(task, args, { within, env: { DENO_AUDIT_PERMISSIONS: log } });
      assert.equal(ended.code, 0, ended.stderr);
      assert.doesNotMatch(ended.stderr, /takes no filter/);
    },
  );
  Deno.test(
    `fault 51: ${task} asks the kernel for no socket` + skipped(hasStrace, "no strace here"),
    { ignore: !hasStrace },
    async () => {
      const calls = (await Deno.readTextFile(trace)).split("\n");
      assert.ok(calls.some((call) => call.includes("socketpair(")), "the trace shows nothing");
      assert.deepEqual(calls.filter((call) => /\b(socket|connect|bind)\(/.test(call)), []);
    },
  );
  Deno.test(`fault 51: ${task} asks Deno for what it is permitted, and for nothing else`, async () => {
    const accesses: Access[] = (await Deno.readTextFile(log)).trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assert.ok(accesses.length > 10, "the log shows nothing");
    const permitted = permissionsOf(task, args, await word2vecPath());
    const unforeseen = accesses.filter((access) => !isPermitted(access, permitted));
    const others = unforeseen.map(({ value }) => value).filter((value) =>
      !DONE_WITHOUT.test(value)
    );
    // Whether a folder above is a link, training would know of its own folder.
    const above = task === "train" ? foldersAbove(at("run")) : [];
    assert.deepEqual([...new Set(others)].filter((path) => !above.includes(path)), []);
  });
}

Deno.test("the launcher launches what it knows", async () => {
  const { code, stdout } = await runTask("predict", ["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: deno task predict /);
});

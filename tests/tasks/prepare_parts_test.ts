import assert from "node:assert/strict";
import { join } from "node:path";
import { RESTRICTED_FILE } from "../../pipeline/files/restricted.ts";
import { digests, tinyMimic } from "../_support/prepare.ts";
import { Heard } from "../_support/processes.ts";
import { runTask, startTask } from "../_support/run_task.ts";

const ignore = Deno.build.os === "windows";
const tiny = await tinyMimic();
Deno.test.afterAll(async () => await tiny[Symbol.asyncDispose]());
const at = (name: string) => join(tiny.path, name);
const options = [
  ...["--mimic", tiny.path, "--ccs", tiny.path, "--threads", "1", "--restricted"],
  ...["--min-documents", "1", "--max-uncovered", "1", "--allow-loss"],
];
const part = (number: number, ...more: string[]) =>
  runTask("prepare", [...options, "--part", `${number}/2`, "--out", at(`part${number}`), ...more]);

/** Modes of what lies in a folder, and of the folder itself. */
async function modesOf(folder: string): Promise<Record<string, number>> {
  const modes: Record<string, number> = { ".": (await Deno.stat(folder)).mode! & 0o777 };
  for await (const { name } of Deno.readDir(folder)) {
    modes[name] = (await Deno.stat(join(folder, name))).mode! & 0o777;
  }
  return modes;
}

Deno.test(
  "prepare --part makes a part that is marked, and its owner's alone",
  { ignore },
  async () => {
    for (const number of [1, 2]) {
      const { code, stdout, stderr } = await part(number);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        new RegExp(`made .*part${number}, part ${number} of 2\n.*--merge PART…`),
      );
    }
    const { ".": folder, ...files } = await modesOf(at("part1"));
    assert.equal(folder, 0o700);
    assert.equal(files[RESTRICTED_FILE], 0o600);
    assert.ok(
      Object.keys(files).length === 8 && Object.values(files).every((mode) => mode === 0o600),
    );
  },
);

Deno.test("prepare --merge makes the datasets, and passes the mark on", { ignore }, async () => {
  const { code, stdout, stderr } = await runTask("prepare", [
    ...["--merge", at("part2"), at("part1"), "--out", at("joined"), "--threads", "1", "--json"],
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).datasets.full.restricted, true);
  const modes = Object.values(await modesOf(at("joined/full")));
  assert.ok(modes.every((mode) => mode === 0o600 || mode === 0o700));
  assert.equal((await runTask("prepare", [...options, "--out", at("whole")])).code, 0);
  assert.deepEqual(await digests(at("joined")), await digests(at("whole")));
});

Deno.test("a part is replaced with --force alone, and only where nothing else lies in it", async () => {
  const again = await part(1);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /^error: writing .*part1: it exists; .*--force$/m);
  const before = await digests(at("part1"));
  assert.equal((await part(1, "--force")).code, 0);
  assert.deepEqual(await digests(at("part1")), before);
  await Deno.writeTextFile(at("part1/thesis.txt"), "precious");
  const refused = await part(1, "--force");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /thesis\.txt is not what this command writes/);
  await Deno.remove(at("part1/thesis.txt"));
});

Deno.test("fault 79: a part.json of somebody else's is not replaced", async () => {
  await Deno.mkdir(at("theirs"));
  await Deno.writeTextFile(at("theirs/part.json"), '{"mine": 1}');
  const { code, stderr } = await runTask("prepare", [
    ...options,
    "--part",
    "1/2",
    "--out",
    at("theirs"),
    "--force",
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /part\.json is not what this command writes/);
  assert.equal(await Deno.readTextFile(at("theirs/part.json")), '{"mine": 1}');
});

Deno.test(
  "a part that is interrupted leaves nothing, and the old one stands",
  { ignore },
  async () => {
    const before = await digests(at("part2"));
    const child = startTask("prepare", [
      ...[...options, "--part", "2/2", "--out", at("part2"), "--force", "--seed", "2"],
    ]);
    const stderr = new Heard(child.stderr);
    await stderr.until("codes: ");
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 143, await stderr.end());
    await child.stdout.cancel();
    assert.deepEqual(await digests(at("part2")), before);
    const names = (await Array.fromAsync(Deno.readDir(tiny.path))).map(({ name }) => name);
    assert.ok(names.every((name) => !name.endsWith(".making")), names.join());
  },
);

Deno.test("wrong command lines of parts end with 2, damaged parts with 4, on one line", async () => {
  await Deno.mkdir(at("damaged"));
  for await (const { name } of Deno.readDir(at("part2"))) {
    await Deno.copyFile(join(at("part2"), name), join(at("damaged"), name));
  }
  await Deno.writeTextFile(at("damaged/tokens.i32"), "", { append: false });
  const out = ["--out", at("never")];
  const cases: [string[], number, RegExp][] = [
    [[...options, "--part", "1/2"], 2, /--part needs --out/],
    [[...options, "--part", "3/2", ...out], 2, /such as 1\/4 to 4\/4/],
    [["--merge", at("part1"), "--mimic", tiny.path, ...out], 2, /--mimic does not go with --merge/],
    [["--merge", at("part1"), "--part", "1/2", ...out], 2, /--part does not go with --merge/],
    [["--merge", at("part1"), "--threads", "0", ...out], 2, /part 2 of 2 missing/],
    [["--merge", at("part1"), at("part2"), "--threads", "0", ...out], 2, /threads 0: out of range/],
    [["--merge", at("part1"), at("part1"), at("part2"), ...out], 2, /both part 1 of 2/],
    [["--merge", at("part1"), at("damaged"), ...out], 4, /tokens\.i32: 0 bytes instead of/],
  ];
  const results = await Promise.all(cases.map(([args]) => runTask("prepare", args)));
  results.forEach(({ code, stderr }, i) => {
    const [args, expected, message] = cases[i]!;
    assert.equal(code, expected, `${args}: ${stderr}`);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
  assert.ok(!await Deno.stat(at("never")).catch(() => undefined));
});

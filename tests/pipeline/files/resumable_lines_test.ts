import assert from "node:assert/strict";
import { join } from "node:path";
import { LockedError, UsageError } from "../../../pipeline/errors.ts";
import { factsPath, ResumableLines } from "../../../pipeline/files/resumable_lines.ts";
import { temporary } from "../../_support/tiny.ts";

const options = { facts: { seed: 1 }, factsOf: "settings", together: 2, replace: false };

/** Opens a file of lines in a new folder, and gives it and its path to `use`. */
async function inFolder(use: (path: string) => Promise<void>): Promise<void> {
  await using directory = await temporary();
  await use(join(directory.path, "lines"));
}

/** Appends lines as a process that ends before all are there. */
async function begin(path: string, ...lines: string[]): Promise<void> {
  using file = await ResumableLines.open(path, options);
  await file.append(lines);
}

/** Lines that an earlier process has left of a file. */
async function doneOf(path: string, more: Partial<typeof options> = {}): Promise<number> {
  using file = await ResumableLines.open(path, { ...options, ...more });
  return file.done;
}

Deno.test("lines are a file when all are there, and nothing lies beside it", () =>
  inFolder(async (path) => {
    using file = await ResumableLines.open(path, options);
    await file.append(["a", "b"]);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    await file.append(["c"]);
    await file.finish();
    assert.equal(await Deno.readTextFile(path), "a\nb\nc\n");
    const names = [...Deno.readDirSync(join(path, ".."))].map(({ name }) => name);
    assert.deepEqual(names, ["lines"]);
  }));

Deno.test("the next process goes on behind the last lines that were made together", () =>
  inFolder(async (path) => {
    await begin(path, "a", "b", "c");
    using file = await ResumableLines.open(path, options);
    assert.equal(file.done, 2);
    await file.append(["c", "d"]);
    await file.finish();
    assert.equal(await Deno.readTextFile(path), "a\nb\nc\nd\n");
  }));

Deno.test("fault 82: a line that was cut is made again", () =>
  inFolder(async (path) => {
    await begin(path, "a", "b", "c", "d");
    await Deno.truncate(`${path}.making`, 7); // within the last
    assert.equal(await doneOf(path), 2);
  }));

Deno.test("long lines are counted across the pieces in which they are read", () =>
  inFolder(async (path) => {
    await begin(path, ..."abcd".split("").map((letter) => letter.repeat(700_000)));
    assert.equal(await doneOf(path), 4);
  }));

Deno.test("a draft of other facts is not gone on with, but begun anew where that is asked for", () =>
  inFolder(async (path) => {
    await begin(path, "a", "b");
    const other = { facts: { seed: 2 } };
    await assert.rejects(doneOf(path, other), {
      name: UsageError.name,
      message: /other settings/,
    });
    assert.equal(await doneOf(path, { ...other, replace: true }), 0);
  }));

Deno.test("a draft that nobody has spoken for is left alone", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(`${path}.making`, "precious\n");
    await assert.rejects(doneOf(path), { name: UsageError.name, message: /with unknown settings/ });
    assert.equal(await Deno.readTextFile(`${path}.making`), "precious\n");
  }));

Deno.test("a process that ended before it said what it makes has made nothing", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(`${path}.making`, "");
    await Deno.writeTextFile(factsPath(path), '{"see');
    assert.equal(await doneOf(path), 0);
    await begin(path, "a", "b");
    assert.equal(await doneOf(path), 2);
  }));

Deno.test("a file that is there is replaced where that is asked for alone", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, "old");
    await assert.rejects(doneOf(path), { name: UsageError.name, message: /it exists; .*--force/ });
    using file = await ResumableLines.open(path, { ...options, replace: true });
    assert.equal(await Deno.readTextFile(path), "old");
    await file.finish();
    assert.equal(await Deno.readTextFile(path), "");
  }));

Deno.test("two processes do not make the same file", () =>
  inFolder(async (path) => {
    using _file = await ResumableLines.open(path, options);
    await assert.rejects(doneOf(path), { name: LockedError.name });
  }));

Deno.test(
  "the lines are their owner's alone",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (path) => {
      using file = await ResumableLines.open(path, options);
      for (const place of [`${path}.making`, factsPath(path)]) {
        assert.equal((await Deno.stat(place)).mode! & 0o777, 0o600);
      }
      await file.finish();
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    }),
);

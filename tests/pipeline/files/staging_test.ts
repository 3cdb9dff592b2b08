import assert from "node:assert/strict";
import { join } from "node:path";
import { LockedError, UsageError } from "../../../pipeline/errors.ts";
import { Staging } from "../../../pipeline/files/staging.ts";
import { temporary } from "../../_support/tiny.ts";

const options = { replace: false, isOurs: () => Promise.resolve(true) };
const names = async (path: string) =>
  (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();

Deno.test("a directory appears whole, and nothing is left beside it", async () => {
  await using parent = await temporary();
  const target = join(parent.path, "deep", "data");
  {
    await using staging = await Staging.open(target, options);
    await Deno.writeTextFile(join(staging.directory, "a"), "1");
    await Deno.writeTextFile(join(staging.scratch, "b"), "2");
    await assert.rejects(Deno.stat(target));
    await staging.commit();
  }
  assert.deepEqual(await names(join(parent.path, "deep")), ["data"]);
  assert.deepEqual(await names(target), ["a"]);
});

Deno.test("what was not committed leaves no trace", async () => {
  await using parent = await temporary();
  {
    await using staging = await Staging.open(join(parent.path, "data"), options);
    await Deno.writeTextFile(join(staging.directory, "a"), "1");
  }
  assert.deepEqual(await names(parent.path), []);
});

Deno.test("an existing target is replaced only when asked, and only when it is ours", async () => {
  await using parent = await temporary();
  const target = join(parent.path, "data");
  await Deno.mkdir(target);
  await Deno.writeTextFile(join(target, "old"), "1");
  await assert.rejects(Staging.open(target, options), UsageError);
  const foreign = { replace: true, isOurs: () => Promise.resolve(false) };
  await assert.rejects(Staging.open(target, foreign), /not what this command writes/);
  {
    await using staging = await Staging.open(target, { ...options, replace: true });
    await Deno.writeTextFile(join(staging.directory, "new"), "1");
    await staging.commit();
  }
  assert.deepEqual(await names(target), ["new"]);
  assert.deepEqual(await names(parent.path), ["data"]);
});

Deno.test("two makers of one target: the second is refused; a dead one's rests are cleared", async () => {
  await using parent = await temporary();
  const target = join(parent.path, "data");
  await Deno.mkdir(join(parent.path, ".data.making", "whole"), { recursive: true });
  await Deno.writeTextFile(join(parent.path, ".data.making", "whole", "half"), "1");
  await using staging = await Staging.open(target, options);
  assert.deepEqual(await names(staging.directory), []);
  await assert.rejects(Staging.open(target, options), LockedError);
});

Deno.test("a target that a crash left away is put back", async () => {
  await using parent = await temporary();
  const target = join(parent.path, "data");
  await Deno.mkdir(join(parent.path, ".data.making", "old"), { recursive: true });
  await Deno.writeTextFile(join(parent.path, ".data.making", "old", "kept"), "1");
  await (await Staging.open(target, options))[Symbol.asyncDispose]();
  assert.deepEqual(await names(target), ["kept"]);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { LockedError, UsageError } from "../../../pipeline/errors.ts";
import { Staging } from "../../../pipeline/files/staging.ts";
import { temporary } from "../../_support/tiny.ts";

const options = { replace: false, findForeign: () => Promise.resolve(undefined) };
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
  const foreign = { replace: true, findForeign: () => Promise.resolve("old") };
  await assert.rejects(Staging.open(target, foreign), /old is not what this command writes/);
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

const replacing = { replace: true, findForeign: () => Promise.resolve(undefined) };

/** A folder with a target that holds `old`. */
async function withTarget() {
  const parent = await temporary();
  const target = join(parent.path, "data");
  await Deno.mkdir(target);
  await Deno.writeTextFile(join(target, "old"), "1");
  return { ...parent, target };
}

Deno.test("fault 80: a target in use is found at once, and nothing is touched", async () => {
  await using parent = await withTarget();
  const reserve = () => Promise.reject(new LockedError("in use"));
  await assert.rejects(Staging.open(parent.target, { ...replacing, reserve }), LockedError);
  assert.deepEqual(await names(parent.path), ["data"]);
});

Deno.test("fault 80: a target that came into use meanwhile is not replaced", async () => {
  await using parent = await withTarget();
  let inUse = false;
  const reserve = () =>
    inUse ? Promise.reject(new LockedError("in use")) : Promise.resolve(new DisposableStack());
  {
    await using staging = await Staging.open(parent.target, { ...replacing, reserve });
    inUse = true;
    await assert.rejects(staging.commit(), LockedError);
  }
  assert.deepEqual([await names(parent.target), await names(parent.path)], [["old"], ["data"]]);
});

Deno.test("fault 79: what was put into a target meanwhile is not lost with it", async () => {
  await using parent = await withTarget();
  const findForeign = (target: string) =>
    Deno.stat(join(target, "mine")).then(() => "mine", () => undefined);
  {
    await using staging = await Staging.open(parent.target, { replace: true, findForeign });
    await Deno.writeTextFile(join(parent.target, "mine"), "2");
    await assert.rejects(staging.commit(), UsageError);
  }
  assert.deepEqual(await names(parent.target), ["mine", "old"]);
});

Deno.test("a target that is a link is replaced where it leads", async () => {
  await using parent = await withTarget();
  const link = join(parent.path, "link");
  await Deno.symlink(parent.target, link);
  {
    await using staging = await Staging.open(link, replacing);
    await Deno.writeTextFile(join(staging.directory, "new"), "1");
    await staging.commit();
  }
  assert.deepEqual([await names(parent.path), await names(parent.target)], [
    ["data", "link"],
    ["new"],
  ]);
});

Deno.test("fault 79: a file is no target, and a folder of the staging's name is not emptied", async () => {
  await using parent = await withTarget();
  await assert.rejects(Staging.open(join(parent.target, "old"), replacing), /it is a file/);
  await Deno.mkdir(join(parent.path, ".data.making"));
  await Deno.writeTextFile(join(parent.path, ".data.making", "mine"), "1");
  await assert.rejects(Staging.open(parent.target, replacing), {
    name: UsageError.name,
    message: /mine in it is not what this command writes/,
  });
  assert.deepEqual(await names(join(parent.path, ".data.making")), ["mine"]);
});

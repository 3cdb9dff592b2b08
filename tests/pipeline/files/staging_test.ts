import assert from "node:assert/strict";
import { join } from "node:path";
import { LockedError, ResourceError, UsageError } from "../../../pipeline/errors.ts";
import { Staging } from "../../../pipeline/files/staging.ts";
import { silent } from "../../../pipeline/progress.ts";
import { recordProgress } from "../../_support/recorded_progress.ts";
import { temporary } from "../../_support/tiny.ts";

const options = {
  replace: false,
  findForeign: () => Promise.resolve(undefined),
  progress: silent,
};
const replacing = { ...options, replace: true };
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
  const foreign = { ...replacing, findForeign: () => Promise.resolve("old") };
  await assert.rejects(Staging.open(target, foreign), /old is not what this command writes/);
  {
    await using staging = await Staging.open(target, replacing);
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
    await using staging = await Staging.open(parent.target, { ...replacing, findForeign });
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

/** Lets a call of the system fail on paths that end so, as on a failing disk, until disposed. */
function failing(call: "remove" | "rename", ending: string): Disposable {
  const whole = Deno[call];
  const broken = (path: string, ...rest: never[]) =>
    path.endsWith(ending)
      ? Promise.reject(new Error("Input/output error (os error 5)"))
      : (whole as (...args: unknown[]) => Promise<void>)(path, ...rest);
  Object.assign(Deno, { [call]: broken });
  return { [Symbol.dispose]: () => Object.assign(Deno, { [call]: whole }) };
}

Deno.test("faults 31–32: rests that cannot be removed are named, and what was made stands", async () => {
  await using parent = await temporary();
  const [target, rests] = ["data", ".data.making"].map((name) => join(parent.path, name));
  const progress = recordProgress();
  {
    using _disk = failing("remove", ".data.making");
    await using staging = await Staging.open(target!, { ...options, progress });
    await Deno.writeTextFile(join(staging.directory, "a"), "1");
    await staging.commit();
  }
  assert.deepEqual(await names(target!), ["a"]);
  assert.deepEqual(progress.warnings, [
    `removing ${rests}: Input/output error (os error 5); it holds only rests of what was made; ` +
    "remove it",
  ]);
});

Deno.test("faults 31–32: a target that cannot be put back is kept, and it is said where it lies", async () => {
  await using parent = await temporary();
  const [target, old] = ["data", ".data.making/old"].map((name) => join(parent.path, name));
  await Deno.mkdir(old!, { recursive: true });
  await Deno.writeTextFile(join(old!, "kept"), "1");
  const progress = recordProgress();
  using _disk = failing("rename", "old");
  await assert.rejects(Staging.open(target!, { ...options, progress }), ResourceError);
  assert.deepEqual(await names(old!), ["kept"]);
  assert.deepEqual(progress.warnings, [
    `restoring ${target}: Input/output error (os error 5); what was there before lies in ${old}; ` +
    "move it back",
  ]);
});

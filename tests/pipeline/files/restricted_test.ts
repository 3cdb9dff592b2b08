import assert from "node:assert/strict";
import { join } from "node:path";
import {
  makePrivate,
  markRestricted,
  openFolder,
  privateModes,
  RESTRICTED_FILE,
  RESTRICTED_TEXT,
} from "../../../pipeline/files/restricted.ts";
import { temporary } from "../../_support/tiny.ts";

const ignore = Deno.build.os === "windows";

const modeOf = async (path: string) => (await Deno.stat(path)).mode! & 0o777;

Deno.test("fault 52: what is made meanwhile is its owner's alone, by other programs, too", {
  ignore,
}, async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  const before = Deno.umask(0);
  try {
    {
      using _modes = privateModes(true);
      await Deno.mkdir(at("folder"));
      await Deno.writeTextFile(at("file"), "");
      await new Deno.Command("touch", { args: [at("touched")] }).output();
    }
    await Deno.writeTextFile(at("after"), "");
    using _modes = privateModes(false);
    await Deno.writeTextFile(at("open"), "");
    assert.equal(await modeOf(at("folder")), 0o700);
    assert.equal(await modeOf(at("file")), 0o600);
    assert.equal(await modeOf(at("touched")), 0o600);
    assert.equal(await modeOf(at("after")), 0o666);
    assert.equal(await modeOf(at("open")), 0o666);
  } finally {
    Deno.umask(before);
  }
});

Deno.test("fault 52: a folder is opened marked and private, or as any other", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  for (const restricted of [true, false]) {
    using _modes = await openFolder(at(`${restricted}`), restricted);
    await Deno.writeTextFile(at(`${restricted}/file`), "");
  }
  const names = (folder: string) =>
    [...Deno.readDirSync(at(folder))].map(({ name }) => name).sort();
  assert.deepEqual(names("true"), [RESTRICTED_FILE, "file"].sort());
  assert.deepEqual(names("false"), ["file"]);
  if (!ignore) assert.equal(await modeOf(at("true/file")), 0o600);
});

Deno.test("fault 52: a folder is marked in words; one that was there keeps its mode", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  for (const name of ["empty", "used"]) await Deno.mkdir(at(name), { mode: 0o755 });
  await Deno.writeTextFile(at("used/mine"), "");
  for (const name of ["new/below", "empty", "used", "used"]) {
    await markRestricted(at(name));
    assert.equal(await Deno.readTextFile(join(at(name), RESTRICTED_FILE)), RESTRICTED_TEXT);
    if (!ignore) assert.equal(await modeOf(join(at(name), RESTRICTED_FILE)), 0o600);
  }
  if (ignore) return;
  assert.equal(await modeOf(at("new/below")), 0o700);
  assert.equal(await modeOf(at("empty")), 0o700);
  assert.equal(await modeOf(at("used")), 0o755);
});

Deno.test("fault 52: what an earlier version has written is taken from others, links aside", {
  ignore,
}, async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.mkdir(at("run/labels"), { recursive: true });
  for (const name of ["run/labels/icd.csv", "run/best", "elsewhere"]) {
    await Deno.writeTextFile(at(name), "");
    await Deno.chmod(at(name), 0o644);
  }
  for (const name of ["run", "run/labels"]) await Deno.chmod(at(name), 0o755);
  await Deno.symlink(at("elsewhere"), at("run/link"));
  await makePrivate(at("run"));
  assert.deepEqual(
    await Promise.all(["run", "run/labels", "run/labels/icd.csv", "run/best"].map(at).map(modeOf)),
    [0o700, 0o700, 0o600, 0o600],
  );
  assert.equal(await modeOf(at("elsewhere")), 0o644);
});

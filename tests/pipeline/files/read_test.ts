import assert from "node:assert/strict";
import { join } from "node:path";
import { exists, isFile, readAt } from "../../../pipeline/files/read.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a file, a folder and a link that leads nowhere exist; only the first is a file", async () => {
  await using directory = await temporary();
  const [file, folder, link, nothing] = ["file", "folder", "link", "nothing"]
    .map((name) => join(directory.path, name)) as [string, string, string, string];
  await Deno.writeTextFile(file, "");
  await Deno.mkdir(folder);
  await Deno.symlink(nothing, link);
  const all = [file, folder, link, nothing];
  assert.deepEqual(await Promise.all(all.map(exists)), [true, true, true, false]);
  assert.deepEqual(await Promise.all(all.map(isFile)), [true, false, false, false]);
});

Deno.test("a link to a file is a file", async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(join(directory.path, "file"), "");
  await Deno.symlink(join(directory.path, "file"), join(directory.path, "link"));
  assert.ok(await isFile(join(directory.path, "link")));
});

Deno.test("bytes are read from any place, in any order", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "file");
  await Deno.writeFile(path, Uint8Array.of(0, 1, 2, 3, 4));
  using file = await Deno.open(path);
  for (const at of [3, 0]) {
    const bytes = new Uint8Array(2);
    assert.ok(readAt(file, at, bytes));
    assert.deepEqual(bytes, Uint8Array.of(at, at + 1));
  }
});

Deno.test("a read past the end says so", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "file");
  await Deno.writeFile(path, Uint8Array.of(0, 1, 2));
  using file = await Deno.open(path);
  assert.ok(!readAt(file, 2, new Uint8Array(2)));
  assert.ok(!readAt(file, 9, new Uint8Array(1)));
  assert.ok(readAt(file, 9, new Uint8Array(0)));
});

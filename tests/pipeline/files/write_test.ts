import assert from "node:assert/strict";
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import {
  makeDirectory,
  writeAll,
  writeAllSync,
  writeAtomic,
  writeAtomicWith,
} from "../../../pipeline/files/write.ts";
import { temporary } from "../../_support/tiny.ts";

const names = (directory: string) => [...Deno.readDirSync(directory)].map(({ name }) => name);

Deno.test("a file is written whole, text as UTF-8, and nothing is left beside it", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "été");
  assert.equal(await Deno.readTextFile(path), "été");
  await writeAtomic(path, Uint8Array.of(1, 2));
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(1, 2));
  assert.deepEqual(names(directory.path), ["a"]);
});

Deno.test("the old file stands until the new one is whole", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "old");
  await writeAtomicWith(path, 6, async (file) => {
    await writeAll(file, new TextEncoder().encode("new"));
    assert.equal(await Deno.readTextFile(path), "old");
    await writeAll(file, new TextEncoder().encode("er"));
  });
  assert.equal(await Deno.readTextFile(path), "newer");
});

Deno.test("the old file stands where writing fails, and no rest is left", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "old");
  const failing = writeAtomicWith(path, 99, () => Promise.reject(new Error("disk full")));
  await assert.rejects(failing, {
    name: ResourceError.name,
    message: /^writing .*\/a: 99 bytes could not be stored \(disk full\); free space/,
  });
  assert.equal(await Deno.readTextFile(path), "old");
  assert.deepEqual(names(directory.path), ["a"]);
});

Deno.test("a file is appended to in one go, and a failure names it", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  {
    using file = await Deno.open(path, { append: true, create: true });
    writeAllSync(file, new TextEncoder().encode("one,"), path);
    writeAllSync(file, new TextEncoder().encode("two"), path);
  }
  assert.equal(await Deno.readTextFile(path), "one,two");
  using file = await Deno.open(path, { read: true });
  assert.throws(() => writeAllSync(file, Uint8Array.of(1), path), {
    name: ResourceError.name,
    message: /^writing .*\/a: 1 bytes could not be stored/,
  });
});

Deno.test("a directory is made with those above it, or fails as writing does", async () => {
  await using directory = await temporary();
  await makeDirectory(join(directory.path, "a", "b"));
  await makeDirectory(join(directory.path, "a", "b"));
  assert.deepEqual(names(join(directory.path, "a")), ["b"]);
  await Deno.writeTextFile(join(directory.path, "file"), "");
  await assert.rejects(makeDirectory(join(directory.path, "file", "c")), ResourceError);
});

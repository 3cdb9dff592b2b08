import assert from "node:assert/strict";
import { join } from "node:path";
import { NumericError, ResourceError, UsageError } from "../../../pipeline/errors.ts";
import {
  makeDirectory,
  removeUnfinished,
  requireFilePlace,
  writeAll,
  writeAllSync,
  writeAtomic,
  writeAtomicWith,
  writePrivate,
  writtenPath,
} from "../../../pipeline/files/write.ts";
import { temporary } from "../../_support/tiny.ts";

const FsFile = Deno.FsFile.prototype;
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
  await writeAtomicWith(path, {
    bytes: 5,
    async write(file) {
      await writeAll(file, new TextEncoder().encode("new"));
      assert.equal(await Deno.readTextFile(path), "old");
      await writeAll(file, new TextEncoder().encode("er"));
    },
    isWhole: () => true,
  });
  assert.equal(await Deno.readTextFile(path), "newer");
});

Deno.test("the old file stands where writing fails, and no rest is left", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "old");
  const write = () => Promise.reject(new Error("disk full"));
  const failing = writeAtomicWith(path, { bytes: 99, write, isWhole: () => true });
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

Deno.test("a directory is made with those above it, unless something else lies there", async () => {
  await using directory = await temporary();
  await makeDirectory(join(directory.path, "a", "b"));
  await makeDirectory(join(directory.path, "a", "b"));
  assert.deepEqual(names(join(directory.path, "a")), ["b"]);
  await Deno.writeTextFile(join(directory.path, "file"), "");
  await assert.rejects(makeDirectory(join(directory.path, "file", "c")), UsageError);
});

Deno.test("fault 29: the old file stands where the new one is not read back as written", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "old");
  const write = (file: Deno.FsFile) => writeAll(file, new TextEncoder().encode("new"));
  await assert.rejects(writeAtomicWith(path, { bytes: 3, write, isWhole: () => false }), {
    name: ResourceError.name,
    message: /3 bytes could not be stored \(it is not read back as it was written\)/,
  });
  assert.equal(await Deno.readTextFile(path), "old");
  assert.deepEqual(names(directory.path), ["a"]);
});

Deno.test("fault 29: what is read back is all of the file", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  const written = FsFile.write;
  let spoil = (bytes: Uint8Array) => bytes;
  FsFile.write = function (bytes) {
    return written.call(this, spoil(bytes));
  };
  try {
    await writeAtomic(path, "old");
    for (
      const spoiled of [
        (bytes: Uint8Array) => bytes.map((byte, at) => at === 1 ? byte ^ 1 : byte),
        (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
      ]
    ) {
      spoil = spoiled;
      await assert.rejects(writeAtomic(path, "new"), ResourceError);
    }
  } finally {
    FsFile.write = written;
  }
  assert.equal(await Deno.readTextFile(path), "old");
});

Deno.test("an error that is reported stays what it is, and the old file stands", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await writeAtomic(path, "old");
  const write = () => Promise.reject(new NumericError("not finite"));
  await assert.rejects(
    writeAtomicWith(path, { bytes: 1, write, isWhole: () => true }),
    NumericError,
  );
  assert.equal(await Deno.readTextFile(path), "old");
});

Deno.test("an unfinished write has the path of the file that it was to become", () => {
  const paths = ["a/b.json", "a/.b.json.12.tmp", ".b.json.12.tmp", "a/.b.json.tmp"];
  assert.deepEqual(paths.map(writtenPath), ["a/b.json", "a/b.json", "b.json", "a/.b.json.tmp"]);
});

Deno.test("unfinished writes of known files are removed, and nothing else", async () => {
  await using directory = await temporary();
  const left = [".a.17.tmp", ".b.17.tmp", "a", "mine.tmp", ".a.tmp", "a.17.tmp"];
  for (const name of left) await Deno.writeTextFile(join(directory.path, name), "");
  await removeUnfinished(directory.path, (name) => name === "a");
  assert.deepEqual(
    names(directory.path).sort(),
    left.filter((name) => name !== ".a.17.tmp").sort(),
  );
  await removeUnfinished(join(directory.path, "nowhere"), () => true);
});

Deno.test("an unfinished write that cannot be removed is named", async () => {
  await using directory = await temporary();
  const path = join(directory.path, ".a.17.tmp");
  await Deno.mkdir(join(path, "full"), { recursive: true }); // a folder with something in it stays
  await assert.rejects(removeUnfinished(directory.path, () => true), (error: Error) => {
    assert.ok(error instanceof ResourceError);
    return error.message.startsWith(`writing ${path}: `);
  });
});

Deno.test("fault 70: a name that no file can have is refused before anything is done", async () => {
  await using directory = await temporary();
  await requireFilePlace(join(directory.path, "é".repeat(120)));
  await assert.rejects(requireFilePlace(join(directory.path, "é".repeat(121))), {
    name: UsageError.name,
    message: /it is a name that no file can have; expected a file, or nothing/,
  });
});

Deno.test("fault 79: a file that begins as none of ours is not replaced", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "page.html");
  await requireFilePlace(path, "<!DOCTYPE");
  for (const ours of ["", "<!DOCTYPE html>"]) {
    await Deno.writeTextFile(path, ours);
    await requireFilePlace(path, "<!DOCTYPE");
  }
  for (const other of ["<", "diary", "<!doctype"]) {
    await Deno.writeTextFile(path, other);
    await assert.rejects(requireFilePlace(path, "<!DOCTYPE"), {
      name: UsageError.name,
      message: /it is another file, which stays as it is; expected a file, or nothing/,
    });
  }
});

Deno.test("a private file is its owner's alone, also where it replaces another", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/page.html`;
  await Deno.writeTextFile(path, "old", { mode: 0o644 });
  await Deno.writeTextFile(`${directory.path}/page.html.making`, "rest of a killed process");
  await writePrivate(path, "new");
  assert.equal(await Deno.readTextFile(path), "new");
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["page.html"]);
});

Deno.test("fault 70: a folder in a file's place is said to be there, and stays", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "report.html");
  await Deno.mkdir(path);
  for (const write of [writeAtomic, writePrivate]) {
    await assert.rejects(write(path, "new"), {
      name: UsageError.name,
      message: /report\.html: a folder lies there; expected a file, or nothing; move it away$/,
    });
  }
  assert.deepEqual(names(directory.path), ["report.html"]);
});

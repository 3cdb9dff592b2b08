import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, ResourceError } from "../../../pipeline/errors.ts";
import {
  exists,
  identify,
  isFile,
  isFolder,
  isSameFile,
  listFolder,
  readAt,
  readFailure,
  readRegular,
  readText,
} from "../../../pipeline/files/read.ts";
import { endReads, failReads, UNREADABLE } from "../../_support/failing_reads.ts";
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

const refuse = (found: string) => new DataError(`reading it: ${found}`);

/** A folder with a file, a folder, a pipe and links. */
async function bestiary() {
  const directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.writeTextFile(at("file"), "été");
  await Deno.writeFile(at("latin"), Uint8Array.of(0xe9));
  await Deno.mkdir(at("folder"));
  await new Deno.Command("mkfifo", { args: [at("pipe")] }).output();
  await Deno.symlink(at("file"), at("link"));
  await Deno.symlink(at("nothing"), at("lost"));
  await Deno.symlink(at("loop"), at("loop"));
  return { ...directory, at };
}

Deno.test("a file and a link to one are read, as bytes and as text", async () => {
  await using beasts = await bestiary();
  for (const name of ["file", "link"]) {
    assert.equal(await readText(beasts.at(name), refuse), "été");
    assert.equal((await readRegular(beasts.at(name), refuse)).length, 5);
  }
});

for (
  const [name, found] of [
    ["nothing", "it does not exist"],
    ["folder", "it is a folder"],
    ["pipe", "it is a pipe"],
    ["lost", "it does not exist"],
    ["loop", "it is a link that leads to itself"],
    ["file/below", "it does not exist"],
    ["x".repeat(300), "it is a name that no file can have"],
    ["latin", "it is not UTF-8"],
  ] as const
) {
  Deno.test(`fault 70: ${name.slice(0, 12)} is refused: ${found}`, async () => {
    await using beasts = await bestiary();
    await assert.rejects(readText(beasts.at(name), refuse), {
      name: DataError.name,
      message: `reading it: ${found}`,
    });
  });
}

Deno.test("fault 70: a device is refused, whether or not it may be opened", async () => {
  for (const path of ["/dev/zero", "/dev/null", "/proc/self/environ"]) {
    await assert.rejects(readRegular(path, refuse), DataError, path);
  }
});

Deno.test("fault 32: what the system does not let be read is named with its reason", () => {
  const error = new Deno.errors.PermissionDenied("Permission denied (os error 13): open 'a'\nmore");
  const failure = readFailure("a", error, refuse);
  assert.ok(failure instanceof ResourceError);
  assert.match(failure.message, /^reading a: Permission denied \(os error 13\): open 'a'; make it/);
  assert.equal(readFailure("a", failure, refuse), failure);
});

Deno.test("fault 32: a file that cannot be read once it was opened is named", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await Deno.writeTextFile(path, "text");
  using _failing = failReads();
  await assert.rejects(readRegular(path, (found) => new DataError(found)), {
    name: ResourceError.name,
    message: UNREADABLE,
  });
});

Deno.test("fault 26: a file that grows shorter while it is read is refused", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await Deno.writeTextFile(path, "text");
  using _short = endReads();
  await assert.rejects(readRegular(path, (found) => new DataError(found)), {
    name: DataError.name,
    message: "it grows shorter while it is read",
  });
});

Deno.test("fault 70: whether nothing is a folder is not answered", async () => {
  await assert.rejects(isFolder("/nowhere/x", (found) => new DataError(found)), {
    name: DataError.name,
    message: "it does not exist",
  });
});

Deno.test("fault 80: what operating systems drop into folders is not listed", async () => {
  await using directory = await temporary();
  const droppings = [
    ".DS_Store",
    "._a.csv",
    "Thumbs.db",
    "desktop.ini",
    ".nfs0000a1",
    ".~lock.a.csv#",
  ];
  for (const name of ["a.csv", ".hidden", ...droppings]) {
    await Deno.writeTextFile(join(directory.path, name), "");
  }
  const listed = await listFolder(directory.path, refuse);
  assert.deepEqual(listed.map(({ name }) => name).sort(), [".hidden", "a.csv"]);
});

Deno.test("what is no folder is not listed", async () => {
  await using beasts = await bestiary();
  await assert.rejects(listFolder(beasts.at("file"), refuse), /reading it: it is no folder/);
  await assert.rejects(listFolder(beasts.at("nothing"), refuse), /reading it: it does not exist/);
});

Deno.test("fault 80: a file that was written to, or took another's place, is told from it", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await Deno.writeTextFile(path, "one");
  const identity = async () => {
    using file = await Deno.open(path);
    return identify(file);
  };
  const first = await identity();
  assert.ok(isSameFile(first, await identity()));
  await Deno.utime(path, 1, 1);
  const touched = await identity();
  assert.ok(!isSameFile(first, touched));
  await Deno.writeTextFile(`${path}.new`, "one");
  await Deno.utime(`${path}.new`, 1, 1);
  await Deno.rename(`${path}.new`, path);
  assert.ok(!isSameFile(touched, await identity()));
});

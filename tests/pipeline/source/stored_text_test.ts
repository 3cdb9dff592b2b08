import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, ResourceError } from "../../../pipeline/errors.ts";
import {
  describeBinary,
  guessEncoding,
  lineOf,
  lookAt,
  textPieces,
} from "../../../pipeline/source/stored_text.ts";
import { failReads, UNREADABLE } from "../../_support/failing_reads.ts";
import { temporary } from "../../_support/tiny.ts";

/** Makes a bad path in a folder. */
type Make = (path: string) => Promise<void>;

const run = async (command: string, ...args: string[]) => {
  const { success } = await new Deno.Command(command, { args }).output();
  assert.ok(success);
};
const bad: { readonly [what: string]: readonly [make: Make, found: RegExp] } = {
  "a folder": [(path) => Deno.mkdir(path), /it is a folder; expected a file/],
  "a pipe": [(path) => run("mkfifo", path), /it is a pipe; expected a file/],
  "a link to a device": [
    (path) => Deno.symlink("/dev/zero", path),
    /it is a device|it is out of this command's bounds/,
  ],
  "a link to nothing": [(path) => Deno.symlink("/nowhere/x", path), /it does not exist/],
  "a link to itself": [(path) => Deno.symlink(path, path), /it is a link that leads to itself/],
  "nothing": [() => Promise.resolve(), /it does not exist/],
};
for (const [what, [make, found]] of Object.entries(bad)) {
  const ignore = Deno.build.os === "windows";
  Deno.test({ name: `fault 70: ${what} is refused`, ignore }, async () => {
    await using directory = await temporary();
    const path = join(directory.path, "x");
    await make(path);
    await assert.rejects(lookAt(path, 10), (error: Error) => {
      assert.ok(error instanceof DataError, `${error.stack}`);
      assert.match(error.message, found);
      return true;
    });
  });
}

// Nothing is closed to the administrator.
const closed = { ignore: Deno.build.os === "windows" || Deno.uid() === 0 };
Deno.test({ name: "fault 70: a file that may not be read is refused", ...closed }, async () => {
  await using directory = await temporary();
  const path = join(directory.path, "x");
  await Deno.writeTextFile(path, "a,b\n", { mode: 0o000 });
  await assert.rejects(lookAt(path, 10), { name: ResourceError.name, message: /make it readable/ });
});

Deno.test("fault 70: a link to a file is followed", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.writeTextFile(at("x"), "text");
  await Deno.symlink(at("x"), at("y"));
  const { location, bytes } = await lookAt(at("y"), 10);
  assert.deepEqual([location, bytes], [await Deno.realPath(at("x")), 4]);
});

Deno.test("fault 32: a file that cannot be read any more once it was opened is named", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "x");
  await Deno.writeTextFile(path, "a,b\n");
  using _failing = failReads();
  await assert.rejects(Array.fromAsync(textPieces(path, false)), {
    name: ResourceError.name,
    message: UNREADABLE,
  });
});

Deno.test("fault 74: lines are counted by LF, CR and CRLF, each once", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "x");
  await Deno.writeTextFile(path, "a\nb\r\nc\rd\n\ne");
  const lines = [];
  for (let offset = 0; offset < 12; offset++) lines.push(await lineOf(path, false, offset));
  assert.deepEqual(lines, [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 6]);
});

Deno.test("fault 68: bytes that no text has many of are binary, without zeros, too", () => {
  const bytes = (length: number, of: (at: number) => number) =>
    Uint8Array.from({ length }, (_, at) => of(at));
  const noise = bytes(600, (at) => 1 + at * 7919 % 255);
  const form = bytes(600, (at) => at % 40 === 0 ? 0x0c : at % 50 === 0 ? 0 : 0x61);
  assert.equal(describeBinary(noise)?.is, "binary");
  assert.equal(describeBinary(form), undefined);
});

Deno.test("text of any script is not taken for binary", () => {
  for (const text of ["", "a", "id,text\n", "患者,病\n", "a\0b and more of it"]) {
    assert.equal(describeBinary(new TextEncoder().encode(text)), undefined, text);
  }
});

Deno.test("fault 68: bytes that Latin-1 has no letters for are Windows's", () => {
  assert.equal(guessEncoding(Uint8Array.of(0x61, 0xe9)), "ISO-8859-1");
  assert.equal(guessEncoding(Uint8Array.of(0x61, 0x92)), "WINDOWS-1252");
});

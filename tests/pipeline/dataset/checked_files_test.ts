import assert from "node:assert/strict";
import { join } from "node:path";
import { openChecked, readChecked } from "../../../pipeline/dataset/checked_files.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { type FileDigest, sha256, writeDigested } from "../../../pipeline/files/checksum.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a file whose size, digest and kind are right is read", async () => {
  await using directory = await temporary();
  const entry = await writeDigested(directory.path, "a", "abc");
  assert.deepEqual(await readChecked(directory.path, entry), new TextEncoder().encode("abc"));
});

Deno.test("or opened, after all of it was read", async () => {
  await using directory = await temporary();
  const entry = await writeDigested(directory.path, "a", "abc");
  using file = await openChecked(directory.path, entry);
  assert.equal(await file.seek(0, Deno.SeekMode.Current), 3);
});

/** What is wrong with a file, and how that is said. */
const wrong: Record<string, readonly [change: Partial<FileDigest>, found: string]> = {
  "that is not there": [{ file: "b" }, "it does not exist"],
  "that is a link": [{ file: "link" }, "not a regular file"],
  "that is a folder": [{ file: "folder" }, "not a regular file"],
  "in a folder that is a link": [{ file: "elsewhere/a" }, "in a folder that is a link"],
  "of another size": [{ bytes: 4 }, "3 bytes instead of 4"],
  "of other bytes": [{ sha256: sha256("") }, "other bytes than the manifest names"],
};
for (const [what, [change, found]] of Object.entries(wrong)) {
  Deno.test(`a file ${what} is refused with what to do`, async () => {
    await using directory = await temporary();
    const entry = { ...await writeDigested(directory.path, "a", "abc"), ...change };
    await Deno.symlink(join(directory.path, "a"), join(directory.path, "link"));
    await Deno.mkdir(join(directory.path, "folder"));
    await Deno.symlink(directory.path, join(directory.path, "elsewhere"));
    for (const read of [readChecked, openChecked]) {
      await assert.rejects(read(directory.path, entry), (error: Error) => {
        assert.ok(error instanceof IntegrityError);
        assert.match(
          error.message,
          /^reading .*; expected the file that deno task prepare wrote; prepare again$/,
        );
        return error.message.includes(`${join(directory.path, entry.file)}: ${found}`);
      });
    }
  });
}

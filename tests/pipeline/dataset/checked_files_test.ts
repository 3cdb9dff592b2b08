import assert from "node:assert/strict";
import { join } from "node:path";
import { openChecked, readChecked } from "../../../pipeline/dataset/checked_files.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";

const bytes = new TextEncoder().encode("abc");

Deno.test("SHA-256 is that of FIPS 180-4's first example", () => {
  assert.equal(
    sha256(bytes),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("a file is read when its size, digest and kind are right, and only then", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeFile(join(directory, "a"), bytes);
  await Deno.symlink(join(directory, "a"), join(directory, "link"));
  await Deno.mkdir(join(directory, "folder"));
  const entry = { file: "a", bytes: 3, sha256: sha256(bytes) };
  assert.deepEqual(await readChecked(directory, entry), bytes);
  const wrong = [
    { ...entry, file: "b" },
    { ...entry, file: "link" },
    { ...entry, file: "folder" },
    { ...entry, bytes: 4 },
    { ...entry, sha256: sha256(new Uint8Array()) },
  ];
  for (const entry of wrong) {
    await assert.rejects(readChecked(directory, entry), IntegrityError);
    await assert.rejects(openChecked(directory, entry), IntegrityError);
  }
  using file = await openChecked(directory, entry);
  assert.equal(await file.seek(0, Deno.SeekMode.Current), 3);
  await Deno.remove(directory, { recursive: true });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import {
  hashFile,
  hashRest,
  sha256,
  writeDigested,
  writePieces,
} from "../../../pipeline/files/checksum.ts";
import { temporary } from "../../_support/tiny.ts";

/** FIPS 180-4's first example. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("SHA-256 is that of FIPS 180-4, of bytes, of a text and of a file", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  await Deno.writeTextFile(path, "abc");
  assert.equal(sha256(new TextEncoder().encode("abc")), ABC);
  assert.equal(sha256("abc"), ABC);
  assert.equal(await hashFile(path), ABC);
});

Deno.test("the rest of a file is hashed, however long", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a");
  const bytes = new Uint8Array(3 << 20).map((_, at) => at % 251);
  await Deno.writeFile(path, bytes);
  using file = await Deno.open(path);
  await file.seek(7, Deno.SeekMode.Start);
  assert.equal(await hashRest(file), sha256(bytes.subarray(7)));
});

Deno.test("a written file is told by its path, size and digest", async () => {
  await using directory = await temporary();
  assert.deepEqual(await writeDigested(directory.path, "a", "abc"), {
    file: "a",
    bytes: 3,
    sha256: ABC,
  });
  assert.equal(await Deno.readTextFile(join(directory.path, "a")), "abc");
});

Deno.test("content in small, large and empty pieces is what is stored", async () => {
  await using directory = await temporary();
  const sizes = [5, 0, 700_000, 3_000_000, 1, 600_000, 600_000];
  const pieces = sizes.map((size, at) => new Uint8Array(size).fill(at + 1));
  const whole = new Uint8Array(await new Blob(pieces).arrayBuffer());
  const digest = await writePieces(directory.path, "content", pieces);
  assert.deepEqual(digest, { file: "content", bytes: whole.length, sha256: sha256(whole) });
  assert.equal(await hashFile(join(directory.path, "content")), digest.sha256);
});

import fc from "fast-check";
import { zipSync } from "fflate";
import assert from "node:assert/strict";
import { join } from "node:path";
import { readZip } from "../../../pipeline/files/zip.ts";
import { temporary } from "../../_support/tiny.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const FILES = { "a/one.csv": encode("fever, pain\n".repeat(20)), "two.csv": encode("cough") };
const whole = zipSync({ ...FILES, "more.pdf": encode("other") });

/** The tables of an archive of these bytes; undefined where it is refused. */
async function unpack(path: string, bytes: Uint8Array) {
  await Deno.writeFile(path, bytes);
  return await readZip(path, (name) => name.endsWith(".csv")).catch((error) => {
    assert.ok(error instanceof Error);
    return undefined;
  });
}

Deno.test("the wanted files of an archive are those that were put into it", async () => {
  await using directory = await temporary();
  const files = await unpack(join(directory.path, "x.zip"), whole);
  assert.deepEqual(Object.fromEntries(files!), FILES);
});

Deno.test("fault 44: a file that would be unpacked to more than 64 MiB is refused before it is", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "x.zip");
  const bomb = zipSync({ "one.csv": new Uint8Array((64 << 20) + 1) });
  await Deno.writeFile(path, bomb);
  await assert.rejects(readZip(path, () => true), /RangeError: a file of over 64 MiB/);
});

Deno.test("a damaged archive gives the files of the whole one, or is refused", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "x.zip");
  const damage = fc.record({
    at: fc.nat(whole.length - 1),
    flip: fc.integer({ min: 1, max: 255 }),
    cut: fc.option(fc.nat(whole.length), { freq: 4 }),
  });
  const contents = new Set(Object.values(FILES).map((bytes) => new TextDecoder().decode(bytes)));
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, flip, cut }) => {
      const bytes = whole.map((byte, place) => place === at ? byte ^ flip : byte);
      const files = await unpack(path, bytes.subarray(0, cut ?? bytes.length));
      for (const [, bytes] of files ?? []) {
        assert.ok(contents.has(new TextDecoder().decode(bytes)));
      }
    }),
    { numRuns: 2000 },
  );
});

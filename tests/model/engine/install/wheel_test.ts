import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import {
  isNeeded,
  type Unpacked,
  unpackedSize,
  unpackWheel,
} from "../../../../model/engine/install/wheel.ts";
import { hashFile } from "../../../../pipeline/files/checksum.ts";
import { IntegrityError } from "../../../../pipeline/errors.ts";
import { fakeWheel, FILES, type Playground, withPlayground } from "../../../_support/fake_wheel.ts";
import { recordProgress } from "../../../_support/recorded_progress.ts";

const needed = [
  "tensorflow/libtensorflow_cc.so.2",
  "tensorflow/libtensorflow_framework.so.2",
  "tensorflow/include/tensorflow/c/c_api.h",
] as const;

/** Unpacks the fake wheel into an empty cache. */
async function unpack(
  { folder, cache }: Playground,
  progress = recordProgress(),
): Promise<Unpacked[]> {
  const wheel = join(folder, "a.whl");
  await Deno.writeFile(wheel, fakeWheel().bytes);
  return await unpackWheel(wheel, cache, progress.stage("unpacking"));
}

Deno.test("a wheel gives its libraries and the C API's headers", () =>
  withPlayground(async (playground) => {
    await unpack(playground);
    for (const path of needed) {
      assert.equal(await Deno.readTextFile(join(playground.cache, path)), FILES[path]);
    }
  }));

Deno.test("a wheel gives nothing else", () =>
  withPlayground(async (playground) => {
    await unpack(playground);
    const entries = Deno.readDir(join(playground.cache, "tensorflow"));
    const names = (await Array.fromAsync(entries)).map(({ name }) => name).sort();
    assert.deepEqual(names, [
      "include",
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
    ]);
  }));

Deno.test("what was unpacked is listed with its size and digest", () =>
  withPlayground(async (playground) => {
    const expected = await Promise.all(needed.map(async (path) => ({
      path,
      bytes: FILES[path].length,
      sha256: Buffer.from(
        await crypto.subtle.digest("SHA-256", new TextEncoder().encode(FILES[path])),
      ).toString("hex"),
    })));
    assert.deepEqual(await unpack(playground), expected);
  }));

Deno.test("unpacking tells of every byte, up to the size that was foretold", () =>
  withPlayground(async (playground) => {
    const progress = recordProgress();
    await unpack(playground, progress);
    const size = await unpackedSize(join(playground.folder, "a.whl"));
    assert.equal(progress.stages[0]!.reached.at(-1), size);
  }));

Deno.test("a file's hash is its content's SHA-256", () =>
  withPlayground(async ({ folder }) => {
    await Deno.writeTextFile(join(folder, "abc"), "abc");
    // FIPS 180-4's example.
    const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert.equal(await hashFile(join(folder, "abc")), expected);
  }));

const NVIDIA = {
  "nvidia/cudnn/lib/libcudnn.so.9": true,
  "nvidia/cudnn/include/cudnn.h": false,
  "nvidia/cusparse/lib/libcusparse_static.a": false,
};

for (const [path, expected] of Object.entries(NVIDIA)) {
  Deno.test(`of NVIDIA's wheels, ${path} is ${expected ? "" : "not "}needed`, () => {
    assert.equal(isNeeded(path), expected);
  });
}

const refused = {
  "is cut": fakeWheel().bytes.subarray(0, fakeWheel().bytes.length / 2),
  "is no zip file": strToU8("<html>"),
  "leads out of the folder": zipSync({ "tensorflow/../../../lib.h": strToU8("x") }),
};

for (const [what, content] of Object.entries(refused)) {
  Deno.test(`a wheel that ${what} is refused, and nothing of it unpacked`, () =>
    withPlayground(async ({ folder, cache }) => {
      const wheel = join(folder, "a.whl");
      await Deno.writeFile(wheel, content);
      await assert.rejects(unpackWheel(wheel, cache), IntegrityError);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
    }));
}

Deno.test("the disk's own errors are not blamed on the wheel", () =>
  withPlayground(async ({ folder, cache }) => {
    const wheel = join(folder, "a.whl");
    await Deno.writeFile(wheel, fakeWheel().bytes);
    await Deno.writeTextFile(join(cache, "tensorflow"), "a file where a folder must be");
    await assert.rejects(unpackWheel(wheel, cache), (error) => !(error instanceof IntegrityError));
  }));

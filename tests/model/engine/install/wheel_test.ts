import assert from "node:assert/strict";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import {
  hashFile,
  isNeeded,
  unpackedSize,
  unpackWheel,
} from "../../../../model/engine/install/wheel.ts";
import { IntegrityError } from "../../../../pipeline/errors.ts";
import { fakeWheel, FILES, withPlayground } from "../../../_support/fake_wheel.ts";

const needed = Object.keys(FILES).slice(0, 3);

Deno.test("a wheel gives its libraries and the C API's headers, and nothing else", () =>
  withPlayground(async ({ folder, cache }) => {
    const wheel = join(folder, "a.whl");
    await Deno.writeFile(wheel, fakeWheel().bytes);
    let told = 0;
    const unpacked = await unpackWheel(wheel, cache, (bytes) => told += bytes);
    assert.deepEqual(unpacked.map(({ path }) => path), needed);
    for (const { path, bytes, sha256 } of unpacked) {
      const text = await Deno.readTextFile(join(cache, path));
      assert.equal(text, FILES[path as keyof typeof FILES]);
      assert.equal(bytes, text.length);
      assert.equal(sha256, await hashFile(join(cache, path)));
    }
    assert.equal(told, await unpackedSize(wheel));
    assert.deepEqual((await Array.fromAsync(Deno.readDir(join(cache, "tensorflow")))).length, 3);
  }));

Deno.test("of NVIDIA's wheels only the shared libraries are needed", () => {
  assert.ok(isNeeded("nvidia/cudnn/lib/libcudnn.so.9"));
  assert.ok(!isNeeded("nvidia/cudnn/include/cudnn.h"));
  assert.ok(!isNeeded("nvidia/cusparse/lib/libcusparse_static.a"));
});

Deno.test("a wheel that is cut, no zip file, or leads out of the folder is refused", () =>
  withPlayground(async ({ folder, cache }) => {
    const { bytes } = fakeWheel();
    const escape = zipSync({ "tensorflow/../../../lib.h": strToU8("x") });
    for (const content of [bytes.subarray(0, bytes.length / 2), strToU8("<html>"), escape]) {
      const wheel = join(folder, "a.whl");
      await Deno.writeFile(wheel, content);
      await assert.rejects(unpackWheel(wheel, cache), IntegrityError);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));

Deno.test("the disk's own errors are not blamed on the wheel", () =>
  withPlayground(async ({ folder, cache }) => {
    const wheel = join(folder, "a.whl");
    await Deno.writeFile(wheel, fakeWheel().bytes);
    await Deno.writeTextFile(join(cache, "tensorflow"), "a file where a folder must be");
    await assert.rejects(unpackWheel(wheel, cache), (error) => !(error instanceof IntegrityError));
  }));

import assert from "node:assert/strict";
import { join } from "node:path";
import { readChoice, writeChoice } from "../../../model/engine/install/cache.ts";
import { artifactFor } from "../../../model/engine/install/wheels.ts";
import { setUpEngine } from "../../../model/engine/setup.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import { withPlayground } from "../../_support/fake_wheel.ts";

const ignore = artifactFor("tensorflow") === undefined || artifactFor("cuda") === undefined;

/** A compiler that is there; no wheel can be had, so nothing is ever compiled. */
const compiler = { CXX: Deno.execPath() };

Deno.test("wasm that is asked for is started and remembered without a reason", () =>
  withPlayground(async ({ cache }) => {
    assert.equal((await setUpEngine("wasm", { cache })).name, "wasm");
    const { at: _at, ...choice } = (await readChoice(cache))!;
    assert.deepEqual(choice, { engine: "wasm" });
  }));

Deno.test(
  "where TensorFlow cannot be had, auto settles on wasm with the reason",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      assert.equal((await setUpEngine("auto", { cache })).name, "wasm");
      const choice = await readChoice(cache);
      assert.equal(choice?.engine, "wasm");
      assert.match(choice?.reason ?? "", /^fetching tensorflow_cpu-.*there is no pip/);
    }, compiler),
);

Deno.test(
  "where CUDA was chosen before, auto tries CUDA again",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      await writeChoice({ engine: "cuda", at: new Date().toISOString() }, cache);
      await setUpEngine("auto", { cache });
      assert.match((await readChoice(cache))?.reason ?? "", /^fetching tensorflow-2/);
    }, compiler),
);

Deno.test(
  "an engine that is asked for by name and cannot be had is an error",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      await assert.rejects(setUpEngine("tensorflow", { cache }), ResourceError);
      assert.equal(await readChoice(cache), undefined);
    }, compiler),
);

Deno.test("a cache that cannot be written is no reason to fail", () =>
  withPlayground(async ({ cache }) => {
    await Deno.writeTextFile(join(cache, "file"), "");
    const { name } = await setUpEngine("wasm", { cache: join(cache, "file", "below") });
    assert.equal(name, "wasm");
  }));

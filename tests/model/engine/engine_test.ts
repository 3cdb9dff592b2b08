import assert from "node:assert/strict";
import { currentEngine, isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { writeChoice } from "../../../model/engine/install/cache.ts";
import { cacheDirectory } from "../../../model/engine/install/cache_directory.ts";
import { findCompiler } from "../../../model/engine/install/compile.ts";
import { installAddon } from "../../../model/engine/install/install.ts";
import { findLibrary } from "../../../model/engine/install/library.ts";
import { nativeKernels } from "../../../model/engine/kernels.ts";
import { tf } from "../../../model/engine/tf.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import { isFile } from "../../../pipeline/files/read.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { type Playground, withPlayground } from "../../_support/fake_wheel.ts";
import { recordProgress } from "../../_support/recorded_progress.ts";

onEveryEngine("the engine that was started last is the one in use", (engine) => {
  assert.equal(currentEngine(), engine);
});

onEveryEngine("an engine multiplies", () => {
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  assert.deepEqual([...tf.matMul(x, x).dataSync()], [7, 10, 15, 22]);
});

onEveryEngine("an engine differentiates", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const gradient = tf.grad((x) => tf.sum(tf.square(x)))(x);
  assert.deepEqual([...gradient.dataSync()], [2, 4, 6]);
});

onEveryEngine("TensorFlow alone has this project's kernels, and says so", ({ name, native }) => {
  const expected = name === "tensorflow";
  assert.deepEqual([native, nativeKernels()], [expected, expected]);
});

Deno.test("the addon compiles where TensorFlow and a compiler are", {
  ignore: !await findLibrary("tensorflow") || !await findCompiler().then(() => true, () => false),
}, async () => {
  // Else every native test would be skipped in silence.
  const { addon } = await installAddon("tensorflow");
  assert.ok(await isFile(addon));
});

/** Runs `body` on a machine where nothing is installed and the user's cache is empty. */
async function withNothing(body: (playground: Playground) => Promise<void>): Promise<void> {
  const cache = await Deno.makeTempDir({ prefix: "marn-none-" });
  try {
    await withPlayground(body, { XDG_CACHE_HOME: cache });
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("where nothing is installed, auto takes wasm after a line that says why", () =>
  withNothing(async () => {
    const progress = recordProgress();
    assert.equal((await startEngine({ progress })).name, "wasm");
    assert.deepEqual(progress.warnings, [
      "engine: wasm, tens of times slower than TensorFlow, because: " +
      "TensorFlow is not installed; run `deno task setup`",
    ]);
  }));

Deno.test("where an install has failed, the line says why it did", () =>
  withNothing(async () => {
    await writeChoice({ engine: "wasm", reason: "no network", at: new Date().toISOString() });
    const progress = recordProgress();
    await startEngine({ progress });
    assert.match(progress.warnings.join("\n"), /^engine: wasm, .* because: no network$/);
  }));

Deno.test("wasm that was asked for is taken without a word", () =>
  withNothing(async () => {
    await writeChoice({ engine: "wasm", at: new Date().toISOString() }, cacheDirectory());
    const progress = recordProgress();
    assert.equal((await startEngine({ progress })).name, "wasm");
    assert.deepEqual(progress.warnings, []);
  }));

Deno.test("an engine that is asked for by name and is not installed is an error", () =>
  withNothing(async () => {
    await assert.rejects(
      startEngine({ engine: "tensorflow" }),
      (error) =>
        error instanceof ResourceError &&
        /run `deno task setup --engine tensorflow`$/.test(error.message),
    );
  }));

Deno.test("what is not installed is known not to be", () =>
  withNothing(async () => {
    assert.equal(await isInstalled("tensorflow"), false);
  }));

Deno.test("wasm is installed everywhere", () =>
  withNothing(async () => {
    assert.equal(await isInstalled("wasm"), true);
  }));

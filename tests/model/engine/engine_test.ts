import assert from "node:assert/strict";
import { writeChoice } from "../../../model/engine/install/cache.ts";
import { findCompiler } from "../../../model/engine/install/compile.ts";
import { currentEngine, isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { installAddon } from "../../../model/engine/install/install.ts";
import { findLibrary } from "../../../model/engine/install/library.ts";
import { isFile } from "../../../pipeline/files/read.ts";
import { startTensorflow } from "../../../model/engine/tensorflow.ts";
import { tf } from "../../../model/engine/tf.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { withPlayground } from "../../_support/fake_wheel.ts";

const hasCompiler = () => findCompiler().then(() => true, () => false);

onEveryEngine("an engine multiplies, differentiates and names itself", (engine) => {
  assert.equal(currentEngine(), engine);
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  assert.deepEqual([...tf.matMul(x, x).dataSync()], [7, 10, 15, 22]);
  const gradient = tf.grad((x) => tf.sum(tf.square(x)))(x);
  assert.deepEqual([...gradient.dataSync()], [2, 4, 6, 8]);
});

Deno.test("the addon compiles where TensorFlow and a compiler are", {
  ignore: !await findLibrary("tensorflow") || !await hasCompiler(),
}, async () => {
  // Else every native test would be skipped in silence.
  const { addon } = await installAddon("tensorflow");
  assert.ok(await isFile(addon));
});

Deno.test("one process refuses a second TensorFlow instead of being ended by it", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  const elsewhere = { addon: "/elsewhere/addon.node", framework: "/elsewhere/lib.so" };
  await assert.rejects(startTensorflow("cuda", elsewhere), /start a new process/);
  await startTensorflow("tensorflow", elsewhere); // keeps the one it has
});

Deno.test("where nothing is installed, auto takes wasm after a line that says why", async () => {
  const cache = await Deno.makeTempDir({ prefix: "marn-none-" });
  await withPlayground(async () => {
    const lines: string[] = [], { error } = console;
    console.error = (line) => lines.push(line);
    try {
      assert.equal((await startEngine()).name, "wasm");
    } finally {
      console.error = error;
    }
    assert.equal(lines.length, 1);
    assert.match(
      lines[0]!,
      /^engine: wasm, .* because: TensorFlow is not installed; run `deno task setup`/,
    );
    await assert.rejects(startEngine({ engine: "tensorflow" }), ResourceError);
    assert.equal(await isInstalled("tensorflow"), false);
    await writeChoice({ engine: "wasm", at: new Date().toISOString() });
    assert.equal((await startEngine()).name, "wasm"); // asked for, so without a word
    assert.equal(lines.length, 1);
  }, { XDG_CACHE_HOME: cache });
  await Deno.remove(cache, { recursive: true });
});

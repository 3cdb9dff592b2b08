import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { processorModel } from "../../../model/engine/install/processor.ts";
import { startTensorflow } from "../../../model/engine/tensorflow.ts";
import { tf } from "../../../model/engine/tf.ts";

const ignore = !await isInstalled("tensorflow");
const elsewhere = { addon: "/elsewhere/addon.node", framework: "/elsewhere/lib.so" };

Deno.test("TensorFlow is described with version, processor and kernels", { ignore }, async () => {
  const { description } = await startEngine({ engine: "tensorflow" });
  assert.match(
    description,
    /^TensorFlow 2\.21\.\d+ on .*, \d+ threads?, with this project's kernels$/,
  );
  assert.ok(description.includes(processorModel()));
});

Deno.test(
  "one process refuses a second TensorFlow instead of being ended by it",
  { ignore },
  async () => {
    await startEngine({ engine: "tensorflow" });
    await assert.rejects(startTensorflow("cuda", elsewhere), /start a new process/);
  },
);

Deno.test("a process keeps the addon that it has loaded", { ignore }, async () => {
  await startEngine({ engine: "tensorflow" });
  await startTensorflow("tensorflow", elsewhere);
  assert.equal(tf.sum(tf.tensor1d([1, 2])).dataSync()[0], 3);
});

Deno.test("an addon that does not load is named, with what to do", async () => {
  const module = new URL("../../../model/engine/tensorflow.ts", import.meta.url).href;
  const code = `import { startTensorflow } from ${JSON.stringify(module)};
    await startTensorflow("tensorflow", ${JSON.stringify(elsewhere)}).catch((error) => {
      console.log(error.name, error.message);
    });`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  assert.match(
    new TextDecoder().decode(stdout),
    /^ResourceError loading TensorFlow from \/elsewhere\/addon\.node: .*; run `deno task setup`\n$/,
  );
});

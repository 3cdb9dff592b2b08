import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../model/engine/engine.ts";
import { perTask, type Task } from "../../pipeline/schema.ts";
import { base } from "../../model/config/presets.ts";
import { scoreDocuments } from "../../model/scoring.ts";
import { inputsOf } from "../_support/inputs.ts";
import { createModel } from "../../model/zoo/systems.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/files/safetensors.ts";
import { writeShards } from "../../pipeline/dataset/write_shards.ts";

const python = Deno.env.get("MARN_PYTHON") ?? "python3";
const script = fileURLToPath(new URL("reproduce_predictions.py", import.meta.url));
const labels = { icd: 9, ccs: 4 };
const vocabularySize = 40;

async function run(args: string[]): Promise<{ code: number; text: string }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(python, { args }).output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch {
    return { code: -1, text: `${python} is not there` };
  }
}

const { code: lacking } = await run([
  "-c",
  "import importlib.util as u; exit(not all(map(u.find_spec, ['torch', 'safetensors'])))",
]);
if (lacking) {
  console.log(`skipped: reproduce_predictions.py (${python} has no torch and safetensors)`);
}

Deno.test({
  name: "PyTorch reproduces the probabilities from a checkpoint and shards",
  ignore: lacking !== 0,
}, async () => {
  await startEngine();
  const directory = await Deno.makeTempDir();
  const config = { ...base, model: { ...base.model, hidden: 16 }, maxTokens: 30, batchSize: 4 };
  const random = createRandom(1, "test");
  const list = (length: number, bound: number) =>
    Int32Array.from({ length }, () => random.below(bound));
  const tokens = Array.from({ length: 11 }, () => list(random.below(45), vocabularySize));
  const none = new Int32Array();
  await Deno.mkdir(join(directory, "shards"));
  // A small limit makes several shards.
  await writeShards(
    directory,
    "dev",
    tokens.map((tokens) => ({ tokens, labels: perTask(() => none) })),
    2000,
  );

  const inputs = inputsOf({ labels, words: vocabularySize, width: 100, vectors: 2 });
  const model = createModel(config, inputs);
  const documents: Documents = {
    count: tokens.length,
    lengths: Int32Array.from(tokens, ({ length }) => length),
    tokens: (row) => tokens[row]!,
    labels: () => none,
  };
  const weights: Record<string, TensorData> = {};
  for (const { name, variable } of model.weights.all()) {
    weights[name] = {
      dtype: "F32",
      shape: variable.shape,
      data: variable.dataSync() as Float32Array,
    };
  }
  await Deno.writeFile(join(directory, "best.safetensors"), encodeSafetensors(weights));
  await Deno.writeTextFile(join(directory, "config.json"), JSON.stringify({ config }));
  const matrices = await scoreDocuments(model, documents, config);
  const reproduce = async (task: Task, scores: Float32Array) => {
    const path = join(directory, `${task}.safetensors`), shape = [tokens.length, labels[task]];
    await Deno.writeFile(
      path,
      encodeSafetensors({ scores: { dtype: "F32", shape, data: scores } }),
    );
    return await run([script, directory, directory, "--task", task, "--scores", path]);
  };
  const icd = await reproduce("icd", matrices.icd!.scores);
  assert.equal(icd.code, 0, icd.text);
  const ccs = await reproduce("ccs", matrices.ccs!.scores.map((p, i) => i === 3 ? p + 0.01 : p));
  assert.equal(ccs.code, 1);
  assert.match(ccs.text, /largest difference 1\.00e-02/);
  model.weights.dispose();
  await Deno.remove(directory, { recursive: true });
});

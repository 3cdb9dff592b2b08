import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../model/engine/engine.ts";
import { perTask, type Task, TASKS } from "../../pipeline/schema.ts";
import { base } from "../../model/config/presets.ts";
import { scoreDocuments, type Scores } from "../../model/scoring.ts";
import { pythonHas, runPython } from "../_support/python.ts";
import { inputsOf } from "../_support/inputs.ts";
import { createModel } from "../../model/zoo/systems.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/files/safetensors.ts";
import { writeShards } from "../../pipeline/dataset/write_shards.ts";

const script = fileURLToPath(new URL("reproduce_predictions.py", import.meta.url));
const labels = { icd: 9, ccs: 4 };
const vocabularySize = 40;

const isThere = await pythonHas("reproduce_predictions.py", ["torch", "safetensors"]);

/** A run's directory, which is its dataset's too, and the probabilities of its dev split. */
interface ScoredRun extends AsyncDisposable {
  readonly directory: string;
  readonly scores: Scores;
}

/** A MARN of first weights and eleven documents, some empty and some to be cut. */
async function scoreRun(): Promise<ScoredRun> {
  await startEngine();
  const directory = await Deno.makeTempDir();
  const config = { ...base, model: { ...base.model, hidden: 16 }, maxTokens: 30, batchSize: 4 };
  const random = createRandom(1, "test");
  const tokens = Array.from(
    { length: 11 },
    () => Int32Array.from({ length: random.below(45) }, () => random.below(vocabularySize)),
  );
  const none = new Int32Array();
  await Deno.mkdir(join(directory, "shards"));
  // A small limit makes several shards.
  await writeShards(
    directory,
    "dev",
    tokens.map((tokens) => ({ tokens, sentences: none, labels: perTask(() => none) })),
    2000,
  );
  const inputs = inputsOf({ labels, words: vocabularySize, width: 100, vectors: 2 });
  const model = createModel(config, inputs);
  const weights: Record<string, TensorData> = {};
  for (const { name, variable } of model.weights.all()) {
    const data = variable.dataSync() as Float32Array;
    weights[name] = { dtype: "F32", shape: variable.shape, data };
  }
  await Deno.writeFile(join(directory, "best.safetensors"), encodeSafetensors(weights));
  await Deno.writeTextFile(join(directory, "config.json"), JSON.stringify({ config }));
  const documents: Documents = {
    count: tokens.length,
    lengths: Int32Array.from(tokens, ({ length }) => length),
    tokens: (row) => tokens[row]!,
    labels: () => none,
  };
  const scores = await scoreDocuments(model, documents, config);
  model.weights.dispose();
  return {
    directory,
    scores,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** Whether the script finds the probabilities of a task that PyTorch computes, and what it says. */
async function reproduce({ directory, scores }: ScoredRun, task: Task, change = 0) {
  const path = join(directory, "scores.safetensors");
  const matrix = scores[task]!;
  const shape = [matrix.documents, matrix.labels];
  const data = matrix.scores.map((score, i) => i === 3 ? score + change : score);
  await Deno.writeFile(path, encodeSafetensors({ scores: { dtype: "F32", shape, data } }));
  return await runPython([script, directory, directory, "--task", task, "--scores", path]);
}

for (const task of TASKS) {
  Deno.test({
    name: `PyTorch reproduces the probabilities of ${task} from a checkpoint and shards`,
    ignore: !isThere,
  }, async () => {
    await using scored = await scoreRun();
    const { code, text } = await reproduce(scored, task);
    assert.equal(code, 0, text);
  });

  Deno.test({
    name: `a probability of ${task} that is not PyTorch's is found`,
    ignore: !isThere,
  }, async () => {
    await using scored = await scoreRun();
    const { code, text } = await reproduce(scored, task, 0.01);
    assert.equal(code, 1, text);
    assert.match(text, /largest difference 1\.00e-02/);
  });
}

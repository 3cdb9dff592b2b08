import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  readBertCheckpoint,
  restoreBert,
  storeBert,
} from "../../../../model/zoo/mdbert/checkpoint.ts";
import { checkpointPath, readCheckpoint } from "../../../../model/run/checkpoint.ts";
import { tf } from "../../../../model/engine/tf.ts";
import { resolveConfig } from "../../../../model/config/presets.ts";
import { openRun } from "../../../../model/run/run.ts";
import { restoreModel } from "../../../../model/run/restore.ts";
import { scoreSplit } from "../../../../model/scoring.ts";
import { trainRun } from "../../../../model/run/train_run.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { createBert, loadBert } from "../../../../model/zoo/mdbert/mdbert.ts";
import { openDataset } from "../../../../pipeline/dataset/open.ts";
import { DataError, IntegrityError, UsageError } from "../../../../pipeline/errors.ts";
import { encodeSafetensors } from "../../../../pipeline/files/safetensors.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { writeTinyDataset } from "../../../_support/tiny_dataset.ts";
import { assertClose, assertNoLeak } from "../../../_support/layers.ts";

/** A folder that transformers' save_pretrained wrote, and what it computes (tests/interop/bert.py). */
const saved = fileURLToPath(new URL("../../../../fixtures/golden/bert", import.meta.url));
const golden: {
  words: Record<string, number[]>;
  lengths: number[];
  pieces: number[][];
  hidden: number[][];
} = JSON.parse(await Deno.readTextFile(`${saved}.json`));

const pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "heart", "fail", "##ure", "##s", "caf", "##e"];
const config = {
  architectures: ["BertModel"],
  vocab_size: pieces.length,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 6,
  max_position_embeddings: 8,
  layer_norm_eps: 1e-12,
};

async function writeFolder(folder: string, changes: object = {}): Promise<void> {
  await Deno.writeTextFile(
    join(folder, "config.json"),
    JSON.stringify({ ...config, ...changes }),
  );
  await Deno.writeTextFile(join(folder, "vocab.txt"), pieces.join("\n") + "\n");
  const table = { dtype: "F32" as const, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  const gamma = { dtype: "F32" as const, shape: [2], data: Float32Array.of(5, 6) };
  await Deno.writeFile(
    join(folder, "model.safetensors"),
    encodeSafetensors({ "bert.embeddings.word": table, "encoder.LayerNorm.gamma": gamma }),
  );
}

Deno.test("a Hugging Face folder is read and the vocabulary spelled in its pieces", async () => {
  const folder = await Deno.makeTempDir();
  await writeFolder(folder);
  const vocabulary = ["<pad>", "<unk>", "failures", "heart", "zebra", "café"];
  const bert = await readBertCheckpoint(folder, vocabulary);
  assert.deepEqual(bert.wordPieces.map((ids) => [...ids]), [[], [1], [5, 6, 7], [4], [1], [8, 9]]);
  assert.deepEqual([bert.cls, bert.sep], [2, 3]);
  assert.equal(bert.config.type_vocab_size, 2);
  assert.deepEqual([...bert.tensors!.get("embeddings.word")!], [1, 2, 3, 4]);
  assert.deepEqual([...bert.tensors!.get("encoder.LayerNorm.weight")!], [5, 6]);

  await storeBert(bert, folder);
  const { tensors: _weights, ...kept } = bert;
  assert.deepEqual(await restoreBert(folder), kept);
  await Deno.writeTextFile(join(folder, "bert.json"), "{");
  await assert.rejects(restoreBert(folder), IntegrityError);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("words are spelled as BertTokenizer spells them, unknown and composed ones too", async () => {
  const words = Object.keys(golden.words);
  const { wordPieces, cls, sep } = await readBertCheckpoint(saved, ["<pad>", "<unk>", ...words]);
  const spelled = wordPieces.slice(2).map((ids, at) => [words[at], [...ids]]);
  assert.deepEqual(Object.fromEntries(spelled), golden.words);
  const ofSentences = golden.pieces.map((pieces) => [pieces[0], pieces.at(-1)]);
  assert.deepEqual(ofSentences, golden.pieces.map(() => [cls, sep]));
});

onEveryEngine("a folder by save_pretrained gives transformers' last hidden states", async () => {
  const bert = await readBertCheckpoint(saved, []);
  const weights = new Weights(1);
  const read = createBert(weights.scope("bert"), bert.config);
  loadBert(weights, bert);
  assert.deepEqual( // all but the pooler, which MDBERT does without
    weights.all().map(({ name }) => name.slice("bert.".length)).sort(),
    [...bert.tensors!.keys()].filter((name) => !name.startsWith("pooler.")).sort(),
  );
  const channels = bert.config.hidden_size;
  const sentences = golden.pieces.map((pieces) => Int32Array.from(pieces));
  assert.ok(new Set(golden.lengths).size > 2); // so that most are padded
  const compare = (batch: readonly Int32Array[], row: number, at: number) =>
    assertNoLeak(() =>
      tf.tidy(() => {
        const { hidden } = read(batch, { training: false, seed: 0 });
        const length = golden.lengths[row]!;
        const own = tf.squeeze(tf.slice(hidden, [at, 0, 0], [1, length, channels]), [0]);
        const stored = { shape: [length, channels], values: golden.hidden[row]! };
        assertClose(own, stored, 1e-5, `sentence ${row}`);
      })
    );
  sentences.forEach((sentence, row) => {
    compare(sentences, row, row);
    compare([sentence], row, 0);
  });
  weights.dispose();
});

onEveryEngine(
  "a run starts from the folder's weights and later does without the folder",
  async (engine) => {
    const directory = await Deno.makeTempDir();
    const folder = join(directory, "bert");
    try {
      await Deno.mkdir(folder);
      for await (const { name } of Deno.readDir(saved)) {
        await Deno.copyFile(join(saved, name), join(folder, name));
      }
      await writeTinyDataset(join(directory, "data"));
      const dataset = await openDataset(join(directory, "data"));
      const set = ["epochs=1", "model.sentencePieces=8", "model.sentences=4", "optimizer.warmup=0"];
      const config = resolveConfig({
        model: "mdbert",
        set: [`model.checkpoint=${folder}`, "optimizer.learningRate=1e-12", ...set],
      });
      const run = join(directory, "run");
      await trainRun({ dataset, directory: run, config, engine });
      await Deno.remove(folder, { recursive: true });

      const { tensors } = await readCheckpoint(checkpointPath(run, "best"));
      const { tensors: pretrained } = await readBertCheckpoint(saved, []);
      const name = "encoder.layer.1.attention.self.query.weight";
      assert.deepEqual(tensors.get(`bert.${name}`)!.data, pretrained!.get(name)); // the rate is next to 0
      const model = await restoreModel(await openRun(run), "best");
      const { icd } = await scoreSplit(model, dataset, "test", config);
      assert.equal(icd!.documents, 4);
      assert.ok(icd!.scores.every((score) => score > 0 && score < 1));
      model.weights.dispose();
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

Deno.test("a missing file or another kind of model is a data error that names it", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(readBertCheckpoint(folder, []), (error: Error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /config\.json: no such file; expected a folder with/);
    return true;
  });
  await writeFolder(folder, { hidden_act: "relu" });
  await assert.rejects(readBertCheckpoint(folder, []), /config\.json: hidden_act: .*"gelu"/);
  await writeFolder(folder, { model_type: "roberta" });
  await assert.rejects(readBertCheckpoint(folder, []), /config\.json: model_type: .*"bert"/);
  await writeFolder(folder, { vocab_size: 9 });
  await assert.rejects(readBertCheckpoint(folder, []), /vocab\.txt: 10 pieces, .* the 9 of config/);
  await writeFolder(folder);
  await Deno.writeTextFile(join(folder, "vocab.txt"), "[CLS]\n[SEP]\nheart\n");
  await assert.rejects(readBertCheckpoint(folder, []), /there is no piece \[UNK\]/);
  await Deno.remove(folder, { recursive: true });
});

onEveryEngine("sentences of more pieces than BERT has positions are refused", async (engine) => {
  const directory = await Deno.makeTempDir();
  await writeTinyDataset(join(directory, "data"));
  const dataset = await openDataset(join(directory, "data"));
  const set = [`model.checkpoint=${saved}`, "model.sentencePieces=41"];
  const config = resolveConfig({ model: "mdbert", set });
  const run = trainRun({ dataset, directory: join(directory, "run"), config, engine });
  await assert.rejects(run, (error: Error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /sentencePieces is 41, .* at most 40 pieces; use --set/);
    return true;
  });
  await Deno.remove(directory, { recursive: true });
});

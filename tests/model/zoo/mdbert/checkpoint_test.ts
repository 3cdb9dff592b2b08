import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bertAssets,
  formatBert,
  parseBert,
  readBertCheckpoint,
} from "../../../../model/zoo/mdbert/checkpoint.ts";
import { checkpointPath, readCheckpoint } from "../../../../model/run/checkpoint.ts";
import { resolveConfig } from "../../../../model/config/presets.ts";
import { openRun } from "../../../../model/run/run.ts";
import { restoreModel } from "../../../../model/run/restore.ts";
import { trainRun } from "../../../../model/run/train_run.ts";
import { openDataset } from "../../../../pipeline/dataset/open.ts";
import { encodeSafetensors } from "../../../../pipeline/files/safetensors.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { temporary } from "../../../_support/tiny.ts";
import { writeTinyDataset } from "../../../_support/tiny_dataset.ts";
import { scoreSplit } from "../../../_support/score_split.ts";

/** A folder that transformers' save_pretrained wrote, and what it computes (tests/interop/bert.py). */
const saved = fileURLToPath(new URL("../../../../fixtures/golden/bert", import.meta.url));
const golden: { words: Record<string, number[]> } = JSON.parse(
  await Deno.readTextFile(`${saved}.json`),
);

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

/** A checkpoint's folder whose `config.json` and `vocab.txt` may differ from a good one's. */
async function writeFolder(
  { changes = {}, vocabulary = pieces }: { changes?: object; vocabulary?: readonly string[] } = {},
): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporary();
  const write = (file: string, text: string) => Deno.writeTextFile(join(folder.path, file), text);
  await write("config.json", JSON.stringify({ ...config, ...changes }));
  await write("vocab.txt", vocabulary.join("\n") + "\n");
  const table = { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } as const;
  const gamma = { dtype: "F32", shape: [2], data: Float32Array.of(5, 6) } as const;
  const beta = { dtype: "F32", shape: [2], data: Float32Array.of(7, 8) } as const;
  const ids = { dtype: "I64", shape: [1], data: BigInt64Array.of(9n) } as const;
  await Deno.writeFile(
    join(folder.path, "model.safetensors"),
    encodeSafetensors({
      "bert.embeddings.word": table,
      "encoder.LayerNorm.gamma": gamma,
      "encoder.LayerNorm.beta": beta,
      "embeddings.position_ids": ids,
    }),
  );
  return folder;
}

Deno.test("a vocabulary is spelled in a folder's pieces", async () => {
  await using folder = await writeFolder();
  const vocabulary = ["<pad>", "<unk>", "failures", "heart", "zebra", "café"];
  const { wordPieces, cls, sep } = await readBertCheckpoint(folder.path, vocabulary);
  assert.deepEqual(wordPieces.map((ids) => [...ids]), [[], [1], [5, 6, 7], [4], [1], [8, 9]]);
  assert.deepEqual([cls, sep], [2, 3]);
});

for (const [lettering, lowercase] of [["cased", false], ["uncased", true]] as const) {
  Deno.test(`a folder says that it is ${lettering}`, async () => {
    await using folder = await writeFolder();
    const path = join(folder.path, "tokenizer_config.json");
    await Deno.writeTextFile(
      path,
      JSON.stringify({ do_lower_case: lowercase, model_max_length: 9 }),
    );
    const { rules } = await readBertCheckpoint(folder.path, []);
    assert.deepEqual(rules, { pieces, lowercase, stripAccents: null });
  });
}

for (
  const [dtype, bits] of [
    ["F16", [0x3c00, 0xc100, 0x3555]], // 1, -2.5, 1/3 by IEEE 754's binary16
    ["BF16", [0x3f80, 0xc020, 0x3eab]], // the upper halves of binary32
  ] as const
) {
  Deno.test(`weights of ${dtype} are read as floats of 32 bits`, async () => {
    await using folder = await writeFolder();
    const data = Uint16Array.from(bits);
    const bytes = encodeSafetensors({ "pooler.dense.bias": { dtype, shape: [3], data } });
    await Deno.writeFile(join(folder.path, "model.safetensors"), bytes);
    const { tensors } = await readBertCheckpoint(folder.path, []);
    const [one, two, third] = tensors!.get("pooler.dense.bias")!;
    assert.deepEqual([one, two], [1, -2.5]);
    assert.ok(Math.abs(third! - 1 / 3) < 1e-3);
  });
}

Deno.test("a folder with PyTorch's pickle alone is told in one line how to convert it", async () => {
  await using folder = await writeFolder();
  await Deno.remove(join(folder.path, "model.safetensors"));
  await Deno.writeTextFile(join(folder.path, "pytorch_model.bin"), "");
  await assert.rejects(readBertCheckpoint(folder.path, []), {
    name: "DataError",
    message:
      /pytorch_model\.bin: a pickle, which is not read.*; make it there with python -c ".*"$/,
  });
});

Deno.test("words are spelled as BertTokenizer spells them, unknown and composed ones too", async () => {
  const words = Object.keys(golden.words);
  const { wordPieces } = await readBertCheckpoint(saved, ["<pad>", "<unk>", ...words]);
  const spelled = wordPieces.slice(2).map((ids, at) => [words[at], [...ids]]);
  assert.deepEqual(Object.fromEntries(spelled), golden.words);
});

Deno.test("float tensors are read under today's names, without a leading bert", async () => {
  await using folder = await writeFolder();
  const { tensors } = await readBertCheckpoint(folder.path, []);
  assert.deepEqual(
    tensors,
    new Map([
      ["embeddings.word", Float32Array.of(1, 2, 3, 4)],
      ["encoder.LayerNorm.weight", Float32Array.of(5, 6)],
      ["encoder.LayerNorm.bias", Float32Array.of(7, 8)],
    ]),
  );
});

Deno.test("what a configuration leaves out is BERT's default", async () => {
  const { architectures: _architectures, layer_norm_eps: _eps, ...sizes } = config;
  await using folder = await writeFolder({ changes: { layer_norm_eps: undefined } });
  assert.deepEqual((await readBertCheckpoint(folder.path, [])).config, {
    ...sizes,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    initializer_range: 0.02,
    hidden_dropout_prob: 0.1,
    hidden_act: "gelu",
    model_type: "bert",
    position_embedding_type: "absolute",
  });
});

Deno.test("a run keeps all of a BERT but its tensors", async () => {
  await using folder = await writeFolder();
  const bert = await readBertCheckpoint(folder.path, ["<pad>", "<unk>", "failures"]);
  const { tensors: _tensors, ...kept } = bert;
  assert.deepEqual(parseBert(formatBert(bert), "bert.json"), kept);
});

for (
  const [what, text] of [
    ["half of JSON", "{"],
    ["another file's", '{"config":{}}'],
  ] as const
) {
  Deno.test(`a run's bert.json that is ${what} is damaged`, () => {
    assert.throws(() => parseBert(text, "run/bert.json"), {
      name: "IntegrityError",
      message: /bert\.json: it is damaged; .*; train the run again$/,
    });
  });
}

Deno.test("a run kept before words were spelled at prediction is restored", async () => {
  await using folder = await writeFolder();
  const bert = await readBertCheckpoint(folder.path, ["<pad>", "<unk>", "failures"]);
  const { tensors: _tensors, rules: _rules, ...kept } = bert;
  assert.deepEqual(parseBert(formatBert({ ...bert, rules: undefined }), "bert.json"), kept);
});

Deno.test("without a checkpoint there is nothing to read, and nothing to restore", async () => {
  const options = { checkpoint: "" };
  assert.equal(await bertAssets.read(options, []), undefined);
  assert.equal(await bertAssets.restore(options, () => Promise.reject()), undefined);
});

for (const file of ["config.json", "vocab.txt", "model.safetensors"]) {
  Deno.test(`a folder without ${file} is a data error that names it`, async () => {
    await using folder = await writeFolder();
    await Deno.remove(join(folder.path, file));
    await assert.rejects(readBertCheckpoint(folder.path, []), {
      name: "DataError",
      message:
        `reading the BERT checkpoint ${join(folder.path, file)}: it does not exist; expected ` +
        "a folder with config.json, vocab.txt and model.safetensors in Hugging Face's layout",
    });
  });
}

/** What makes a folder another kind of model's, and how that is said. */
const foreign: Record<string, [Parameters<typeof writeFolder>[0], RegExp]> = {
  "another activation": [{ changes: { hidden_act: "relu" } }, /config\.json: hidden_act: .*"gelu"/],
  "another model": [{ changes: { model_type: "roberta" } }, /config\.json: model_type: .*"bert"/],
  "relative positions": [
    { changes: { position_embedding_type: "relative_key" } },
    /config\.json: position_embedding_type: .*"absolute"/,
  ],
  "a size of nothing": [{ changes: { hidden_size: 0 } }, /config\.json: hidden_size: .*; expected/],
  "heads that do not divide the width": [
    { changes: { num_attention_heads: 7 } },
    /config\.json: num_attention_heads: 7; expected a divisor of hidden_size/,
  ],
  "fewer embeddings than pieces": [
    { changes: { vocab_size: 9 } },
    /vocab\.txt: 10 pieces, expected at most the 9 of config\.json$/,
  ],
  "no unknown piece": [
    { vocabulary: ["[CLS]", "[SEP]", "heart"] },
    /there is no piece \[UNK\]; expected a BERT's vocabulary$/,
  ],
  "no opening piece": [{ vocabulary: ["[UNK]", "[SEP]"] }, /there is no piece \[CLS\]/],
  "no closing piece": [{ vocabulary: ["[UNK]", "[CLS]"] }, /there is no piece \[SEP\]/],
};

for (const [what, [files, message]] of Object.entries(foreign)) {
  Deno.test(`a folder with ${what} is a data error`, async () => {
    await using folder = await writeFolder(files);
    await assert.rejects(readBertCheckpoint(folder.path, []), { name: "DataError", message });
  });
}

Deno.test("a folder whose configuration is not JSON is a data error", async () => {
  await using folder = await writeFolder();
  await Deno.writeTextFile(join(folder.path, "config.json"), "{");
  await assert.rejects(readBertCheckpoint(folder.path, []), {
    name: "DataError",
    message: /config\.json: not JSON; expected a BERT's$/,
  });
});

onEveryEngine(
  "a run starts from the folder's weights and later does without the folder",
  async (engine) => {
    await using directory = await temporary();
    const folder = join(directory.path, "bert");
    await Deno.mkdir(folder);
    for await (const { name } of Deno.readDir(saved)) {
      await Deno.copyFile(join(saved, name), join(folder, name));
    }
    const data = join(directory.path, "data");
    await writeTinyDataset(data);
    const dataset = await openDataset(data);
    const set = ["epochs=1", "model.sentencePieces=8", "model.sentences=4", "optimizer.warmup=0"];
    const config = resolveConfig({
      model: "mdbert",
      set: [`model.checkpoint=${folder}`, "optimizer.learningRate=1e-12", ...set],
    });
    const run = join(directory.path, "run");
    await trainRun({ dataset, directory: run, config, engine });
    await Deno.remove(folder, { recursive: true });

    const { tensors } = await readCheckpoint(checkpointPath(run, "best"));
    const { tensors: pretrained } = await readBertCheckpoint(saved, []);
    const name = "encoder.layer.1.attention.self.query.weight";
    assert.deepEqual(tensors.get(`bert.${name}`)!.data, pretrained!.get(name)); // the rate is next to 0
    const { model } = await restoreModel(await openRun(run), "best");
    assert.equal(model.spell!("zebra"), dataset.vocabulary.length); // the next id
    assert.equal(model.spell!("zebra"), dataset.vocabulary.length); // the same again
    const { icd } = await scoreSplit(model, dataset, "test", config);
    assert.equal(icd!.documents, 4);
    assert.ok(icd!.scores.every((score) => score > 0 && score < 1));
    model.weights.dispose();
  },
);

import assert from "node:assert/strict";
import { join } from "node:path";
import { readBertCheckpoint, restoreBert, storeBert } from "../../model/bert_checkpoint.ts";
import { DataError, IntegrityError } from "../../pipeline/errors.ts";
import { encodeSafetensors } from "../../pipeline/safetensors.ts";

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

  await storeBert(folder, bert);
  const { tensors: _weights, ...kept } = bert;
  assert.deepEqual(await restoreBert(folder), kept);
  await Deno.writeTextFile(join(folder, "bert.json"), "{");
  await assert.rejects(restoreBert(folder), IntegrityError);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a missing file or another kind of model is a data error that names it", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(readBertCheckpoint(folder, []), (error: Error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /config\.json: no such file; expected a folder with/);
    return true;
  });
  await writeFolder(folder, { hidden_act: "relu" });
  await assert.rejects(readBertCheckpoint(folder, []), /config\.json: .*"gelu"/);
  await Deno.remove(folder, { recursive: true });
});

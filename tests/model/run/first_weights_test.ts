import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../../model/engine/engine.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startFrom } from "../../../model/run/first_weights.ts";
import { readRecord } from "../../../model/run/record.ts";
import type { Model } from "../../../model/model.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** Written by PyTorch: tests/interop/first_weights.py. */
const file = fileURLToPath(
  new URL("../../../fixtures/golden/first_weights.safetensors", import.meta.url),
);
const stored = await Deno.readFile(file);

async function smallMarn(): Promise<Model> {
  await startEngine();
  const inputs = inputsOf({ labels: { icd: 6, ccs: 3 }, words: 12, width: 100, vectors: 1 });
  return createModel(resolveConfig({ set: ["model.hidden=2"] }), inputs);
}

Deno.test("a model starts from the tensors of PyTorch's file, and says which it lacks", async () => {
  const model = await smallMarn();
  const before = model.weights.get("icd.query.weight").variable.dataSync();
  const { taken, drawn, ...rest } = await startFrom(model.weights, file);
  assert.deepEqual(rest, { file, others: [], sha256: sha256(stored) });
  assert.equal(taken, 9);
  assert.equal(taken + drawn.length, model.weights.all().length);
  assert.ok(drawn.includes("icd.query.weight") && !drawn.some((name) => name.startsWith("gru.")));
  for (const [name, { data }] of decodeSafetensors(stored).tensors) {
    if (name.startsWith("gru.")) {
      assert.deepEqual(model.weights.get(name).variable.dataSync(), data);
    }
  }
  assert.deepEqual(model.weights.get("icd.query.weight").variable.dataSync(), before);
  model.weights.dispose();
});

Deno.test("weights of 16 bits are widened", async () => {
  const model = await smallMarn();
  await startFrom(model.weights, file);
  const words = model.weights.get("word_embedding.weight").variable.dataSync();
  assert.equal(words[99], 0);
  assert.equal(words[128], 128 / 1024);
  model.weights.dispose();
});

const tensor = (shape: number[], value = 1) => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value);
  return { dtype: "F32", shape, data } as const;
};

for (
  const [what, tensors, message] of [
    [
      "a strange name",
      { "lstm.weight": tensor([1]) },
      /holds lstm.weight, which the model does not/,
    ],
    [
      "another shape",
      { "gru.bias_ih_l0": tensor([2, 3]) },
      /is F32 \[2,3\], the model's F32 \[6\]/,
    ],
    ["no number", { "gru.bias_ih_l0": tensor([6], NaN) }, /gru.bias_ih_l0 is not finite/],
    ["nothing", { "optimizer.step": tensor([1]) }, /it holds no weights/],
  ] as const
) {
  Deno.test(`a file with ${what} is refused, and no weight is changed`, async () => {
    await using folder = await temporary();
    const path = `${folder.path}/a.safetensors`;
    const good = { "gru.bias_hh_l0": tensor([6]) };
    await Deno.writeFile(
      path,
      encodeSafetensors(what === "nothing" ? tensors : { ...good, ...tensors }),
    );
    const model = await smallMarn();
    const before = model.weights.get("gru.bias_hh_l0").variable.dataSync();
    await assert.rejects(startFrom(model.weights, path), { name: "DataError", message });
    assert.deepEqual(model.weights.get("gru.bias_hh_l0").variable.dataSync(), before);
    model.weights.dispose();
  });
}

Deno.test("a file that holds no tensors is refused as one that was named, not as one of ours that broke", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/a.safetensors`;
  await Deno.writeTextFile(path, "weights");
  const model = await smallMarn();
  await assert.rejects(startFrom(model.weights, path), { name: "DataError" });
  model.weights.dispose();
});

Deno.test("train --init starts a run from a file, which its record names; a resumed one refuses", async () => {
  await using folder = await temporary();
  const [data, out] = [`${folder.path}/data`, `${folder.path}/run`];
  await writeTinyDataset(data);
  const args = ["--data", data, "--out", out, "--set", "model.hidden=2", "--epochs", "1"];
  const { code, stderr } = await runTask("train", [...args, "--init", file]);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /9 weights start from .*first_weights.safetensors; \d+ it lacks are drawn: ram/,
  );
  assert.equal((await readRecord(out)).init, sha256(stored));
  const again = await runTask("train", [...args, "--init", file, "--resume"]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /goes on from its own; leave --init out/);
});

Deno.test("fault 40: lists that the file's run had otherwise are named, as far as it says", async () => {
  await using folder = await temporary();
  const model = await smallMarn();
  const path = `${folder.path}/best.safetensors`;
  const { tensors } = decodeSafetensors(stored);
  const lists = { "vocabulary.txt": "a", "labels/icd.csv": "b" };
  const othersOf = async (files: object) => {
    const metadata = { files: JSON.stringify(files) };
    await Deno.writeFile(path, encodeSafetensors(new Map(tensors), metadata));
    return (await startFrom(model.weights, path, lists)).others;
  };
  assert.deepEqual(await othersOf(lists), []);
  assert.deepEqual(await othersOf({ ...lists, "wordpieces.txt": "c" }), []);
  assert.deepEqual(await othersOf({ ...lists, "labels/icd.csv": "d" }), ["labels/icd.csv"]);
  assert.deepEqual((await startFrom(model.weights, file, lists)).others, []);
  model.weights.dispose();
});

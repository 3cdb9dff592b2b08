import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import {
  checkCheckpoint,
  readCheckpoint,
  readCheckpointFacts,
  restoreWeights,
  writeCheckpoint,
} from "../../../model/run/checkpoint.ts";
import { IntegrityError, NumericError, ResourceError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { encodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { temporary } from "../../_support/tiny.ts";
import { createToy, weightValues } from "../../_support/toy.ts";

function weightsOf(model: ReturnType<typeof createToy>): Map<string, Tensor> {
  return new Map(model.weights.all().map(({ name, variable }) => [name, variable]));
}

onEveryEngine("weights come back as they were written", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  const model = createToy(1);
  await writeCheckpoint(path, weightsOf(model), {});
  const other = createToy(2);
  restoreWeights(other.weights, (await readCheckpoint(path)).tensors, path);
  assert.deepEqual(weightValues(other), weightValues(model));
  model.weights.dispose();
  other.weights.dispose();
});

onEveryEngine("writing and reading a checkpoint leaves no tensor behind", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  const model = createToy(1);
  const before = tf.memory().numTensors;
  await writeCheckpoint(path, weightsOf(model), {});
  restoreWeights(model.weights, (await readCheckpoint(path)).tensors, path);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

onEveryEngine("metadata come back as they were written, with and without the tensors", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  await writeCheckpoint(path, new Map(), { note: 'quoted "é" text', step: "7" });
  const { metadata } = await readCheckpoint(path);
  assert.deepEqual({ note: metadata.note, step: metadata.step }, {
    note: 'quoted "é" text',
    step: "7",
  });
  assert.deepEqual((await readCheckpointFacts(path)).metadata, metadata);
});

onEveryEngine("a checkpoint is the only file that writing it leaves", async () => {
  await using directory = await temporary();
  const model = createToy(1);
  await writeCheckpoint(`${directory.path}/last.safetensors`, weightsOf(model), {});
  const left = [...Deno.readDirSync(directory.path)].map(({ name }) => name);
  assert.deepEqual(left, ["last.safetensors"]);
  model.weights.dispose();
});

/** The bytes of a checkpoint of the toy's weights. */
async function checkpointBytes(path: string): Promise<Uint8Array> {
  const model = createToy(1);
  await writeCheckpoint(path, weightsOf(model), { state: "{}" });
  model.weights.dispose();
  return await Deno.readFile(path);
}

onEveryEngine("fault 37: a bit flipped anywhere is found", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  const whole = await checkpointBytes(path);
  for (let at = 0; at < whole.length; at += 7) {
    const flipped = whole.slice();
    flipped[at]! ^= 1 << (at % 8);
    await Deno.writeFile(path, flipped);
    await assert.rejects(readCheckpoint(path), IntegrityError, `bit of byte ${at}`);
  }
});

for (
  const [what, change] of [
    ["a byte less", (whole) => whole.subarray(0, -1)],
    ["a byte more", (whole) => Uint8Array.of(...whole, 0)],
    ["no byte at all", () => new Uint8Array()],
    ["a header that is cut off", (whole) => whole.subarray(0, 20)],
  ] as [string, (whole: Uint8Array) => Uint8Array][]
) {
  onEveryEngine(`a checkpoint with ${what} is refused`, async () => {
    await using directory = await temporary();
    const path = `${directory.path}/last.safetensors`;
    await Deno.writeFile(path, change(await checkpointBytes(path)));
    await assert.rejects(readCheckpoint(path), IntegrityError);
  });
}

for (const length of [0, 4, 20]) {
  onEveryEngine(`metadata are refused where ${length} bytes are left`, async () => {
    await using directory = await temporary();
    const path = `${directory.path}/last.safetensors`;
    await Deno.writeFile(path, (await checkpointBytes(path)).subarray(0, length));
    await assert.rejects(readCheckpointFacts(path), IntegrityError);
  });
}

Deno.test("a checkpoint that does not exist is an integrity error that says so", async () => {
  await using directory = await temporary();
  await assert.rejects(
    readCheckpoint(`${directory.path}/best.safetensors`),
    (error) => error instanceof IntegrityError && /does not exist/.test(error.message),
  );
});

onEveryEngine("a failed write leaves the old checkpoint, and says where", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  await writeCheckpoint(path, new Map(), { step: "1" });
  const gone = tf.tensor1d([1]);
  gone.dispose();
  await assert.rejects(
    writeCheckpoint(path, new Map([["gone", gone]]), { step: "2" }),
    (error) => error instanceof ResourceError && error.message.includes(path),
  );
  assert.equal((await readCheckpoint(path)).metadata.step, "1");
});

for (
  const [what, change, message] of [
    ["one weight fewer", (tensors) => tensors.delete("toy.scale"), /lacks toy.scale/],
    ["one weight more", (tensors) => tensors.set("more", tf.tensor1d([1])), /holds more/],
    [
      "a weight of another shape",
      (tensors) => tensors.set("toy.icd", tf.zeros([8, 7])),
      /toy.icd is F32 \[8,7\]/,
    ],
  ] as [string, (tensors: Map<string, Tensor>) => void, RegExp][]
) {
  onEveryEngine(`a checkpoint with ${what} is refused before any is changed`, async () => {
    await using directory = await temporary();
    const path = `${directory.path}/last.safetensors`;
    const model = createToy(1);
    const tensors = weightsOf(model);
    change(tensors);
    await writeCheckpoint(path, tensors, {});
    model.weights.dispose();
    const other = createToy(2);
    const before = weightValues(other);
    const read = await readCheckpoint(path);
    assert.throws(
      () => restoreWeights(other.weights, read.tensors, path),
      (error) => error instanceof IntegrityError && message.test(error.message),
    );
    assert.deepEqual(weightValues(other), before);
    other.weights.dispose();
  });
}

onEveryEngine("an optimizer's moments in a checkpoint are no weights", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  const model = createToy(1);
  const tensors = weightsOf(model).set("optimizer.more", tf.tensor1d([1]));
  await writeCheckpoint(path, tensors, {});
  const other = createToy(2);
  restoreWeights(other.weights, (await readCheckpoint(path)).tensors, path);
  assert.deepEqual(weightValues(other), weightValues(model));
  model.weights.dispose();
  other.weights.dispose();
});

for (const value of [NaN, Infinity, -Infinity]) {
  onEveryEngine(`fault 42: a checkpoint that holds ${value} is not written`, async () => {
    await using directory = await temporary();
    const path = `${directory.path}/last.safetensors`;
    await writeCheckpoint(path, new Map(), { step: "1" });
    const tensors = new Map([["good", tf.tensor1d([1])], ["bad", tf.tensor1d([1, value])]]);
    await assert.rejects(writeCheckpoint(path, tensors, { step: "2" }), {
      name: NumericError.name,
      message: new RegExp(`value 1 of bad is ${value}, expected finite numbers`),
    });
    assert.equal((await readCheckpoint(path)).metadata.step, "1");
    assert.deepEqual([...Deno.readDirSync(directory.path)].length, 1);
  });
}

Deno.test("fault 42: nor is one read that an earlier version wrote", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/best.safetensors`;
  const bad = { dtype: "F32", shape: [2], data: new Float32Array([1, NaN]) } as const;
  const blank = encodeSafetensors({ bad }, { sha256: "0".repeat(64) });
  const text = new TextDecoder("latin1").decode(blank);
  const bytes = blank.slice();
  bytes.set(new TextEncoder().encode(sha256(blank)), text.indexOf("0".repeat(64)));
  await Deno.writeFile(path, bytes);
  for (const read of [readCheckpoint, checkCheckpoint]) {
    await assert.rejects(read(path), /best\.safetensors: bad is not finite$/);
  }
});

onEveryEngine("all bytes of a checkpoint are checked, with and without its tensors", async () => {
  await using directory = await temporary();
  const path = `${directory.path}/last.safetensors`;
  await checkpointBytes(path);
  const { tensors: _tensors, ...facts } = await readCheckpoint(path);
  assert.deepEqual(await checkCheckpoint(path), facts);
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(path, bytes);
  await assert.rejects(checkCheckpoint(path), IntegrityError);
  assert.deepEqual(await readCheckpointFacts(path), facts); // which looks at the header alone
});

onEveryEngine(
  "what is to be done before the old checkpoint goes is done while it stands",
  async () => {
    await using directory = await temporary();
    const path = `${directory.path}/last.safetensors`;
    await writeCheckpoint(path, new Map(), { step: "1" });
    let step = "";
    await writeCheckpoint(path, new Map(), { step: "2" }, async () => {
      step = (await readCheckpoint(path)).metadata.step!;
    });
    assert.equal(step, "1");
  },
);

for (
  const [what, make] of [
    ["a folder", (path) => Deno.mkdir(path)],
    ["a link that leads to itself", (path) => Deno.symlink(path, path)],
  ] as [string, (path: string) => Promise<void>][]
) {
  Deno.test(`fault 70: a checkpoint that is ${what} is refused`, async () => {
    await using directory = await temporary();
    const path = `${directory.path}/best.safetensors`;
    await make(path);
    for (const read of [readCheckpoint, checkCheckpoint, readCheckpointFacts]) {
      await assert.rejects(read(path), {
        name: IntegrityError.name,
        message: `reading checkpoint ${path}: it is ${what}`,
      });
    }
  });
}

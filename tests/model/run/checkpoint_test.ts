import assert from "node:assert/strict";
import { IntegrityError, ResourceError } from "../../../pipeline/errors.ts";
import {
  readCheckpoint,
  readCheckpointMetadata,
  restoreWeights,
  writeCheckpoint,
} from "../../../model/run/checkpoint.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { createToy, weightValues } from "../../_support/toy.ts";

/** Runs `body` with the path of a file in a directory of its own. */
async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(`${directory}/last.safetensors`);
    const left = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".tmp"));
    assert.deepEqual(left, []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function weightsOf(model: ReturnType<typeof createToy>): Map<string, Tensor> {
  return new Map(model.weights.all().map(({ name, variable }) => [name, variable]));
}

onEveryEngine("weights and metadata come back as they were written", async () => {
  await withFile(async (path) => {
    const model = createToy(1), other = createToy(2);
    const before = tf.memory().numTensors;
    await writeCheckpoint(path, weightsOf(model), { note: 'quoted "é" text', step: "7" });
    assert.equal(tf.memory().numTensors, before);
    const { tensors, metadata } = await readCheckpoint(path);
    assert.equal(metadata.note, 'quoted "é" text');
    assert.deepEqual(await readCheckpointMetadata(path), metadata);
    restoreWeights(other.weights, tensors, path);
    assert.deepEqual(weightValues(other), weightValues(model));
    model.weights.dispose();
    other.weights.dispose();
  });
});

onEveryEngine("a bit flipped anywhere, a cut or a byte more is found", async () => {
  await withFile(async (path) => {
    const scope = createToy(1);
    await writeCheckpoint(path, weightsOf(scope), { state: "{}" });
    scope.weights.dispose();
    const whole = await Deno.readFile(path);
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = whole.slice();
      flipped[at]! ^= 1 << (at % 8);
      await Deno.writeFile(path, flipped);
      await assert.rejects(readCheckpoint(path), IntegrityError, `bit of byte ${at}`);
    }
    for (const bytes of [whole.subarray(0, -1), Uint8Array.of(...whole, 0), new Uint8Array()]) {
      await Deno.writeFile(path, bytes);
      await assert.rejects(readCheckpoint(path), IntegrityError);
    }
    await Deno.writeFile(path, whole.subarray(0, 20));
    await assert.rejects(readCheckpointMetadata(path), IntegrityError);
  });
});

onEveryEngine("a failed write leaves the old checkpoint, and says where", async () => {
  await withFile(async (path) => {
    const model = createToy(1);
    await writeCheckpoint(path, weightsOf(model), { step: "1" });
    const failing = weightsOf(model);
    const gone = tf.tensor1d([1]);
    failing.set("gone", gone);
    gone.dispose();
    await assert.rejects(
      writeCheckpoint(path, failing, { step: "2" }),
      (error) => error instanceof ResourceError && error.message.includes(path),
    );
    assert.equal((await readCheckpoint(path)).metadata.step, "1");
    model.weights.dispose();
  });
});

onEveryEngine("weights of another model are refused before any is changed", async () => {
  await withFile(async (path) => {
    const model = createToy(1);
    const extra = tf.tensor1d([1]), wide = tf.zeros([8, 7]);
    const changes: [RegExp, (tensors: Map<string, Tensor>) => void][] = [
      [/lacks toy.scale/, (tensors) => tensors.delete("toy.scale")],
      [/holds more/, (tensors) => tensors.set("more", extra)],
      [/toy.icd is F32 \[8,7\]/, (tensors) => tensors.set("toy.icd", wide)],
    ];
    for (const [message, change] of changes) {
      const tensors = weightsOf(model);
      change(tensors);
      await writeCheckpoint(path, tensors, {});
      const other = createToy(2), first = weightValues(other);
      const read = await readCheckpoint(path);
      assert.throws(
        () => restoreWeights(other.weights, read.tensors, path),
        (error) => error instanceof IntegrityError && message.test(error.message),
      );
      assert.deepEqual(weightValues(other), first);
      other.weights.dispose();
    }
    tf.dispose([extra, wide]);
    model.weights.dispose();
    await assert.rejects(readCheckpoint(`${path}.missing`), /does not exist/);
  });
});

import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { checkpointPath, readCheckpoint } from "../../../model/run/checkpoint.ts";
import { readLabelVectors } from "../../../model/run/label_vectors.ts";
import { openRun } from "../../../model/run/run.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const systems = [
  {
    request: { model: "marn" },
    names: { icd: "icd.score.weight", ccs: "ccs.score.weight" },
  },
  {
    request: { base: "caml", mtl: true, set: ["model.filters=4"] },
    names: { icd: "final.weight", ccs: "final_ccs.weight" },
  },
];

for (const { request, names } of systems) {
  Deno.test(`${request.model ?? request.base}'s label vectors are the rows of its score layers`, async () => {
    await using trained = await TrainedRun.create({}, request);
    const run = await openRun(trained.run);
    const { labels, vectors, width } = await readLabelVectors(run);
    const { tensors } = await readCheckpoint(checkpointPath(trained.run, "best"));
    for (const task of ["icd", "ccs"] as const) {
      const { shape, data } = tensors.get(names[task])!;
      assert.deepEqual(shape, [labels[task].length, width]);
      assert.deepEqual(vectors[task], data);
    }
  });
}

Deno.test("a run of one branch, or without label attention, has no common space", async () => {
  for (
    const [request, found] of [
      [{ mtl: false }, /it is a marn that predicts ICD labels, .*train a run with --model marn$/],
      [{ model: "cnn", target: "ccs", set: ["model.filters=4"] }, /a cnn that predicts CCS labels/],
    ] as const
  ) {
    await using trained = await TrainedRun.create({}, { ...request, set: request.set?.slice() });
    const run = await openRun(trained.run);
    const before = tf.memory().numTensors;
    await assert.rejects(
      readLabelVectors(run),
      (error: Error) => error instanceof UsageError && found.test(error.message),
    );
    assert.equal(tf.memory().numTensors, before);
  }
});

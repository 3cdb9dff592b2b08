/**
 * The vectors that a trained run gives to its labels.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import { TASKS } from "../../pipeline/schema.ts";
import type { LabelVectors } from "../analysis/label_plane.ts";
import { restoreModel } from "./restore.ts";
import type { Run } from "./run.ts";

/**
 * The rows of the score layers of a run's best weights, for all label sets.
 *
 * @throws {UsageError} where the run lacks a branch, or its system label attention.
 * @throws {IntegrityError} where the checkpoint is missing or damaged.
 */
export async function readLabelVectors(run: Run): Promise<LabelVectors> {
  const { directory, config, labels } = run;
  const { model } = await restoreModel(run, "best");
  try {
    const { labelVectors, tasks } = model;
    if (labelVectors === undefined || tasks.length < TASKS.length) {
      const found = tasks.map((task) => task.toUpperCase()).join(" and ");
      throw new UsageError(
        `reading label vectors of ${directory}: it is a ${config.model.name} that predicts ${found} ` +
          `labels, expected label attention on ICD and CCS labels; train a run with --model marn`,
      );
    }
    const [icd, ccs] = TASKS.map(labelVectors);
    return {
      labels,
      vectors: {
        icd: await icd!.data() as Float32Array,
        ccs: await ccs!.data() as Float32Array,
      },
      width: icd!.shape[1]!,
    };
  } finally {
    model.weights.dispose();
  }
}

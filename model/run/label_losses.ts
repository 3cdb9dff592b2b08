/**
 * What each ICD code costs a trained run (the paper's Fig. 11).
 *
 * @module
 */
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Split } from "../../pipeline/schema.ts";
import { type LabelLoss, labelLosses } from "../analysis/label_losses.ts";
import { scoreDocuments, type ScoringOptions, splitTruth } from "../scoring.ts";
import { readDocuments } from "./read_documents.ts";
import { restoreModel } from "./restore.ts";
import { requireDataset, type Run } from "./run.ts";

/** The run and the split whose losses are computed. */
export interface LossRequest extends ScoringOptions {
  readonly run: Run;
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  readonly split: Split;
}

/**
 * The losses of the ICD codes that some document of the split carries, by a run's best weights.
 *
 * @throws {UsageError} where the run predicts no ICD codes.
 * @throws {IntegrityError} where the dataset is another, or the checkpoint missing or damaged.
 */
export async function readLabelLosses(
  { run, dataset, split, ...options }: LossRequest,
): Promise<LabelLoss[]> {
  requireDataset(run, dataset);
  const { model } = await restoreModel(run, "best");
  try {
    if (!model.tasks.includes("icd")) {
      throw new UsageError(
        `reading losses of ${run.directory}: it predicts CCS labels alone, expected ICD codes; ` +
          `name another run`,
      );
    }
    using documents = await readDocuments(run.config, dataset, split);
    const { icd } = await scoreDocuments(model, documents, run.config, options);
    return labelLosses(icd!, splitTruth(documents, "icd"));
  } finally {
    model.weights.dispose();
  }
}

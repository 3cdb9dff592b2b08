/** A split's scores, read and scored in one go. */
import { scoreDocuments, type Scores } from "../../model/scoring.ts";
import type { Model } from "../../model/model.ts";
import type { BatchingConfig } from "../../pipeline/dataset/batches.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import type { Split } from "../../pipeline/schema.ts";

/** The scores of all documents of a split. */
export async function scoreSplit(
  model: Model,
  dataset: Dataset,
  split: Split,
  config: BatchingConfig,
): Promise<Scores> {
  using documents = await readSplit(dataset, split);
  return await scoreDocuments(model, documents, config);
}

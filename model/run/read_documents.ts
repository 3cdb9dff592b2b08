/**
 * A split's documents as a configured system reads them.
 *
 * @module
 */
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit, type SplitDocuments } from "../../pipeline/dataset/read_split.ts";
import type { Split } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import { systemNamed } from "../zoo/systems.ts";

/** `readSplit` with rare words where the system spells them. Dispose of the result. Throws as it does. */
export async function readDocuments(
  { model }: Pick<TrainConfig, "model">,
  dataset: Dataset,
  split: Split,
): Promise<SplitDocuments> {
  const { spells: keepsRare } = systemNamed(model.name);
  return await readSplit(dataset, split, { keepsRare });
}

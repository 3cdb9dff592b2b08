/**
 * Predictions as files of a run directory.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import { join } from "node:path";
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import { type FileDigest, writeDigested } from "../../pipeline/files/checksum.ts";
import { formatField } from "../../pipeline/files/csv.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/files/safetensors.ts";
import { makeDirectory } from "../../pipeline/files/write.ts";
import type { DocumentKey, Label, Split, Task } from "../../pipeline/schema.ts";
import { topK } from "../metrics/ranking.ts";
import { documentScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import type { Scores } from "../scoring.ts";

/** The folder of a run that holds them. */
export const PREDICTIONS = "predictions";

/** The file of a split's most probable codes, by its path in the run directory. */
export function predictionsFile(split: Split): string {
  return `${PREDICTIONS}/${split}.csv`;
}

/** The file of all of a split's scores, likewise. */
export function scoresFile(split: Split): string {
  return `${PREDICTIONS}/${split}.scores.safetensors`;
}

/** Most probable codes of a document that the CSV holds. */
export const PREDICTED_CODES = 50;

/** What `predictions/<split>.csv` is made from. */
export interface Predictions {
  /** [D] in the split's order. */
  readonly documents: readonly DocumentKey[];
  /** [L] in index order. */
  readonly labels: readonly Label[];
  /** [D, L] */
  readonly matrix: ScoreMatrix;
  /** The labels that the D documents carry. */
  readonly truth: LabelRows;
}

/**
 * The most probable codes of every document as CSV: `id,rank,code,probability,label`, where `label` is 1
 * if the document carries the code.
 */
export function formatPredictions({ documents, labels, matrix, truth }: Predictions): string {
  const lines = ["id,rank,code,probability,label"];
  documents.forEach(({ id }, row) => {
    const scores = documentScores(matrix, row);
    const own = new Set(rowOf(truth, row));
    topK(scores, PREDICTED_CODES).forEach((label, at) => {
      const probability = Number(scores[label]!.toPrecision(7));
      const fields = [formatField(id), at + 1, formatField(labels[label]!.code), probability];
      lines.push(`${fields.join()},${own.has(label) ? 1 : 0}`);
    });
  });
  return `${lines.join("\n")}\n`;
}

/** Writes `predictions/<split>.csv` of a run. Throws `ResourceError`. */
export function writePredictions(
  run: string,
  split: Split,
  predictions: Predictions,
): Promise<FileDigest> {
  return writeInto(run, predictionsFile(split), formatPredictions(predictions));
}

/**
 * Writes `predictions/<split>.scores.safetensors` of a run: `scores`, [D, L] of the target's labels, and
 * those of any other label set under its own name. Rows are in the split's order. Throws
 * `ResourceError`.
 */
export async function writeScores(
  run: string,
  split: Split,
  { scores, target }: { readonly scores: Scores; readonly target: Task },
): Promise<FileDigest> {
  const tensors = new Map<string, TensorData>();
  for (const [task, matrix] of Object.entries(scores)) {
    const shape = [matrix.documents, matrix.labels];
    tensors.set(task === target ? "scores" : task, { dtype: "F32", shape, data: matrix.scores });
  }
  const content = encodeSafetensors(tensors, { split, target });
  return await writeInto(run, scoresFile(split), content);
}

async function writeInto(
  run: string,
  file: string,
  content: string | Uint8Array,
): Promise<FileDigest> {
  await makeDirectory(join(run, PREDICTIONS));
  return await writeDigested(run, file, content);
}

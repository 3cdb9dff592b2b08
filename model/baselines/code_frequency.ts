/**
 * The baseline that reads no notes: every document gets each label with the label's frequency in
 * training.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** Share of the documents that carry each label, [L]. */
export function labelFrequencies(documents: Documents, task: Task, labels: number): Float64Array {
  const counts = new Float64Array(labels);
  for (let row = 0; row < documents.count; row++) {
    for (const label of documents.labels(task, row)) counts[label]!++;
  }
  return counts.map((count) => count / documents.count);
}

/** The same probabilities for every document, [D, L]. */
export function frequencyScores(frequencies: Float64Array, documents: number): ScoreMatrix {
  const labels = frequencies.length;
  const scores = new Float32Array(documents * labels);
  for (let row = 0; row < documents; row++) scores.set(frequencies, row * labels);
  return { documents, labels, scores };
}

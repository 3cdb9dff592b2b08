/**
 * The baseline that reads no notes: every document gets each label with the label's frequency in
 * training.
 *
 * Legend: `L` labels.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { Task } from "../../pipeline/schema.ts";

/** Share of the documents that carry each label, [L]. */
export function labelFrequencies(documents: Documents, task: Task, labels: number): Float64Array {
  const counts = new Float64Array(labels);
  for (let row = 0; row < documents.count; row++) {
    for (const label of documents.labels(task, row)) counts[label]!++;
  }
  return counts.map((count) => count / documents.count);
}

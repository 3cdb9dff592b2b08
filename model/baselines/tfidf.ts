/**
 * Documents as bags of words, weighted by TF-IDF as scikit-learn's `TfidfVectorizer` does by default:
 * counts times ln((1 + D) / (1 + df)) + 1, rows of unit length.
 *
 * Legend: `D` documents, `V` vocabulary, `N` distinct words of all documents, summed.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { joinArrays } from "../../pipeline/files/arrays.ts";
import { PADDING, UNKNOWN } from "../../pipeline/schema.ts";

/** A sparse matrix by rows, [D, V]. */
export interface SparseRows {
  /** [D + 1] where each row begins. */
  readonly offsets: Uint32Array;
  /** [N] token ids, ascending within a row. */
  readonly columns: Int32Array;
  /** [N] the weight of each token. */
  readonly values: Float32Array;
}

/**
 * Inverse document frequency of every token, [V]: 0 for padding, for the unknown token and for tokens
 * that no document has.
 */
export function inverseDocumentFrequencies(documents: Documents, vocabulary: number): Float64Array {
  const counts = new Float64Array(vocabulary);
  for (let row = 0; row < documents.count; row++) {
    for (const token of new Set(documents.tokens(row))) counts[token]!++;
  }
  counts[PADDING] = counts[UNKNOWN] = 0;
  return counts.map((df) => df === 0 ? 0 : Math.log((1 + documents.count) / (1 + df)) + 1);
}

/** The documents' TF-IDF rows. Tokens without a weight are left out. */
export function tfidfRows(documents: Documents, idf: Float64Array): SparseRows {
  const offsets = new Uint32Array(documents.count + 1);
  const columns: Int32Array[] = [];
  const values: Float32Array[] = [];
  for (let row = 0; row < documents.count; row++) {
    const sorted = documents.tokens(row).filter((token) => idf[token]! > 0).sort();
    const distinct = sorted.filter((token, at) => token !== sorted[at - 1]);
    const weights = new Float64Array(distinct.length);
    let word = -1;
    for (let at = 0; at < sorted.length; at++) {
      if (sorted[at] !== sorted[at - 1]) word++;
      weights[word]! += idf[sorted[at]!]!;
    }
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    columns.push(distinct);
    values.push(Float32Array.from(weights, (weight) => weight / length));
    offsets[row + 1] = offsets[row]! + distinct.length;
  }
  return {
    offsets,
    columns: joinArrays(Int32Array, columns),
    values: joinArrays(Float32Array, values),
  };
}

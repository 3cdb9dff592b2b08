/**
 * Histograms of probabilities, of true labels and of all others.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** How often values fall between limits, and what they add up to. */
export interface Histogram {
  /** Of the values; 0 without any. */
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper limits of the buckets, rising; a value on a limit is below it. */
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** Buckets of equal width from 0 to 1. */
const BUCKETS = 50;

/** A histogram that values are added to. */
class Counter {
  #min = Infinity;
  #max = -Infinity;
  #count = 0;
  #sum = 0;
  #sumOfSquares = 0;
  readonly #counts = new Float64Array(BUCKETS);

  /** Counts a probability, from 0 to 1. */
  add(value: number): void {
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#count++;
    this.#sum += value;
    this.#sumOfSquares += value * value;
    this.#counts[Math.max(0, Math.ceil(value * BUCKETS) - 1)]!++;
  }

  /** The histogram of what was counted so far. */
  histogram(): Histogram {
    return {
      min: this.#count === 0 ? 0 : this.#min,
      max: this.#count === 0 ? 0 : this.#max,
      count: this.#count,
      sum: this.#sum,
      sumOfSquares: this.#sumOfSquares,
      limits: Array.from({ length: BUCKETS }, (_, at) => (at + 1) / BUCKETS),
      counts: [...this.#counts],
    };
  }
}

/**
 * Histograms of the probabilities [D, L] that true labels get, and of those that all others get.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 1, labels: 3, scores: Float32Array.of(0.25, 0.5, 0.75) };
 * const truth = { offsets: Int32Array.of(0, 1), indices: Int32Array.of(2) };
 * const { carried, other } = probabilityHistograms(matrix, truth);
 * assert.deepEqual([carried.count, carried.sum, other.count, other.sum], [1, 0.75, 2, 0.75]);
 * ```
 */
export function probabilityHistograms(
  { documents, labels, scores }: ScoreMatrix,
  { offsets, indices }: LabelRows,
): { readonly carried: Histogram; readonly other: Histogram } {
  const carried = new Counter();
  const other = new Counter();
  for (let document = 0; document < documents; document++) {
    let next = offsets[document]!;
    for (let label = 0; label < labels; label++) {
      const isTrue = next < offsets[document + 1]! && indices[next] === label; // indices rise
      (isTrue ? carried : other).add(scores[document * labels + label]!);
      if (isTrue) next++;
    }
  }
  return { carried: carried.histogram(), other: other.histogram() };
}

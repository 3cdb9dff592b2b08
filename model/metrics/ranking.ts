/**
 * Metrics of each document's ranking of the labels: precision and recall at k, R-precision, average
 * precision. All of them follow from the ranks of the document's own labels. The highest score is first;
 * equal scores are ranked by label index.
 *
 * @module
 */
import { type Cells, indexKeys } from "./cells.ts";
import { CUTOFFS, RANKING_METRICS, type RankingMetric } from "./names.ts";

/**
 * Each document's value of each metric, [D]. Where a document has no label, its precisions are 0 and
 * the others, which divide by the number of its labels, NaN: it does not count towards their means.
 */
export type DocumentValues = { readonly [metric in RankingMetric]: Float64Array };

/** Bits of a key that an index of a document's few positives leaves out. */
const INDEX_SHIFT = 18;

/** Every ranking metric for every document. */
export function rankingValues(cells: Cells): DocumentValues {
  const values = Object.fromEntries(
    RANKING_METRICS.map((name) => [name, new Float64Array(cells.documents)]),
  ) as unknown as DocumentValues;
  for (let row = 0; row < cells.documents; row++) {
    const ranks = positiveRanks(cells, row);
    for (const k of CUTOFFS) {
      const hits = hitsWithin(ranks, k);
      values[`p@${k}`][row] = hits / k;
      values[`r@${k}`][row] = hits / ranks.length;
    }
    values.r_precision[row] = hitsWithin(ranks, ranks.length) / ranks.length;
    values.map[row] = averagePrecision(ranks);
  }
  return values;
}

/**
 * Mean over the documents for which the metric is defined, each counting as often as `weights` says;
 * once without. NaN where it is defined for none.
 */
export function weightedMean(values: Float64Array, weights?: Uint16Array): number {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const weight = weights ? weights[row]! : 1;
    if (Number.isNaN(value)) continue;
    sum += weight * value;
    count += weight;
  }
  return sum / count;
}

/** Each metric's mean over documents. */
export function rankingMeans(
  values: DocumentValues,
): { readonly [metric in RankingMetric]: number } {
  const means = RANKING_METRICS.map((name) => [name, weightedMean(values[name])]);
  return Object.fromEntries(means);
}

/**
 * Indices of the `k` largest of `values`, the largest first, equal ones by index.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...topK(Float32Array.of(.1, .7, .3, .7), 3)], [1, 3, 2]);
 * ```
 */
export function topK(values: Float32Array, k: number): Int32Array {
  const size = Math.min(k, values.length);
  const best = new Int32Array(size);
  let found = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (found === size && !(value > values[best[size - 1]!]!)) continue;
    let at = found < size ? found++ : size - 1;
    for (; at > 0 && values[best[at - 1]!]! < value; at--) best[at] = best[at - 1]!;
    best[at] = index;
  }
  return best;
}

/** The ranks, from 1 and ascending, of the labels of document `row`. */
function positiveRanks(cells: Cells, row: number): Uint32Array {
  const { keys, columns, width } = cells;
  const start = row * width;
  const own = cells.positives.slice(cells.offsets[row], cells.offsets[row + 1]);
  if (own.length === 0) return new Uint32Array();
  const keyAt = (at: number) => keys[start + columns[at]!]!;
  own.sort((a, b) => keyAt(a) - keyAt(b) || b - a); // worst first
  const ownKeys = Uint32Array.from(own, keyAt);
  const lowest = ownKeys[0]!;
  const first = indexKeys(ownKeys, INDEX_SHIFT);
  const better = new Uint32Array(own.length + 1); // cells that are better than exactly so many own ones
  for (let at = 0; at < columns.length; at++) {
    const key = keys[start + columns[at]!]!;
    if (key < lowest) continue;
    let low = first[key >>> INDEX_SHIFT]!;
    const high = first[(key >>> INDEX_SHIFT) + 1]!;
    while (low < high && (ownKeys[low]! < key || (ownKeys[low] === key && own[low]! > at))) low++;
    better[low]!++;
  }
  const ranks = new Uint32Array(own.length);
  let above = 0;
  for (let at = own.length; at > 0; at--) {
    above += better[at]!;
    ranks[own.length - at] = above + 1;
  }
  return ranks;
}

function hitsWithin(ranks: Uint32Array, k: number): number {
  let hits = 0;
  while (hits < ranks.length && ranks[hits]! <= k) hits++;
  return hits;
}

function averagePrecision(ranks: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < ranks.length; at++) sum += (at + 1) / ranks[at]!;
  return sum / ranks.length; // NaN without labels
}

/**
 * How many of a case's most probable codes a coder would look through to find most of its codes.
 *
 * @module
 */

/** Share of a case's codes that the suggestions are to reach. */
export const REACHED_SHARE = 0.9;

/**
 * The least number of most probable labels that hold a share of a case's codes; equal scores by label
 * index. NaN where it has no codes.
 *
 * @param scores one for each label.
 * @param codes indices of the case's labels, distinct.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggestionsToReach(Float32Array.of(.9, .1, .8, .5), Int32Array.of(0, 3)), 3);
 * ```
 */
export function suggestionsToReach(
  scores: Float32Array,
  codes: Int32Array,
  share = REACHED_SHARE,
): number {
  const ranks = Array.from(codes, (label) => rankOf(scores, label)).sort((a, b) => a - b);
  return ranks[Math.ceil(ranks.length * share) - 1] ?? NaN;
}

function rankOf(scores: Float32Array, label: number): number {
  const own = scores[label]!;
  return scores.reduce(
    (rank, score, other) => rank + Number(score > own || (score === own && other < label)),
    1,
  );
}

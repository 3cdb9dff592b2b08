/**
 * How many of a case's most probable codes a coder would look through to find most of its codes.
 *
 * @module
 */
import type { Interval } from "../metrics/bootstrap/count_intervals.ts";
import { drawResamples, interval95, resampleAt } from "../metrics/bootstrap/resamples.ts";

/** Share of a case's codes that the suggestions are to reach. */
const REACHED_SHARE = 0.9;

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

/** How many suggestions cases take; those without codes do not count. */
export interface SuggestionSummary {
  readonly cases: number;
  readonly mean: number;
  /** 95% bootstrap interval of the mean over cases. */
  readonly interval: Interval;
  readonly median: number;
  /** Nine of ten cases take as many or fewer. */
  readonly mostly: number;
}

/**
 * Sums up cases.
 *
 * @param suggestions of each case; NaN of one without codes.
 * @param labels as many as a case can take.
 */
export function summarizeSuggestions(
  suggestions: readonly number[],
  { labels, resamples: size }: { readonly labels: number; readonly resamples: number },
): SuggestionSummary {
  const counts = sortedCounts(suggestions);
  const cases = counts.length;
  const mean = counts.reduce((sum, count) => sum + count, 0) / cases;
  const resamples = drawResamples(cases, { size, seed: 1 });
  const shares = Float64Array.from({ length: size }, (_, at) => {
    const drawn = resampleAt(resamples, at);
    return counts.reduce((sum, count, row) => sum + count * drawn[row]!, 0) / cases / labels;
  });
  const [low, high] = interval95(shares, mean / labels);
  return {
    cases,
    mean,
    interval: [low * labels, high * labels],
    median: suggestionsOfShare(counts, 0.5),
    mostly: suggestionsOfShare(counts, 0.9),
  };
}

/**
 * The suggestions that a share of cases takes at most, as `median` and `mostly` have them. NaN of no case.
 *
 * @param suggestions of each case; NaN of one without codes, which does not count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggestionsOfShare([9, NaN, 3], 0.5), 3);
 * ```
 */
export function suggestionsOfShare(suggestions: readonly number[], share: number): number {
  const counts = sortedCounts(suggestions);
  return counts[Math.ceil(share * counts.length) - 1] ?? NaN;
}

/** Those of cases with codes, the fewest first. */
function sortedCounts(suggestions: readonly number[]): number[] {
  return suggestions.filter((count) => !Number.isNaN(count)).sort((a, b) => a - b);
}

/**
 * Isotonic regression (Zadrozny and Elkan 2002): the rising function of the score that is nearest to
 * what is true, found by pooling adjacent violators. The order of scores stays, but for ties.
 *
 * Legend: `K` knots.
 *
 * @module
 */
import type { ScoreLevels } from "./levels.ts";

/** A rising function: straight between its knots, level beyond them. */
export interface Isotonic {
  /** [K] scores, ascending; at least one. */
  readonly scores: readonly number[];
  /** [K] probabilities at them, ascending. */
  readonly probabilities: readonly number[];
}

/** Neighbouring scores that share a probability. */
interface Block {
  readonly from: number;
  to: number;
  cells: number;
  positives: number;
}

/** Fits the function, each cell weighing the same. Its knots are the ends of its level stretches. */
export function fitIsotonic({ scores, cells, positives }: ScoreLevels): Isotonic {
  const blocks: Block[] = [];
  scores.forEach((score, at) => {
    blocks.push({ from: score, to: score, cells: cells[at]!, positives: positives[at]! });
    for (let last = blocks.length - 1; last > 0; last--) {
      const [below, above] = [blocks[last - 1]!, blocks[last]!];
      if (below.positives * above.cells < above.positives * below.cells) break;
      below.to = above.to;
      below.cells += above.cells;
      below.positives += above.positives;
      blocks.pop();
    }
  });
  const knots = blocks.flatMap(({ from, to, cells, positives }) => {
    const probability = positives / cells;
    return from === to ? [[from, probability]] : [[from, probability], [to, probability]];
  });
  return {
    scores: knots.map(([score]) => score!),
    probabilities: knots.map(([, probability]) => probability!),
  };
}

/** The function's value at a score. */
export function applyIsotonic({ scores, probabilities }: Isotonic, score: number): number {
  let low = 0; // the first knot that is not below the score
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (scores[middle]! < score) low = middle + 1;
    else high = middle;
  }
  if (low === scores.length) return probabilities[low - 1]!;
  if (low === 0 || scores[low] === score) return probabilities[low]!;
  const share = (score - scores[low - 1]!) / (scores[low]! - scores[low - 1]!);
  return probabilities[low - 1]! + share * (probabilities[low]! - probabilities[low - 1]!);
}

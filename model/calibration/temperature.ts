/**
 * Temperature scaling (Guo et al. 2017) of independent labels: one number that all logits are divided
 * by, so that probabilities become as sharp as they should be. The order of scores stays.
 *
 * @module
 */
import type { ScoreLevels } from "./levels.ts";

/** The range in which a temperature is looked for. */
const COLDEST = 1 / 20;
const WARMEST = 20;

/** Probabilities are held this far from 0 and from 1, where logits are infinite. */
const LEAST = 2 ** -40;
const FROM_ONE = 2 ** -24;

/** Logits that are nearer to each other are taken together, at their mean. */
const STEP = 1e-3;

/**
 * The temperature that makes the cells most likely: the one minimum of their mean binary cross-entropy,
 * from 1/20 to 20. 1 where all scores are a half, which no temperature changes.
 */
export function fitTemperature(levels: ScoreLevels): number {
  const groups = groupLogits(levels);
  // The cross-entropy is convex in β = 1 / T; its derivative rises.
  const ofPositives = levels.scores.reduce(
    (sum, score, at) => sum + logitOf(score) * levels.positives[at]!,
    0,
  );
  const slope = (beta: number) =>
    groups.reduce(
      (sum, { logit, cells }) => sum + logit * cells / (1 + Math.exp(-beta * logit)),
      -ofPositives,
    );
  if (groups.every(({ logit }) => logit === 0)) return 1;
  let low = 1 / WARMEST;
  let high = 1 / COLDEST;
  if (slope(low) >= 0) return WARMEST;
  if (slope(high) <= 0) return COLDEST;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

/** A probability at another temperature. */
export function applyTemperature(temperature: number, probability: number): number {
  return 1 / (1 + Math.exp(-logitOf(probability) / temperature));
}

function logitOf(probability: number): number {
  const held = Math.min(Math.max(probability, LEAST), 1 - FROM_ONE);
  return Math.log(held / (1 - held));
}

/** Cells of nearly one logit. */
interface LogitGroup {
  logit: number;
  cells: number;
}

function groupLogits({ scores, cells }: ScoreLevels): LogitGroup[] {
  const groups: LogitGroup[] = [];
  let start = -Infinity;
  scores.forEach((score, at) => {
    const logit = logitOf(score);
    const group = groups.at(-1);
    const count = cells[at]!;
    if (group && logit - start < STEP) {
      group.logit += (logit - group.logit) * count / (group.cells + count);
      group.cells += count;
    } else {
      start = logit;
      groups.push({ logit, cells: count });
    }
  });
  return groups;
}

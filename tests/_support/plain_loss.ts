/**
 * The losses by their definitions, in double precision and without a tensor.
 *
 * @module
 */
import type { LossOptions } from "../../model/loss.ts";

/** A loss of logits against targets, both [B, L]. */
export function plainLoss(
  options: LossOptions,
  logits: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): number {
  const documents = logits.length;
  const labels = logits[0]!.length;
  const costs = logits.flatMap((row, b) =>
    row.map((x, l) => entryCost(options, x, targets[b]![l]!))
  );
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return sum / (options.name === "focal-balanced" ? documents : documents * labels);
}

/** What an entry costs before anything is averaged: a logit x and its target y, 0 or 1. */
export function entryCost({ name, alpha, gamma }: LossOptions, x: number, y: number): number {
  switch (name) {
    case "bce":
      return bce(x, y);
    case "focal":
      return alpha * miss(x, y) ** gamma * bce(x, y);
    case "focal-balanced": // eq. 16
      return (y ? alpha : 1 - alpha) * miss(x, y) ** gamma * bce(x, y);
  }
}

function bce(x: number, y: number): number {
  const z = y ? x : -x;
  return Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** 1 − p_t: the probability that was not given to the truth. */
function miss(x: number, y: number): number {
  return 1 / (1 + Math.exp(y ? x : -x));
}

/**
 * How a note's codes stand to the probabilities of a run: what they have beyond what is expected under
 * these probabilities. Where the probabilities are right, both figures are 0 on average, however hard the
 * note is; that a hard note costs more, which makes its plain loss vary, is taken out.
 *
 * Legend: `L` labels; `y` 1 where the note was given the label, 0 where not; `p` its probability.
 *
 * @module
 */

/** What a note's codes have beyond the expected. */
export interface CodeResiduals {
  /** Loss less its expectation, mean over labels: (p − y) · log(p / (1 − p)), in nats. */
  readonly surprise: number;
  /** Codes less their expectation, sum over labels: y − p. */
  readonly excess: number;
}

/** A probability of 0 or 1, whose logit is infinite, is held this far from it. */
const LEAST = 1e-7;

/**
 * The residuals of one note.
 *
 * With the probabilities 3/4 and 1/4 the loss is expected to be their entropy, 0.562. A note that was
 * given the first code alone loses −log(3/4) = 0.288, so 0.275 less; one that was given the second alone
 * loses 1.386, so 0.824 more. Both have one code, which is what is expected.
 *
 * @param probabilities [L]
 * @param labels indices of the labels that it was given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { surprise, excess } = codeResiduals(Float32Array.of(0.75, 0.25), [1]);
 * assert.ok(Math.abs(surprise - 0.75 * Math.log(3)) < 1e-12);
 * assert.equal(excess, 0);
 * ```
 */
export function codeResiduals(
  probabilities: Float32Array,
  labels: Iterable<number>,
): CodeResiduals {
  const own = new Set(labels);
  let surprise = 0;
  let excess = 0;
  probabilities.forEach((probability, label) => {
    const residual = Number(own.has(label)) - probability;
    surprise -= residual * logitOf(probability);
    excess += residual;
  });
  return { surprise: surprise / probabilities.length, excess };
}

function logitOf(probability: number): number {
  const held = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return Math.log(held / (1 - held));
}

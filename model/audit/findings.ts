/**
 * An audit of coded cases: which codes a coder has likely left out, and which likely do not belong.
 *
 * A finding's weight is the log-odds that the coder erred, up to a constant. Say that a coder leaves out
 * a code that belongs with a small probability ρ, whatever the note says, and gives as many in error as
 * are left out: label l, which a share π of all cases has, with the probability ρ·π/(1 − π) where it does
 * not belong. Let p be the calibrated probability that it belongs. By Bayes' rule, to first order in ρ,
 *
 *     odds that a code is missing, not given:  ρ · p/(1 − p)
 *     odds that a code is wrong, given:        ρ · π/(1 − π) · (1 − p)/p
 *
 * So with log-odds λ: a missing code weighs λ(p), a wrong one λ(π) − λ(p), and both stand in one list.
 * ρ changes no order and need not be known. A code that is improbable because it is rare is no finding by
 * that: what counts against a given code is how much less probable the note makes it than it is anyway.
 *
 * Legend: `L` labels.
 *
 * @module
 */

/** What may be wrong with a case's codes: one is missing, or one is wrong. */
export const FINDING_KINDS = ["missing", "wrong"] as const;

/** What is wrong with one code. */
export type FindingKind = typeof FINDING_KINDS[number];

/** A code of a case that a coder should look at. */
export interface Finding {
  readonly kind: FindingKind;
  /** Index of the code among the labels. */
  readonly label: number;
  /** That the code belongs; calibrated where the rule is. */
  readonly probability: number;
  /** The model's, from which the probability is. */
  readonly score: number;
  /** Log-odds that the coder erred, up to a constant: findings of all cases rank by it. */
  readonly weight: number;
}

/** What makes findings of a case's scores. */
export interface AuditRule {
  /** The probability that a score stands for. */
  readonly probability: (score: number) => number;
  /** Whether the run assigns a code with this score. */
  readonly isAssigned: (score: number) => boolean;
  /** [L] share of cases that have each label, whatever their notes say: above 0, below 1. */
  readonly rates: Float64Array;
}

/** A probability that a fit calls impossible or certain is held to be this far from it. */
const LEAST = 1e-4;

/**
 * What the run and the coder disagree on in a case, the weightiest first: codes that the run assigns and
 * the coder has not given, and given codes that the run does not assign.
 *
 * @param scores [L] the model's.
 * @param given indices of the labels that the coder gave.
 */
export function auditCase(
  scores: Float32Array,
  given: Iterable<number>,
  { probability: probabilityOf, isAssigned, rates }: AuditRule,
): Finding[] {
  const own = new Set(given);
  const findings: Finding[] = [];
  scores.forEach((score, label) => {
    const isGiven = own.has(label);
    if (isGiven === isAssigned(score)) return;
    const probability = probabilityOf(score);
    const odds = logOdds(probability);
    findings.push({
      kind: isGiven ? "wrong" : "missing",
      label,
      probability,
      score,
      weight: isGiven ? logOdds(rates[label]!) - odds : odds,
    });
  });
  return findings.sort(compareFindings);
}

/**
 * Orders findings of one case or of many, the weightiest first. Where the fit is level, the model's own
 * score decides: the higher of two missing codes, the lower of two wrong ones.
 */
export function compareFindings(a: Finding, b: Finding): number {
  const surprise = ({ kind, score }: Finding) => kind === "missing" ? score : 1 - score;
  return b.weight - a.weight || surprise(b) - surprise(a) || a.label - b.label;
}

/** λ: the logarithm of the odds of a probability. */
function logOdds(probability: number): number {
  const held = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return Math.log(held / (1 - held));
}

/**
 * Shares of cases that have each label, of how many of the training documents carry it; one that none
 * carries has half a document.
 */
export function labelRates(documents: number, counts: readonly number[]): Float64Array {
  return Float64Array.from(counts, (count) => (count + 0.5) / (documents + 1));
}

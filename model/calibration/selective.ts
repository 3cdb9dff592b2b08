/**
 * Selective coding: the codes of a case that may be accepted unseen, at a promised precision.
 *
 * The promise. Of a case drawn like those of dev, with a code above the threshold, the expected share of
 * right codes among those above it is at least `precision`; the search on dev breaks this with a
 * probability of at most 1 − `confidence`. It controls the false discovery rate by Learn then Test
 * (Angelopoulos et al. 2021): thresholds of a fixed grid are tested from the strictest on, and the first
 * that fails ends the search (fixed-sequence testing), so that choosing among them costs no confidence.
 * A test is Hoeffding's inequality in its relative-entropy form (1963, theorem 1), exact for any number
 * of cases. Its unit is the case: the codes of a case may be right and wrong together.
 *
 * What it assumes: dev's cases and new ones are drawn alike, independently of each other; and a lower
 * threshold is nowhere more precise than a higher one, since thresholds that few cases of dev reach are
 * passed over, not tested.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { type Cells, selectCells } from "../metrics/cells.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** Of codes that are accepted unseen: how many are right, and how surely. */
export interface PrecisionPromise {
  /** Above 0, below 1. */
  readonly precision: number;
  /** Above 0, below 1. */
  readonly confidence: number;
}

/** What accepting codes unseen comes to on a split. */
export interface Acceptance {
  readonly cases: number;
  /** Cases with an accepted code. */
  readonly accepting: number;
  /** Cases with an assigned code, all of whose assigned codes are accepted. */
  readonly complete: number;
  /** Codes that the threshold of decisions assigns. */
  readonly assigned: number;
  /** True codes, accepted or not. */
  readonly positives: number;
  readonly accepted: number;
  /** Accepted codes that are true. */
  readonly right: number;
  /** Mean over accepting cases of the share of their accepted codes that is right; NaN of none. */
  readonly precision: number;
}

/**
 * The fewest cases with which anything can be promised: with fewer, codes that are all right could be so
 * by chance.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(fewestCases({ precision: 0.95, confidence: 0.9 }), 45);
 * ```
 */
export function fewestCases({ precision, confidence }: PrecisionPromise): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(precision));
}

/**
 * The lowest threshold, found on dev, above which codes may be accepted unseen.
 *
 * @param lowest no code at or below it is accepted: the threshold of decisions.
 * @returns undefined where no threshold keeps the promise.
 * @throws {NumericError} where a score is not a probability.
 */
export function findAcceptance(
  dev: ScoreMatrix,
  truth: LabelRows,
  { lowest, ...promise }: PrecisionPromise & { readonly lowest: number },
): number | undefined {
  const least = Math.max(2 * fewestCases(promise), Math.min(dev.documents / 10, MOST_TO_BEGIN));
  const enough = Math.min(least, dev.documents);
  const losses = new CaseLosses(dev.documents);
  const candidates = scoredCells(dev, selectCells(dev, truth), lowest);
  let added = 0;
  let found: number | undefined;
  for (const threshold of GRID) {
    if (threshold < lowest) break;
    for (; added < candidates.length && candidates[added]!.score > threshold; added++) {
      losses.add(candidates[added]!);
    }
    if (losses.cases < enough) continue;
    if (!holds(losses, promise)) break;
    found = threshold;
  }
  return found;
}

/** What accepting the codes above `threshold` comes to, of those that are assigned above `lowest`. */
export function measureAcceptance(
  matrix: ScoreMatrix,
  truth: LabelRows,
  { threshold, lowest }: { readonly threshold: number; readonly lowest: number },
): Acceptance {
  const cells = selectCells(matrix, truth);
  const losses = new CaseLosses(matrix.documents);
  const assigned = new Uint32Array(matrix.documents);
  for (const cell of scoredCells(matrix, cells, Math.min(lowest, threshold))) {
    if (cell.score > lowest) assigned[cell.row]!++;
    if (cell.score > threshold) losses.add(cell);
  }
  const { accepted, wrong } = losses;
  const total = sum(accepted);
  const complete = assigned.reduce(
    (count, codes, row) => count + Number(codes > 0 && accepted[row]! >= codes),
    0,
  );
  return {
    cases: matrix.documents,
    accepting: losses.cases,
    complete,
    assigned: sum(assigned),
    positives: cells.positives.length,
    accepted: total,
    right: total - sum(wrong),
    precision: 1 - losses.mean,
  };
}

/** The first threshold that is tested has a tenth of dev's cases above it, or so many. */
const MOST_TO_BEGIN = 200;

/** The thresholds that are tried: logits from 12 down to −12 in steps of a twentieth. */
const GRID = Array.from({ length: 481 }, (_, step) => 1 / (1 + Math.exp(step / 20 - 12)));

/** Whether losses so small are so by chance with a probability of at most 1 − confidence. */
function holds({ cases, mean }: CaseLosses, { precision, confidence }: PrecisionPromise): boolean {
  const allowed = 1 - precision;
  if (mean >= allowed) return false;
  const entropy = part(mean, allowed) + part(1 - mean, precision);
  return Math.exp(-cases * entropy) <= 1 - confidence;
}

function part(share: number, expected: number): number {
  return share === 0 ? 0 : share * Math.log(share / expected);
}

/** A document's score for a label, and whether it carries it. */
interface ScoredCell {
  readonly row: number;
  readonly score: number;
  readonly isTrue: boolean;
}

/** The cells with a score above `lowest`, the highest score first. */
function scoredCells({ scores, labels }: ScoreMatrix, cells: Cells, lowest: number): ScoredCell[] {
  const found: ScoredCell[] = [];
  for (let row = 0; row < cells.documents; row++) {
    const own = new Set(cells.positives.subarray(cells.offsets[row], cells.offsets[row + 1]));
    for (let label = 0; label < labels; label++) {
      const score = scores[row * labels + label]!;
      if (score > lowest) found.push({ row, score, isTrue: own.has(label) });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

/** The share of wrong codes among those accepted of each case, as codes are added. */
class CaseLosses {
  /** Accepted codes of each case. */
  readonly accepted: Uint32Array;
  /** Accepted codes of each case that are not true. */
  readonly wrong: Uint32Array;
  /** Cases with an accepted code. */
  cases = 0;
  #sum = 0;

  constructor(documents: number) {
    this.accepted = new Uint32Array(documents);
    this.wrong = new Uint32Array(documents);
  }

  /** Mean over the cases with a code; NaN of none. */
  get mean(): number {
    return Math.max(0, this.#sum) / this.cases; // which rounding may take below 0
  }

  add({ row, isTrue }: ScoredCell): void {
    if (this.accepted[row] === 0) this.cases++;
    else this.#sum -= this.wrong[row]! / this.accepted[row]!;
    this.accepted[row]!++;
    if (!isTrue) this.wrong[row]!++;
    this.#sum += this.wrong[row]! / this.accepted[row]!;
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

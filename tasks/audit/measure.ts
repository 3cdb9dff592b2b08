/**
 * What an audit is worth on a split: errors are planted among its codes, and counted in the worklist.
 *
 * @module
 */
import type { AuditRule } from "../../model/audit/findings.ts";
import { type Insertion, INSERTIONS } from "../../model/audit/plant_errors.ts";
import {
  suggestionsToReach,
  type SuggestionSummary,
  summarizeSuggestions,
} from "../../model/audit/suggestions.ts";
import { measureWorth } from "../../model/audit/worth.ts";
import { calibrated, fitCalibration, FOLDS } from "../../model/calibration/calibration.ts";
import { documentScores } from "../../model/metrics/score_matrix.ts";
import type { ScoredCases } from "../../model/run/audit_split.ts";
import type { TaskCalibration } from "../../model/run/calibration_file.ts";
import { rowOf } from "../../pipeline/dataset/documents.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { AuditFlags } from "./flags.ts";
import { type AuditWork, judgeSplit } from "./work.ts";

/** Heads of the list that are looked at. */
const CUTOFFS = [20, 50, 100] as const;

const RESAMPLES = 1000;

type Worth = Awaited<ReturnType<typeof measureWorth>>;

/** What was measured of a split. */
export interface AuditMeasurement {
  readonly split: string;
  readonly cases: number;
  readonly codes: number;
  readonly share: number;
  readonly seeds: number;
  /** What the lists are worth, for each way in which wrong codes are chosen. */
  readonly worth: { readonly [insertion in Insertion]: Worth };
  /** Most probable, or most frequent, codes that hold 90% of a case's. */
  readonly suggestions: {
    readonly [ranking in "audit" | "frequency"]: SuggestionSummary;
  };
}

/** Measures a run. Throws `ReportedError`. */
export async function measureAudit(
  flags: AuditFlags,
  work: AuditWork,
): Promise<AuditMeasurement> {
  const { split, share, seeds } = flags;
  const { task, rule, scored } = await judgeSplit(flags, work);
  const { matrix, truth } = scored;
  requireErrors(flags, truth.indices.length);
  const learned = work.options.learned?.[task];
  const ruleOf = split === "dev" ? crossRule(rule, scored, learned) : () => rule;
  const common = {
    matrix,
    truth,
    ruleOf,
    rates: rule.rates,
    share,
    seeds,
    cutoffs: CUTOFFS,
    resamples: RESAMPLES,
    interrupt: work.interrupt,
  };
  const worth: [Insertion, Worth][] = [];
  for (const insertion of INSERTIONS) {
    worth.push([insertion, await measureWorth({ ...common, insertion })]);
  }
  return {
    split,
    cases: scored.ids.length,
    codes: truth.indices.length,
    share,
    seeds,
    worth: Object.fromEntries(worth) as AuditMeasurement["worth"],
    suggestions: measureSuggestions(rule, scored),
  };
}

/** How many suggestions hold most of a case's codes, ranked by the audit and by frequency. */
function measureSuggestions(
  { rates }: AuditRule,
  { ids, matrix, truth }: ScoredCases,
): AuditMeasurement["suggestions"] {
  const frequencies = Float32Array.from(rates);
  const summary = (scoresOf: (row: number) => Float32Array) => {
    const reached = ids.map((_, row) => suggestionsToReach(scoresOf(row), rowOf(truth, row)));
    return summarizeSuggestions(reached, { labels: matrix.labels, resamples: RESAMPLES });
  };
  return {
    audit: summary((row) => documentScores(matrix, row)),
    frequency: summary(() => frequencies),
  };
}

/** Refuses a share of so few codes that no error would be planted. Throws {@linkcode UsageError}. */
function requireErrors({ split, share }: AuditFlags, codes: number): void {
  if (Math.round(codes * share) > 0) return;
  throw new UsageError(
    `measuring an audit of ${split}: a share of ${share} of its ${codes} codes is none; expected one ` +
      "error or more; raise --share",
  );
}

/** Dev taught the calibration: there each case is judged by what the cases of other folds teach. */
function crossRule(
  rule: AuditRule,
  { matrix, truth }: ScoredCases,
  learned: TaskCalibration | undefined,
): (row: number) => AuditRule {
  if (!learned?.calibration) return () => rule;
  const { use } = learned.calibration;
  const folds = fitCalibration(matrix, truth)?.folds;
  if (!folds) return () => rule;
  const rules = folds.map((fit) => ({ ...rule, probability: calibrated(fit, use) }));
  return (row) => rules[row % FOLDS]!;
}

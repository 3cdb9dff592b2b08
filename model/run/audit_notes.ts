/**
 * An audit of coded notes by a run: the codes that are likely missing and likely wrong, with the words
 * behind them.
 *
 * @module
 */
import { auditCase, type AuditRule, type Finding, labelRates } from "../audit/findings.ts";
import { suggestionsToReach } from "../audit/suggestions.ts";
import type { Task } from "../../pipeline/schema.ts";
import { decideScores, type DecisionOptions } from "./decision.ts";
import { createLabelFinder } from "./find_label.ts";
import {
  createPredictor,
  type PredictedCode,
  type Prediction,
  type PredictOptions,
  type UncodedNote,
} from "./predict.ts";
import { readProfile } from "./profile_file.ts";
import type { RestoredModel } from "./restore.ts";
import type { Run } from "./run.ts";

/** A note, and the codes that a human gave it. */
export interface NoteToAudit extends UncodedNote {
  readonly codes: readonly string[];
}

/** A code that a coder should look at. */
export interface AuditedCode extends Pick<Finding, "kind" | "weight">, PredictedCode {}

/** What an audit finds in a case. */
export interface AuditedCase {
  readonly id: string;
  /** Findings of the case, the weightiest first. */
  readonly findings: readonly Omit<AuditedCode, "assigned">[];
  /** Given codes that are labels of the run. */
  readonly given: number;
  /** Given codes that are none: nothing can be said of them. */
  readonly strange: readonly string[];
  /** How many of the most probable codes hold 90% of the given ones; NaN where none is a label. */
  readonly suggestions: number;
}

/** What an audit finds in a note. */
export interface AuditedNote extends AuditedCase, Omit<Prediction, "codes"> {
  readonly findings: readonly AuditedCode[];
}

/** Says of notes and their codes what one run doubts. */
export interface Auditor {
  /** What is found in each note, in the notes' order. */
  audit(notes: readonly NoteToAudit[]): Promise<AuditedNote[]>;
}

/** How notes are audited: as they are predicted. */
export type AuditOptions = Omit<PredictOptions, "top">;

/**
 * How a run judges the codes of cases.
 *
 * @throws {UsageError} where the run was not evaluated, and does not know how frequent codes are.
 * @throws {IntegrityError} where its profile is not as it was written.
 */
export async function auditRuleOf(
  run: Run,
  { thresholds, sha256 }: Pick<RestoredModel, "thresholds" | "sha256">,
  options: DecisionOptions & { readonly task?: Task | undefined } = {},
): Promise<AuditRule> {
  const { task = run.config.target } = options;
  const { training } = await readProfile(run, sha256);
  const counts = run.labels[task].map(({ documents }) => documents.train);
  const { probability, isAssigned } = decideScores(options, { task, tuned: thresholds[task] });
  return { probability, isAssigned, rates: labelRates(training.notes, counts) };
}

/**
 * An auditor of a run by its restored model, which the caller goes on owning.
 *
 * @throws {UsageError} as {@linkcode auditRuleOf} and {@linkcode createPredictor} do.
 */
export async function createAuditor(
  run: Run,
  restored: Pick<RestoredModel, "model" | "thresholds" | "sha256">,
  options: AuditOptions = {},
): Promise<Auditor> {
  const { task = run.config.target } = options;
  const predictor = createPredictor(run, restored, options);
  const rule = await auditRuleOf(run, restored, options);
  const finder = createLabelFinder(run.labels[task]);
  return {
    async audit(notes) {
      const given = notes.map(({ codes }) => finder.places(codes));
      const cases: { findings: Finding[]; suggestions: number }[] = [];
      const predictions = await predictor.predict(notes, (scores, place) => {
        const findings = auditCase(scores, given[place]!, rule);
        cases[place] = { findings, suggestions: suggestionsToReach(scores, given[place]!) };
        return Int32Array.from(findings, ({ label }) => label);
      });
      return predictions.map(({ codes, ...prediction }, place) => {
        const { findings, suggestions } = cases[place]!;
        return {
          ...prediction,
          findings: codes.map((code, at) => {
            const { kind, weight } = findings[at]!;
            return { kind, weight, ...code };
          }),
          given: given[place]!.length,
          strange: finder.strange(notes[place]!.codes),
          suggestions,
        };
      });
    },
  };
}

/**
 * What audits, and a split of a dataset as it sees it.
 *
 * @module
 */
import type { AuditRule } from "../../model/audit/findings.ts";
import { type AuditOptions, auditRuleOf } from "../../model/run/audit_notes.ts";
import { scoreCases, type ScoredCases } from "../../model/run/audit_split.ts";
import type { RestoredModel } from "../../model/run/restore.ts";
import { locateDataset, type Run } from "../../model/run/run.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import type { Progress } from "../../pipeline/progress.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { AuditFlags } from "./flags.ts";

/** What audits, and how. */
export interface AuditWork {
  readonly run: Run;
  readonly restored: RestoredModel;
  readonly options: AuditOptions;
  readonly progress: Progress;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt: AbortSignal;
}

/** A split's scores and codes, and how they are judged. */
export interface JudgedSplit {
  readonly task: Task;
  readonly rule: AuditRule;
  readonly scored: ScoredCases;
}

/** Scores the split that the command line names, of the run's own dataset by default. */
export async function judgeSplit(
  { data, split }: Pick<AuditFlags, "data" | "split">,
  { run, restored, options, progress, interrupt }: AuditWork,
): Promise<JudgedSplit> {
  const { task = run.config.target } = options;
  const rule = await auditRuleOf(run, restored, options);
  const dataset = await openDataset(data ?? await locateDataset(run));
  const scored = await scoreCases(run, restored, { dataset, split, task, progress, interrupt });
  return { task, rule, scored };
}

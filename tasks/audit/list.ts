/**
 * A table of coded cases, or a split of a dataset → the worklist of what a run doubts in them.
 *
 * @module
 */
import {
  type AuditedCase,
  type AuditOptions,
  auditRuleOf,
  createAuditor,
} from "../../model/run/audit_notes.ts";
import { auditCases, scoreCases } from "../../model/run/audit_split.ts";
import type { RestoredModel } from "../../model/run/restore.ts";
import { locateDataset, type Run } from "../../model/run/run.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { DataError } from "../../pipeline/errors.ts";
import { openFolder } from "../../pipeline/files/restricted.ts";
import type { Progress } from "../../pipeline/progress.ts";
import { counted } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import type { AuditFlags } from "./flags.ts";
import { readCodedNotes } from "./read_coded_notes.ts";
import { listFindings, type Worklist, writeWorklist } from "./worklist.ts";

/** What audits, and how. */
export interface AuditWork {
  readonly run: Run;
  readonly restored: RestoredModel;
  readonly options: AuditOptions;
  readonly progress: Progress;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt: AbortSignal;
}

/** Audits what the command line names, and writes the list. Throws `ReportedError`. */
export async function listDoubts(
  flags: AuditFlags,
  work: AuditWork,
): Promise<{ readonly worklist: Worklist; readonly table: string }> {
  const { restricted } = work.run.dataset;
  using _modes = await openFolder(flags.out, restricted);
  const cases = flags.notes ? await auditTables(flags, work) : await auditDataset(flags, work);
  const worklist = listFindings(cases, { top: flags.top, restricted });
  const table = await writeWorklist(flags.out, worklist);
  const { strange } = worklist;
  if (strange > 0) say(`${counted(strange, "given code")} left out: none of the run's labels`);
  return { worklist, table };
}

async function auditDataset(flags: AuditFlags, work: AuditWork): Promise<AuditedCase[]> {
  const { run, restored, options, progress, interrupt } = work;
  const { task = run.config.target } = options;
  const rule = await auditRuleOf(run, restored, options);
  const dataset = await openDataset(flags.data ?? await locateDataset(run));
  const { split } = flags;
  const scored = await scoreCases(run, restored, { dataset, split, task, progress, interrupt });
  return auditCases(run, scored, { task, rule });
}

async function auditTables(
  { notes = [], labels = notes, out }: AuditFlags,
  { run, restored, options, progress, interrupt }: AuditWork,
): Promise<AuditedCase[]> {
  const auditor = await createAuditor(run, restored, options);
  const cases: AuditedCase[] = [];
  const stage = progress.stage("audits notes");
  const left = await readCodedNotes({ notes, labels, folder: out }, async (some) => {
    interrupt.throwIfAborted();
    cases.push(...await auditor.audit(some));
    stage.reach(cases.length);
  });
  stage.end(counted(cases.length, "case"));
  if (left.uncoded > 0) say(`${counted(left.uncoded, "note")} left out: without a code`);
  if (left.noteless > 0) say(`${counted(left.noteless, "case")} left out: codes without a note`);
  if (cases.length > 0) return cases;
  throw new DataError(
    `auditing ${notes.join(", ")}: no note has a code in ${
      labels.join(", ")
    }; expected the same ids ` +
      "in both; check them",
  );
}

/**
 * A table of coded cases, or a split of a dataset → the worklist of what a run doubts in them.
 *
 * @module
 */
import { type AuditedCase, createAuditor } from "../../model/run/audit_notes.ts";
import { auditCases } from "../../model/run/audit_split.ts";
import { DataError } from "../../pipeline/errors.ts";
import { lockFolder } from "../../pipeline/files/lock_folder.ts";
import { requireOutside } from "../../pipeline/files/output_places.ts";
import { openFolder } from "../../pipeline/files/restricted.ts";
import type { Label } from "../../pipeline/schema.ts";
import { counted } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import type { AuditFlags } from "./flags.ts";
import { readCodedNotes } from "./read_coded_notes.ts";
import { type AuditWork, judgeSplit } from "./work.ts";
import { listFindings, type Worklist, writeWorklist } from "./worklist.ts";

/** Audits what the command line names, and writes the list. Throws `ReportedError`. */
export async function listDoubts(
  flags: AuditFlags,
  work: AuditWork,
): Promise<{ readonly worklist: Worklist; readonly table: string }> {
  const { restricted } = work.run.dataset;
  const data = flags.notes ? [] : [flags.data ?? work.run.dataset.directory];
  for (const read of [work.run.directory, ...data]) await requireOutside(read, [flags.out]);
  using _modes = await openFolder(flags.out, restricted);
  using _lock = await lockFolder(flags.out);
  const cases = flags.notes ? await auditTables(flags, work) : await auditDataset(flags, work);
  const worklist = listFindings(cases, { top: flags.top ?? Infinity, restricted });
  const table = await writeWorklist(flags.out, worklist);
  const { strange } = worklist;
  if (strange > 0) say(`${counted(strange, "given code")} left out: none of the run's labels`);
  return { worklist, table };
}

async function auditDataset(flags: AuditFlags, work: AuditWork): Promise<AuditedCase[]> {
  const { task, rule, scored } = await judgeSplit(flags, work);
  return auditCases(work.run, scored, { task, rule });
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
  requireShared(cases, { notes, labels }, run.labels[options.task ?? run.config.target]);
  return cases;
}

/** Refuses tables that have no case, or no code, in common with each other and with the run. */
function requireShared(
  cases: readonly AuditedCase[],
  tables: { readonly notes: readonly string[]; readonly labels: readonly string[] },
  [label]: readonly Label[],
): void {
  if (cases.some(({ given }) => given > 0)) return;
  const [texts, codes] = [tables.notes, tables.labels].map((paths) => paths.join(", "));
  throw new DataError(
    cases.length === 0
      ? `auditing ${texts}: no note has a code in ${codes}; expected the same ids in both; check them`
      : `auditing ${texts}: no code in ${codes} is one of the run's labels; expected codes such as ` +
        `${label!.code}; take a run that was trained on codes like these`,
  );
}

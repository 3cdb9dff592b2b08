/**
 * `deno task audit`: coded cases → a worklist of codes that are likely missing or wrong; an audit log →
 * whether it is as it was written.
 *
 * @module
 */
import { UsageError } from "../pipeline/errors.ts";
import { verifyAuditLog } from "../pipeline/files/audit_log.ts";
import { type AuditFlags, declareAuditFlags } from "./audit/flags.ts";
import { listDoubts } from "./audit/list.ts";
import { measureAudit } from "./audit/measure.ts";
import { formatMeasurement } from "./audit/measured.ts";
import { encodeWorklist, formatAudited } from "./audit/worklist.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { openModel } from "./predict/open_model.ts";

const about =
  "Lists codes of coded cases that are likely missing or wrong; or verifies an audit log.";
const command = declareAuditFlags(createCommand("audit", about)).action(audit);

if (import.meta.main) await runCommand(command, Deno.args);

async function audit(flags: AuditFlags): Promise<void> {
  if (flags.verify !== undefined) return await verify(flags.verify, flags);
  if (flags.run === undefined) {
    throw new UsageError(
      "auditing: nothing given to audit with; add --run, or --verify with a log",
    );
  }
  if (flags.notes ? flags.data ?? flags.measure : flags.labels) {
    throw new UsageError(
      "auditing: expected --data, with --measure or without, or --notes, with --labels or without; " +
        "name one",
    );
  }
  const { run, restored, learned } = await openModel(flags.run, flags.engine);
  const { task, threshold, words, by: method } = flags;
  using progress = showProgress();
  using interrupts = listenForInterrupts();
  const options = { task, threshold, words, method, learned };
  const work = { run, restored, options, progress, interrupt: interrupts.signal };
  const stopped = "stopped; nothing of the audit was kept";
  if (flags.measure) {
    const measured = await interrupts.unlessStopped(measureAudit(flags, work), stopped);
    return print(flags.json ? JSON.stringify(measured, null, 2) : formatMeasurement(measured));
  }
  const { worklist, table } = await interrupts.unlessStopped(listDoubts(flags, work), stopped);
  print(flags.json ? encodeWorklist(worklist).trimEnd() : `${table}: ${formatAudited(worklist)}`);
}

async function verify(
  log: string,
  { head, json }: Pick<AuditFlags, "head" | "json">,
): Promise<void> {
  const { entries, sha256, beyondHead } = await verifyAuditLog(log, head);
  if (json) return print(JSON.stringify({ log, entries, sha256, beyondHead }, null, 2));
  if (beyondHead > 0 && !head) {
    say(`${beyondHead} behind its head: their writer was killed before it named them there`);
  }
  print(`${log}: ${entries} lines, each as it was written, head ${entries}:${sha256}`);
}

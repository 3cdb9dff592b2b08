/**
 * `deno task audit`: an audit log → whether it is as it was written.
 *
 * @module
 */
import { type AuditHead, verifyAuditLog } from "../pipeline/files/audit_log.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { print, say } from "./cli/print.ts";
import { auditHead } from "./cli/values.ts";

interface Flags {
  readonly verify: string;
  readonly head?: AuditHead;
}

const command = createCommand("audit", "Verifies a log that predict --audit-log wrote.")
  .requiredOption("--verify <file>", "find any line that was changed, moved, left out or cut off")
  .option(
    "--head <head>",
    "hold it against a head that was kept elsewhere: NUMBER:SHA256",
    auditHead,
  )
  .action(audit);

if (import.meta.main) await runCommand(command, Deno.args);

async function audit({ verify, head }: Flags): Promise<void> {
  const { entries, sha256, beyondHead } = await verifyAuditLog(verify, head);
  if (beyondHead > 0 && !head) {
    say(`${beyondHead} behind its head: their writer was killed before it named them there`);
  }
  print(`${verify}: ${entries} lines, each as it was written, head ${entries}:${sha256}`);
}

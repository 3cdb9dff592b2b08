/**
 * `deno task sweep`: a system with every combination of some values, the best on dev first.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { insist, print, say } from "./cli/print.ts";
import { conduct } from "./experiment/conduct.ts";
import { endWithFailures } from "./experiment/endings.ts";
import { declareSweepFlags, type SweepFlags } from "./sweep/flags.ts";
import { idleKeys } from "./sweep/idle_keys.ts";
import { planSweep } from "./sweep/plan_sweep.ts";
import { writeSweep } from "./sweep/report.ts";

const command = declareSweepFlags(
  createCommand(
    "sweep",
    "Trains a system with every combination of some values, and says which is best on dev.",
  ),
).action(sweep);

if (import.meta.main) await runCommand(command, Deno.args);

async function sweep(flags: SweepFlags): Promise<void> {
  const plan = await planSweep(flags);
  if (plan.chosen) say(plan.chosen);
  for (const key of idleKeys(plan)) {
    insist(`warning: ${key} changes nothing here, and rows that differ in it alone are the same`);
  }
  const done = await conduct("sweep", plan, flags, (failed) => writeSweep(plan, failed));
  if (!done) return;
  print(flags.json ? done.json.trimEnd() : done.markdown);
  endWithFailures("sweeping", plan, done.failed);
}

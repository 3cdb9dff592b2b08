/**
 * `deno task compare`: systems on one's own corpus, the best first.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print } from "./cli/print.ts";
import { planComparison } from "./compare/comparison.ts";
import { type CompareFlags, declareCompareFlags } from "./compare/flags.ts";
import { writeLeaderboard } from "./compare/report.ts";
import { announce } from "./reproduce/announce.ts";
import { endWithFailures, stopIfInterrupted } from "./reproduce/endings.ts";
import { runMissing } from "./reproduce/run_missing.ts";

const command = declareCompareFlags(
  createCommand(
    "compare",
    "Trains and evaluates systems on a dataset: a leaderboard with intervals and p-values.",
  ),
).action(compare);

if (import.meta.main) await runCommand(command, Deno.args);

async function compare(flags: CompareFlags): Promise<void> {
  const comparison = await planComparison(flags);
  using interrupts = listenForInterrupts();
  const forecast = await announce(comparison, interrupts.signal);
  await stopIfInterrupted("compare", comparison, interrupts);
  if (flags.dryRun) return;
  const failed = await runMissing(
    comparison,
    { forecast, write: (failed) => writeLeaderboard(comparison, failed) },
    interrupts.signal,
  );
  await stopIfInterrupted("compare", comparison, interrupts);
  const { markdown, json } = await writeLeaderboard(comparison, failed);
  print(flags.json ? json.trimEnd() : markdown);
  endWithFailures("comparing", comparison, failed);
}

/**
 * `deno task compare`: systems on one's own corpus, the best first.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { print } from "./cli/print.ts";
import { planComparison } from "./compare/comparison.ts";
import { type CompareFlags, declareCompareFlags } from "./compare/flags.ts";
import { writeLeaderboard } from "./compare/report.ts";
import { conduct } from "./experiment/conduct.ts";
import { endWithFailures } from "./experiment/endings.ts";

const command = declareCompareFlags(
  createCommand(
    "compare",
    "Trains and evaluates systems on a dataset: a leaderboard with intervals and p-values.",
  ),
).action(compare);

if (import.meta.main) await runCommand(command, Deno.args);

async function compare(flags: CompareFlags): Promise<void> {
  const plan = await planComparison(flags);
  const done = await conduct("compare", plan, flags, (failed) => writeLeaderboard(plan, failed));
  if (!done) return;
  print(flags.json ? done.json.trimEnd() : done.markdown);
  endWithFailures("comparing", plan, done.failed);
}

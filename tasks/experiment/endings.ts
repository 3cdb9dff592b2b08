/**
 * How commands end that train many runs: after an interrupt, and with runs that failed.
 *
 * @module
 */
import { quoteArgument } from "../cli/format.ts";
import type { Interrupts } from "../cli/interrupt.ts";
import { insist } from "../cli/print.ts";
import type { PlannedExperiment } from "./planned.ts";
import type { Failure } from "./run_missing.ts";
import { readFinished } from "./finished.ts";

/** Ends the process after an interrupt, saying how to go on with the task; returns where there was none. */
export async function stopIfInterrupted(
  task: string,
  { out, runs }: Pick<PlannedExperiment, "out" | "runs">,
  { exitCode }: Interrupts,
): Promise<void> {
  if (exitCode === undefined) return;
  const finished = await readFinished(out, runs);
  insist(
    `stopped with ${finished.length} of ${runs.length} runs finished; ` +
      `go on with the same command: ` +
      `deno task ${task} ${Deno.args.map(quoteArgument).join(" ")}`,
  );
  Deno.exit(exitCode);
}

/** Ends the process with the first failure's exit code; returns where no run failed. */
export function endWithFailures(
  doing: string,
  { runs }: Pick<PlannedExperiment, "runs">,
  failed: readonly Failure[],
): void {
  if (failed.length === 0) return;
  insist(
    `error: ${doing}: ${failed.length} of ${runs.length} runs failed, ` +
      `the others stand; run the same command again to retry those`,
  );
  Deno.exit(failed[0]!.exitCode);
}

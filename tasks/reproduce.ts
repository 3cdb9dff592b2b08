/**
 * `deno task reproduce`: a table or figure of the paper, made here, beside the paper's numbers.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { print } from "./cli/print.ts";
import { conduct } from "./experiment/conduct.ts";
import { endWithFailures } from "./experiment/endings.ts";
import { drawData, drawRuns } from "./reproduce/draw.ts";
import { declareReproduceFlags, type ReproduceFlags } from "./reproduce/flags.ts";
import { planReproduction } from "./reproduce/plan_reproduction.ts";
import { writeTables } from "./reproduce/tables.ts";

const command = declareReproduceFlags(
  createCommand("reproduce", "Trains and evaluates a table or figure of the paper."),
).action(reproduce);

if (import.meta.main) await runCommand(command, Deno.args);

async function reproduce(flags: ReproduceFlags): Promise<void> {
  const ofData = await drawData(flags);
  if (ofData !== undefined) return print(ofData);
  const plan = await planReproduction(flags);
  const done = await conduct("reproduce", plan, flags, (failed) => writeTables(plan, failed));
  if (!done) return;
  const figures = await drawRuns(plan, flags.slurm && flags.engine);
  print(flags.json ? done.json.trimEnd() : [done.markdown, ...figures].join("\n"));
  endWithFailures(`reproducing ${plan.experiment.id}`, plan, done.failed);
}

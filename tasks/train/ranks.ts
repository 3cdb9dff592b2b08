/**
 * The ranks that the command line asks for.
 *
 * @module
 */
import type { Parallel } from "../../model/train/trainer.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { say } from "../cli/print.ts";
import { joinLaunchedRanks } from "../cli/ranks.ts";
import type { TrainFlags } from "./flags.ts";

type RanksFlags = Pick<TrainFlags, "launcher" | "syncBatchNorm" | "dryRun">;

/** Joins the other ranks, and says how many there are. Throws {@linkcode UsageError}. */
export function joinRanks(flags: RanksFlags): Parallel | undefined {
  const { launcher, dryRun, syncBatchNorm } = flags;
  if (!launcher) {
    if (!syncBatchNorm) return undefined;
    throw new UsageError("--sync-batch-norm: expected --launcher mpi beside it; leave it out");
  }
  if (dryRun) {
    throw new UsageError("--dry-run with --launcher: it is for one process; leave one of them out");
  }
  const ranks = joinLaunchedRanks();
  const alone = ranks.size === 1
    ? " alone; to have more: mpirun -n 2 npx -y deno@2.9.6 task …"
    : "";
  say(`rank ${ranks.rank} of ${ranks.size}, ${ranks.description}${alone}`);
  return { ranks, syncBatchNorm: syncBatchNorm === true };
}

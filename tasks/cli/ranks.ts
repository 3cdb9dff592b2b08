/**
 * This command as one of the ranks that `mpirun` or `srun` started: how it joins them, that only the
 * first one speaks, and that none outlives another's failure.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import { alone, type Communicator } from "../../model/parallel/communicator.ts";
import { joinMpi, MPI_VARIABLE } from "../../model/parallel/mpi.ts";
import { beQuiet } from "./print.ts";

/** Variables by which launchers tell a process its rank: Open MPI's, PMIx's, PMI's, SLURM's. */
export const RANK_VARIABLES = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"];

/** By which CUDA is told the devices that it may use. */
export const DEVICES_VARIABLE = "CUDA_VISIBLE_DEVICES";

/** How long the first rank has to say what went wrong on all. */
const HEAD_START_MILLISECONDS = 3000;

let joined: Communicator = alone;

/**
 * Joins the other ranks, and takes the device that falls to this one. From now on only the first one
 * says how far it is. Throws {@linkcode UsageError} where nothing has prepared for it.
 */
export function joinLaunchedRanks(): Communicator {
  const library = Deno.env.get(MPI_VARIABLE);
  if (!library) {
    throw new UsageError(
      `--launcher mpi: ${MPI_VARIABLE} names no library; expected to be started by deno task; ` +
        "start it as mpirun -n 2 npx -y deno@2.9.6 task train … --launcher mpi",
    );
  }
  joined = joinMpi(library);
  if (joined.rank > 0) beQuiet();
  const devices = Deno.env.get(DEVICES_VARIABLE);
  Deno.env.set(DEVICES_VARIABLE, deviceOf(joined.localRank, devices));
  return joined;
}

/**
 * The device of a rank among those that its machine lets it see. Where the launcher has given it one of
 * its own, that one stays.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(deviceOf(1, undefined), "1");
 * assert.equal(deviceOf(1, "4,5"), "5");
 * assert.equal(deviceOf(1, "6"), "6");
 * ```
 */
export function deviceOf(localRank: number, visible: string | undefined): string {
  if (visible === undefined) return String(localRank);
  const devices = visible.split(",");
  return devices.length === 1 ? visible : devices[localRank] ?? "";
}

/**
 * Waits where another rank is the one to speak. What goes wrong on all of them goes wrong on the first
 * one, whose end ends this process before it says the same again.
 */
export async function giveWay(args: readonly string[] = Deno.args): Promise<void> {
  if (!isFirstRank(args)) {
    await new Promise((resolve) => setTimeout(resolve, HEAD_START_MILLISECONDS));
  }
}

/**
 * Whether this process is the first of those that train together. One without `--launcher` works by
 * itself, whatever started it, and speaks for itself.
 */
export function isFirstRank(args: readonly string[] = Deno.args): boolean {
  if (!args.some((word) => /^--launcher(=|$)/.test(word))) return true;
  const rank = RANK_VARIABLES.map((name) => Deno.env.get(name)).find((value) => value);
  return Number(rank ?? 0) === 0;
}

/** Ends this process and, where it has joined others, all of them. */
export function endAll(exitCode: number): never {
  if (joined.size > 1) joined.abort(exitCode);
  Deno.exit(exitCode);
}

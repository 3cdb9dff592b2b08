/**
 * Submits array jobs to SLURM, for commands that have no network themselves: asks for the queue, starts
 * the command, which writes the script, and submits that.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../../pipeline/errors.ts";
import { exists } from "../../pipeline/files/read.ts";
import { insist } from "../cli/print.ts";
import { slurmMode } from "../slurm/options.ts";
import { formatQueue, QUEUE_VARIABLE, readQueueLines } from "../slurm/queue.ts";
import { scriptPath } from "../slurm/script.ts";
import { executeAsChild } from "./execute.ts";
import { canBeArray, type LaunchedTask, outFolder } from "./needs.ts";
import { LAUNCHER_FLAGS } from "./permissions.ts";

/** Whether a task is to submit a job, and nobody has asked for the queue yet. */
export function submitsArray(task: LaunchedTask, args: readonly string[]): boolean {
  return canBeArray(task) && slurmMode(args) === "submit" && !Deno.env.has(QUEUE_VARIABLE);
}

/**
 * Runs the command, and submits the job that it leaves a script of.
 *
 * @returns the command's exit code.
 * @throws {ResourceError} where SLURM is not there, or does not take the job.
 */
export async function launchArray(task: LaunchedTask, args: readonly string[]): Promise<number> {
  const queue = await readQueue();
  const launcher = join(import.meta.dirname!, "launch.ts");
  const words = ["run", ...LAUNCHER_FLAGS, "--no-prompt", launcher, task, ...args];
  const code = await executeAsChild(Deno.execPath(), words, { env: { [QUEUE_VARIABLE]: queue } });
  const script = scriptPath(outFolder(task, args) ?? ".", task);
  if (code !== 0 || args.includes("--dry-run") || !await exists(script)) return code;
  const job = await callSlurm("sbatch", ["--parsable", script], `submitting ${script}`);
  insist(`submitted job ${job.trim()}; the same command joins what is finished`);
  return 0;
}

/** The user's tasks that wait or run, as the variable has them. */
async function readQueue(): Promise<string> {
  const args = ["--me", "--array", "--noheader", "--format=%j %K"];
  const lines = await callSlurm("squeue", args, "asking SLURM for its queue");
  return formatQueue(readQueueLines(lines));
}

/** What one of SLURM's programs prints. Variables that say who started this command are not the job's. */
async function callSlurm(program: string, args: string[], doing: string): Promise<string> {
  const env = Object.entries(Deno.env.toObject()).filter(([name]) => !/^npm_/.test(name));
  try {
    const command = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: Object.fromEntries(env),
      stdin: "null",
    });
    const { success, stdout, stderr } = await command.output();
    if (success) return new TextDecoder().decode(stdout);
    const [why] = new TextDecoder().decode(stderr).trim().split("\n");
    throw new ResourceError(
      `${doing}: ${why}; mend what it names, then give the same command again`,
    );
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new ResourceError(
      `${doing}: there is no ${program} on this machine; give the command where SLURM's are, or ` +
        "write the script alone with --slurm=write",
    );
  }
}
